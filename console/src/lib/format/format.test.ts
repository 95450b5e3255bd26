import { describe, expect, it } from 'vitest';
import { pickLocale } from './locale.svelte';
import { countries, languageName } from './language';
import { phone } from './phone';
import { bytes, plural } from './plural';
import { relative, span, timeLeft } from './time';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const ahead = (ms: number) => new Date(NOW + ms).toISOString();
const MINUTE = 60_000;

describe('plural', () => {
  it('chooses the form of the language', () => {
    const forms = { one: '# case', other: '# cases' };
    expect(plural(1, forms, 'en')).toBe('1 case');
    expect(plural(0, forms, 'en')).toBe('0 cases');
    expect(plural(1200, forms, 'en')).toBe('1,200 cases');
    const polish = { one: '# sprawa', few: '# sprawy', many: '# spraw', other: '# sprawy' };
    expect([1, 3, 5, 22].map((n) => plural(n, polish, 'pl'))).toEqual(['1 sprawa', '3 sprawy', '5 spraw', '22 sprawy']);
  });

  it('falls back to the form that every language has', () => {
    expect(plural(2, { other: '# files' }, 'ar')).toMatch(/files$/);
  });
});

describe('time', () => {
  it('counts down to the second at the end, in words before', () => {
    expect(timeLeft(ahead(9 * MINUTE + 7_000), NOW, 'en')).toBe('9:07');
    expect(timeLeft(ahead(400), NOW, 'en')).toBe('0:01');
    expect(timeLeft(ahead(24 * MINUTE), NOW, 'en')).toBe('24m');
    expect(timeLeft(ahead(29 * 24 * 60 * MINUTE), NOW, 'en')).toBe('29d');
    expect(timeLeft(ahead(0), NOW, 'en')).toBeNull();
    expect(timeLeft('not a time', NOW, 'en')).toBeNull();
  });

  it('says a span in its largest parts', () => {
    expect(span(42_000, 'en')).toBe('42s');
    expect(span(125 * MINUTE, 'en')).toBe('2h 5m');
    expect(span(-5, 'en')).toBe('0s');
  });

  it('says how long ago, and the date when that says more', () => {
    expect(relative(ahead(-10_000), NOW, 'en')).toBe('now');
    expect(relative(ahead(-5 * MINUTE), NOW, 'en')).toBe('5 min. ago');
    expect(relative(ahead(-30 * 24 * 60 * MINUTE), NOW, 'en')).toBe('Oct 22');
    expect(relative(ahead(-400 * 24 * 60 * MINUTE), NOW, 'en')).toBe('Oct 17, 2025');
  });

  it('keeps the language of the words and takes the region of the browser', () => {
    expect(pickLocale('en', ['de-DE', 'en-GB', 'en-US'])).toBe('en-GB');
    expect(pickLocale('en', ['de-DE'])).toBe('en');
  });
});

describe('phone', () => {
  it('groups the digits as the country does', () => {
    expect(phone('+4915123456702')).toBe('+49 1512 3456702');
    expect(phone('+493012345678')).toBe('+49 30 12345678');
    expect(phone('+12125550123')).toBe('+1 212 555 0123');
    expect(phone('+33612345678')).toBe('+33 6 12 34 56 78');
    expect(phone('+447911123456')).toBe('+44 7911 123456');
    expect(phone('+48512345678')).toBe('+48 512 345 678');
    expect(phone('+380441234567')).toBe('+380 44 123 4567');
    expect(phone('+35312345678')).toBe('+353 123 456 78');
  });

  it('adds nothing but spaces, and leaves what is masked or no number', () => {
    for (const number of ['+4915123456702', '+35312345678', '+2341234567', '+61412345678', '+8613912345678'])
      expect(phone(number).replaceAll(' ', '')).toBe(number);
    expect(phone('XXX-XXX-6702')).toBe('XXX-XXX-6702');
    expect(phone('+49 •••• 6702')).toBe('+49 •••• 6702');
    expect(phone('112')).toBe('112');
  });
});

describe('names', () => {
  it('of languages stay codes while they are being typed', () => {
    expect(languageName('de')).toBe('German');
    expect(languageName('d')).toBe('d');
  });

  it('of countries stand there once, in order', () => {
    const all = countries();
    expect(all).toContainEqual({ code: 'UA', name: 'Ukraine' });
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    expect(all.length).toBeGreaterThan(230);
  });
});

describe('bytes', () => {
  it('uses the step that reads best', () => {
    expect(bytes(183_220, 'en')).toBe('183 kB');
    expect(bytes(1_500_000, 'en')).toBe('1.5 MB');
    expect(bytes(12, 'en')).toBe('12 bytes');
  });
});
