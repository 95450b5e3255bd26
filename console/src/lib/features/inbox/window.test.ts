import { describe, expect, it } from 'vitest';
import { rowsMade, scrollFor, visibleRange } from './window';

describe('the rows on screen', () => {
  it('are few, however many there are', () => {
    expect(visibleRange(10_000, 90, 450_000, 900)).toEqual({ start: 4992, end: 5019 });
    expect(visibleRange(10_000, 90, 0, 900)).toEqual({ start: 0, end: 19 });
    expect(visibleRange(10_000, 90, 10_000 * 90, 900)).toEqual({ start: 9992, end: 10_000 });
    expect(visibleRange(3, 90, 0, 900)).toEqual({ start: 0, end: 3 });
    expect(visibleRange(0, 90, 0, 900)).toEqual({ start: 0, end: 0 });
  });

  it('are never more than were made', () => {
    for (let top = 0; top < 4000; top += 37) {
      const { start, end } = visibleRange(10_000, 89, top, 871);
      expect(end - start).toBeLessThanOrEqual(rowsMade(89, 871));
    }
  });

  it('follow the row that a key went to', () => {
    expect(scrollFor(0, 90, 100, 900)).toBe(0);
    expect(scrollFor(20, 90, 0, 900)).toBe(990);
    expect(scrollFor(5, 90, 0, 900)).toBeNull();
  });
});
