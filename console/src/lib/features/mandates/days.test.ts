import { describe, expect, it } from 'vitest';
import { dayEnd, dayStart, lastDay, shorterDays, today } from './days';

describe('the days of a mandate', () => {
  it('are those of the person who enters it, the last one whole', () => {
    expect(new Date(dayStart('2026-02-28'))).toEqual(new Date(2026, 1, 28));
    expect(new Date(dayEnd('2026-02-28'))).toEqual(new Date(2026, 2, 1));
    expect(new Date(dayEnd('2026-12-31'))).toEqual(new Date(2027, 0, 1));
    expect(new Date(lastDay(dayEnd('2026-02-28'))).getDate()).toBe(28);
    expect(today(new Date(2026, 0, 5, 23, 59))).toBe('2026-01-05');
  });

  it('that make it shorter lie between today and the day before the last one', () => {
    const now = new Date(2026, 4, 10, 15);
    const mandate = { valid_from: dayStart('2026-05-01'), valid_until: dayEnd('2026-05-20') };
    expect(shorterDays(mandate, now)).toEqual({ min: '2026-05-10', max: '2026-05-19' });
    expect(shorterDays({ ...mandate, valid_from: dayStart('2026-05-15') }, now)).toEqual({ min: '2026-05-15', max: '2026-05-19' });
    expect(shorterDays({ ...mandate, valid_until: null }, now)).toEqual({ min: '2026-05-10', max: undefined });
    expect(shorterDays({ ...mandate, valid_until: dayEnd('2026-05-10') }, now)).toBeNull();
    // An end in the middle of a day, as another system may have set it.
    expect(shorterDays({ ...mandate, valid_until: new Date(2026, 4, 20, 9).toISOString() }, now)?.max).toBe('2026-05-19');
  });
});
