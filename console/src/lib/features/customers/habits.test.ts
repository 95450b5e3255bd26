import { expect, test } from 'vitest';
import { hoursText, percentText } from './habits';

test('hours and shares are written as each language writes them', () => {
  expect(hoursText(9, 12, 'de')).toBe('9:00–12:00');
  expect(hoursText(23, 1, 'en').replaceAll('\u202f', ' ')).toBe('11:00 PM–1:00 AM');
  expect(percentText(70, 'en')).toBe('70%');
  expect(percentText(70, 'de')).toBe('70\u00a0%');
});
