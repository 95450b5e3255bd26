import { describe, expect, it } from 'vitest';
import { ceiling, chosen, isEmpty, plus, query, said, shown, today } from './reports';

const of = (text: string) => chosen(new URLSearchParams(text));

describe('what an address asks for', () => {
  it('is the overview of the last 30 days if it says nothing', () => {
    expect(of('')).toEqual({ view: 'overview', by: 'day', days: 30, from: '', until: '', show: null, site: null });
  });

  it('takes known words only', () => {
    const odd = of('view=salaries&by=customer&days=12');
    expect([odd.view, odd.by, odd.days]).toEqual(['overview', 'day', 30]);
    const known = of('view=codes&by=channel&days=90&show=accepted');
    expect([known.view, known.by, known.days, known.show]).toEqual(['codes', 'channel', 90, 'accepted']);
  });

  it('takes days of its own only when they are days in their order', () => {
    expect(of('from=2026-03-01&until=2026-03-31').days).toBeNull();
    expect(of('from=2026-03-31&until=2026-03-01').days).toBe(30);
    expect(of('from=2026-13-01&until=2026-13-31').days).toBe(30);
    expect(of('from=2026-03-01').days).toBe(30);
  });
});

describe('the days of a report', () => {
  it('end with today, and with the last day that was chosen', () => {
    expect(query(of('days=7'), '2026-03-03')).toEqual({ from: '2026-02-25', to: '2026-03-04' });
    expect(query(of('from=2026-03-28&until=2026-03-29'), '2026-06-01')).toEqual({ from: '2026-03-28', to: '2026-03-30' });
    expect(plus('2026-12-31', 1)).toBe('2027-01-01');
  });

  it('are those of the workspace', () => {
    const at = Date.parse('2026-03-01T23:30:00Z');
    expect(today(at, 'UTC')).toBe('2026-03-01');
    expect(today(at, 'Europe/Berlin')).toBe('2026-03-02');
  });
});

describe('numbers', () => {
  it('for each are told with one place', () => {
    expect(said(2.345, 'mean')).toBe('2.3');
    expect(said(3, 'mean')).toBe('3');
  });

  it('are said in their unit, and nothing is a dash', () => {
    expect(said(1234, 'count')).toBe('1,234');
    expect(said(0.8125, 'share')).toBe('81.3%');
    expect(said(300, 'seconds')).toBe('5m');
    expect(said(null, 'share')).toBe('—');
  });

  it('stand under a top that is easy to read', () => {
    expect([0, 1, 3, 7, 12, 20, 51, 999].map((n) => ceiling(n, 'count'))).toEqual([2, 2, 4, 10, 20, 20, 100, 1000]);
    expect([1, 2, 3, 5, 9, 11].map((n) => said(ceiling(n, 'count') / 2, 'count'))).toEqual(['1', '1', '2', '3', '5', '10']);
    expect(ceiling(0.3, 'share')).toBe(1);
  });

  it('hide reasons that never came, and nothing else', () => {
    const columns = ['issued', 'refused_used', 'refused_expired', 'by_hand', 'by_agent'].map((key) => ({ key, kind: 'count' as const }));
    const left = shown(columns, { issued: 0, refused_used: 2, refused_expired: 0, by_hand: 0, by_agent: 0 });
    expect(left.map((column) => column.key)).toEqual(['issued', 'refused_used', 'by_hand']);
    expect(isEmpty([{ key: 'x', name: null, values: { a: 0, b: null } }])).toBe(true);
    expect(isEmpty([{ key: 'x', name: null, values: { a: 0, b: 1 } }])).toBe(false);
  });
});
