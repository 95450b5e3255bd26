import { locale } from '$lib/format/locale.svelte';

export const UNITS = { second: 1, minute: 60, hour: 3600, day: 86_400 } as const;
export type Unit = keyof typeof UNITS;

/** As long as a rule looks back: 30 days. */
export const SPAN_SECS_MAX = 30 * UNITS.day;

/** In the largest unit that needs no fraction: 300 seconds are 5 minutes, 90 are 90 seconds. */
export function toSpan(secs: number): { amount: number; unit: Unit } {
  const unit = (['day', 'hour', 'minute'] as const).find((one) => secs >= UNITS[one] && secs % UNITS[one] === 0) ?? 'second';
  return { amount: secs / UNITS[unit], unit };
}

export const toSecs = (amount: number, unit: Unit): number => Math.min(SPAN_SECS_MAX, Math.max(1, Math.round(amount * UNITS[unit])));

/** “5 minutes”. */
export function spanText(secs: number, language = locale()): string {
  const { amount, unit } = toSpan(secs);
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(amount);
}

/** “minutes”, as it stands behind a number. */
export function unitName(unit: Unit, amount: number, language = locale()): string {
  const parts = new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).formatToParts(amount);
  return parts.filter((part) => part.type === 'unit').map((part) => part.value).join('');
}
