import { REPORTS, type ReportColumn, type ReportKind, type ReportName, type ReportRow, type ReportValues } from '$lib/api';
import { REPORT_BYS, type ReportBy } from '$lib/api/reports';
import { locale } from '$lib/format/locale.svelte';
import { number } from '$lib/format/plural';
import { span } from '$lib/format/time';

const DAY_MS = 86_400_000;

/** What can be chosen with one press. */
export const RANGES = [7, 30, 90] as const;
const USUAL = 30;

export interface Choice {
  view: ReportName | 'overview';
  by: ReportBy;
  /** The last days, or `null` for those between `from` and `until`, both counted. */
  days: number | null;
  from: string;
  until: string;
  /** The column in the chart. */
  show: string | null;
  /** Only this website. */
  site: string | null;
}

const isDay = (text: string | null): text is string => text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));

/** A day so many days later. */
export function plus(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Today, where the workspace is. */
export function today(now: number, zone?: string): string {
  // Sweden writes days as the API does.
  return new Intl.DateTimeFormat('sv-SE', zone ? { timeZone: zone } : {}).format(now);
}

/** What an address asks for. */
export function chosen(params: URLSearchParams): Choice {
  const named = params.get('view');
  const by = params.get('by');
  const days = Number(params.get('days'));
  const [from, until] = [params.get('from'), params.get('until')];
  const isCustom = isDay(from) && isDay(until) && from <= until;
  return {
    view: REPORTS.find((one) => one === named) ?? 'overview',
    by: REPORT_BYS.find((one) => one === by) ?? 'day',
    days: isCustom ? null : (RANGES.find((one) => one === days) ?? USUAL),
    from: isCustom ? from : '',
    until: isCustom ? until : '',
    show: params.get('show'),
    site: params.get('site')
  };
}

/** The same in the words of the API: `to` is the day after the last one. The server knows which day is today. */
export function query(choice: Choice, day: string): { from: string; to: string } {
  if (choice.days === null) return { from: choice.from, to: plus(choice.until, 1) };
  return { from: plus(day, 1 - choice.days), to: plus(day, 1) };
}

/** A number as people read it; nothing is a dash. */
export function said(value: number | null | undefined, kind: ReportKind): string {
  if (value === null || value === undefined) return '—';
  if (kind === 'seconds') return span(value * 1000);
  if (kind === 'share') return new Intl.NumberFormat(locale(), { style: 'percent', maximumFractionDigits: 1 }).format(value);
  if (kind === 'mean') return new Intl.NumberFormat(locale(), { maximumFractionDigits: 1 }).format(value);
  return number(value);
}

/** A day in its own calendar, whatever the zone of the browser. */
export function dayName(day: string, style: 'short' | 'long' = 'short'): string {
  const options: Intl.DateTimeFormatOptions =
    style === 'short' ? { day: 'numeric', month: 'short' } : { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' };
  return new Intl.DateTimeFormat(locale(), { ...options, timeZone: 'UTC' }).format(Date.parse(day));
}

/** Reasons and kinds are many: a column in which nothing happened says nothing. */
export function shown(columns: readonly ReportColumn[], total: ReportValues): ReportColumn[] {
  const isDetail = (key: string) => /^(refused_|of_|by_(?!hand))/.test(key);
  return columns.filter(({ key }) => !isDetail(key) || (total[key] ?? 0) !== 0);
}

/** Whether anything happened at all. */
export function isEmpty(rows: readonly ReportRow[]): boolean {
  return rows.every((row) => Object.values(row.values).every((value) => !value));
}

/** A top of the scale that is easy to read: 1, 2 or 5 with zeros. */
export function ceiling(highest: number, kind: ReportKind): number {
  if (kind === 'share') return 1;
  // Half of it stands at the middle line, and there is no half a conversation.
  if (kind !== 'mean' && highest <= 10) return [2, 4, 6].find((top) => top >= highest) ?? 10;
  if (highest <= 0) return 1;
  const step = 10 ** Math.floor(Math.log10(highest));
  return ([1, 2, 5, 10].find((times) => times * step >= highest) ?? 10) * step;
}
