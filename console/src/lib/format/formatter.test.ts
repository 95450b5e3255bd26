import { expect, test } from 'vitest';
import { formatter } from './formatter';

test('a formatter is made once for each language and options', () => {
  const one = formatter('NumberFormat', 'de', { style: 'percent' });
  expect(formatter('NumberFormat', 'de', { style: 'percent' })).toBe(one);
  expect(formatter('NumberFormat', 'sv', { style: 'percent' })).not.toBe(one);
  expect(formatter('NumberFormat', 'de', {})).not.toBe(one);
  expect(one.format(0.5)).toBe(new Intl.NumberFormat('de', { style: 'percent' }).format(0.5));
});

test('formatters of different kinds do not stand for each other', () => {
  expect(formatter('PluralRules', 'pl', {}).select(2)).toBe('few');
  expect(formatter('NumberFormat', 'pl', {}).format(2)).toBe('2');
});
