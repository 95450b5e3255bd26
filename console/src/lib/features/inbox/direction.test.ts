import { expect, it } from 'vitest';
import { textDirection } from './direction';

it('the first letter says where a text begins', () => {
  expect(textDirection('12: Hello مرحبا')).toBe('ltr');
  expect(textDirection('… مرحبا Hello')).toBe('rtl');
  expect(textDirection('שלום')).toBe('rtl');
  expect(textDirection('Дякую')).toBe('ltr');
  expect(textDirection('42 ✓')).toBeUndefined();
});
