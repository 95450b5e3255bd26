import type { Calendar, CalendarInput, Span, Weekday } from '$lib/api';
import { locale } from '$lib/format/locale.svelte';

export const DAYS: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
export const WORK_DAYS: readonly Weekday[] = DAYS.slice(0, 5);

/** What the form holds of a holiday; hours that are not used come back when it is no longer closed all day. */
export interface HolidayForm {
  date: string;
  name: string;
  closed: boolean;
  hours: Span[];
}

export interface CalendarForm {
  name: string;
  time_zone: string;
  week: Record<Weekday, Span[]>;
  holidays: HolidayForm[];
}

/** Monday 1 January 2024, and the days after it. */
const dayDate = (day: Weekday) => new Date(Date.UTC(2024, 0, 1 + DAYS.indexOf(day)));

export function dayName(day: Weekday, language = locale()): string {
  return new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' }).format(dayDate(day));
}

/** The zone of this browser, until somebody chooses another. */
export const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

/** All zones that the browser knows, with those that must not be missing. */
export function zones(...also: string[]): string[] {
  return [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', ...also])].filter(Boolean).sort();
}

/** Fields for a time of day end at 23:59: midnight is the beginning of the next day there, which means the same. */
const typed = (span: Span): Span => ({ from: span.from === '24:00' ? '00:00' : span.from, to: span.to === '24:00' ? '00:00' : span.to });

export function toForm(calendar: Calendar | null): CalendarForm {
  const week = Object.fromEntries(DAYS.map((day) => [day, (calendar?.week[day] ?? []).map(typed)])) as CalendarForm['week'];
  if (!calendar) for (const day of WORK_DAYS) week[day] = [{ from: '09:00', to: '17:00' }];
  return {
    name: calendar?.name ?? '',
    time_zone: calendar?.time_zone ?? ownZone(),
    week,
    holidays: (calendar?.holidays ?? []).map((day) => ({ date: day.date, name: day.name, closed: day.hours.length === 0, hours: day.hours.map(typed) }))
  };
}

export function fromForm(form: CalendarForm): CalendarInput {
  return {
    name: form.name.trim(),
    time_zone: form.time_zone,
    week: form.week,
    holidays: form.holidays.map((day) => ({ date: day.date, name: day.name.trim(), hours: day.closed ? [] : day.hours }))
  };
}

export type SpanNote = 'next-day' | 'all-day' | null;

/** What a span says besides its times. */
export function noteOf(span: Span): SpanNote {
  if (!span.from || !span.to || span.to > span.from) return null;
  if (span.to === span.from) return span.from === '00:00' ? 'all-day' : 'next-day';
  return span.to === '00:00' ? null : 'next-day';
}

/** The places of spans that begin before another of the same day has ended. */
export function overlaps(spans: readonly Span[]): Set<number> {
  const wrong = new Set<number>();
  const whole = spans.map((span, at) => ({ ...span, at })).filter((span) => span.from && span.to);
  whole.sort((a, b) => a.from.localeCompare(b.from) || a.at - b.at);
  for (const [n, span] of whole.entries()) {
    const before = whole[n - 1];
    if (before && (before.to <= before.from || span.from < before.to)) wrong.add(span.at);
  }
  return wrong;
}

/** The places of holidays whose day stands there already. */
export function twice(holidays: readonly HolidayForm[]): Set<number> {
  const seen = new Set<string>();
  const wrong = new Set<number>();
  for (const [at, { date }] of holidays.entries()) {
    if (date && seen.has(date)) wrong.add(at);
    seen.add(date);
  }
  return wrong;
}

/** Whether the server would refuse it for its hours or days. */
export function isWrong(form: CalendarForm): boolean {
  const days = [...DAYS.map((day) => form.week[day]), ...form.holidays.filter((day) => !day.closed).map((day) => day.hours)];
  return days.some((spans) => overlaps(spans).size > 0) || twice(form.holidays).size > 0;
}

/** The next span that a day offers: an hour after the last one, or the usual day. */
export function nextSpan(spans: readonly Span[]): Span {
  const last = spans.at(-1);
  if (!last) return { from: '09:00', to: '17:00' };
  const from = Number(last.to.slice(0, 2)) + 1;
  return last.to > last.from && from <= 22 ? { from: `${two(from)}:00`, to: `${two(Math.min(from + 4, 23))}:00` } : { from: '', to: '' };
}

const two = (n: number) => String(n).padStart(2, '0');

/** When it opens or closes next, on the clock of its own zone: the time alone on the same day, else with the day. */
export function changeTime(at: string, now: number, zone: string, language = locale()): string {
  const options = { timeZone: known(zone) };
  const day = (moment: number) => new Intl.DateTimeFormat('en-CA', { ...options, dateStyle: 'short' }).format(moment);
  const then = Date.parse(at);
  const time = { ...options, hour: 'numeric', minute: '2-digit' } as const;
  if (day(then) === day(now)) return new Intl.DateTimeFormat(language, time).format(then);
  const near = then - now < 6 * 24 * 3_600_000;
  return new Intl.DateTimeFormat(language, near ? { ...time, weekday: 'long' } : { ...time, day: 'numeric', month: 'short' }).format(then);
}

/** A zone that the server knows and this browser does not is shown in UTC. */
function known(zone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}
