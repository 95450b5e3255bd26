import { locale } from './locale.svelte';
import { formatter } from './formatter';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type Moment = string | number | Date;

function millis(moment: Moment): number {
  return moment instanceof Date ? moment.getTime() : typeof moment === 'number' ? moment : Date.parse(moment);
}

function unit(value: number, name: 'second' | 'minute' | 'hour' | 'day', language: string): string {
  return formatter('NumberFormat', language, { style: 'unit', unit: name, unitDisplay: 'narrow' }).format(value);
}

/** A span in its two largest parts: `42s`, `7m`, `2h 5m`, `29d`. */
export function span(ms: number, language = locale()): string {
  const left = Math.max(0, ms);
  if (left < MINUTE) return unit(Math.floor(left / SECOND), 'second', language);
  if (left < HOUR) return unit(Math.floor(left / MINUTE), 'minute', language);
  if (left < DAY) {
    const hours = unit(Math.floor(left / HOUR), 'hour', language);
    const minutes = Math.floor((left % HOUR) / MINUTE);
    return minutes > 0 && left < 10 * HOUR ? `${hours} ${unit(minutes, 'minute', language)}` : hours;
  }
  return unit(Math.floor(left / DAY), 'day', language);
}

/** What is left of something that ends: under ten minutes to the second (`4:07`), then in words; `null` when over. */
export function timeLeft(end: Moment, now: number, language = locale()): string | null {
  const left = millis(end) - now;
  if (!(left > 0)) return null;
  if (left >= 10 * MINUTE) return span(left, language);
  const seconds = Math.ceil(left / SECOND);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** How long ago, or the date when that says more. */
export function relative(moment: Moment, now: number, language = locale()): string {
  const at = millis(moment);
  const past = now - at;
  const format = formatter('RelativeTimeFormat', language, { numeric: 'auto', style: 'short' });
  if (Math.abs(past) < 45 * SECOND) return format.format(0, 'second');
  if (Math.abs(past) < HOUR) return format.format(-Math.round(past / MINUTE), 'minute');
  if (Math.abs(past) < DAY) return format.format(-Math.round(past / HOUR), 'hour');
  if (Math.abs(past) < 7 * DAY) return format.format(-Math.round(past / DAY), 'day');
  return shortDate(at, now, language);
}

export function shortDate(moment: Moment, now: number, language = locale()): string {
  const date = new Date(millis(moment));
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  return formatter('DateTimeFormat', language, {
    day: 'numeric',
    month: 'short',
    ...(sameYear ? {} : { year: 'numeric' })
  }).format(date);
}

export function exact(moment: Moment, language = locale()): string {
  return formatter('DateTimeFormat', language, { dateStyle: 'medium', timeStyle: 'medium' }).format(millis(moment));
}

export function mediumDate(moment: Moment, language = locale()): string {
  return formatter('DateTimeFormat', language, { dateStyle: 'medium' }).format(millis(moment));
}

export function mediumTime(moment: Moment, language = locale()): string {
  return formatter('DateTimeFormat', language, { timeStyle: 'medium' }).format(millis(moment));
}

export function clockTime(moment: Moment, language = locale()): string {
  return formatter('DateTimeFormat', language, { timeStyle: 'short' }).format(millis(moment));
}

/** The time alone when it is today, the day as well when it is not. */
export function moment(at: Moment, now: number, language = locale()): string {
  if (dayOf(at) === dayOf(now)) return clockTime(at, language);
  const date = new Date(millis(at));
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  return formatter('DateTimeFormat', language, {
    day: 'numeric',
    month: 'short',
    ...(sameYear ? {} : { year: 'numeric' }),
    hour: 'numeric',
    minute: '2-digit'
  }).format(date);
}

export function dayOf(moment: Moment): string {
  const date = new Date(millis(moment));
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

export function longDate(moment: Moment, language = locale()): string {
  return formatter('DateTimeFormat', language, { weekday: 'long', day: 'numeric', month: 'long' }).format(millis(moment));
}
