import { describe, expect, it } from 'vitest';
import { dayEnd, dayStart, lastDay, today } from './days';

describe('the days of a mandate', () => {
  it('are those of the person who enters it, the last one whole', () => {
    expect(new Date(dayStart('2026-02-28'))).toEqual(new Date(2026, 1, 28));
    expect(new Date(dayEnd('2026-02-28'))).toEqual(new Date(2026, 2, 1));
    expect(new Date(dayEnd('2026-12-31'))).toEqual(new Date(2027, 0, 1));
    expect(new Date(lastDay(dayEnd('2026-02-28'))).getDate()).toBe(28);
    expect(today(new Date(2026, 0, 5, 23, 59))).toBe('2026-01-05');
  });
});
