/** Days of a mandate, as the person who enters it counts them: from the beginning of the first to the end of the last. */

export function today(now = new Date()): string {
  const two = (part: number) => String(part).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

function midnight(day: string, later: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}

export const dayStart = (day: string): string => midnight(day, 0);

/** The last day of something that ends at this moment. */
export const lastDay = (end: string): number => Date.parse(end) - 1;

/** The moment after it: an end is outside. */
export const dayEnd = (day: string): string => midnight(day, 1);

/** The first and the last of some days; without a last one they go on. */
export interface Days {
  min: string;
  max: string | undefined;
}

/** On which days a mandate can end so that it becomes shorter; none where it ends today, or with its first day. */
export function shorterDays(mandate: { valid_from: string; valid_until: string | null }, now = new Date()): Days | null {
  const first = new Date(Math.max(Date.parse(mandate.valid_from), now.getTime()));
  const last = mandate.valid_until === null ? null : new Date(lastDay(mandate.valid_until));
  last?.setDate(last.getDate() - 1);
  const days = { min: today(first), max: last ? today(last) : undefined };
  return days.max !== undefined && days.max < days.min ? null : days;
}
