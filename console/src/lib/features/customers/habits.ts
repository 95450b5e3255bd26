import { locale } from '$lib/format/locale.svelte';

const HOUR_MS = 3_600_000;

/** Hours of a day from and to, as the language writes them: `9:00 AM – 12:00 PM`, `9:00–12:00`. */
export function hoursText(from: number, to: number, language = locale()): string {
  const format = new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' });
  // Each by itself: a range over midnight would name the days.
  return [from, to].map((hour) => format.format(hour * HOUR_MS)).join('–');
}

export const percentText = (percent: number, language = locale()): string =>
  new Intl.NumberFormat(language, { style: 'percent' }).format(percent / 100);
