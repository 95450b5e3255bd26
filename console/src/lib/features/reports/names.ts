import type { ReportBy, ReportRow } from '$lib/api';
import { languageName } from '$lib/format/language';
import { m } from '$lib/messages';
import { dayName } from './reports';

/** A column in words; one that this console does not know is called as the server calls it. */
export function columnName(key: string): string {
  return (m.reports.column as Record<string, string>)[key] ?? key;
}

/** What a row is about. */
export function rowName(row: ReportRow, by: ReportBy, style: 'short' | 'long' = 'short'): string {
  if (by === 'day' || by === 'week') return dayName(row.key, style);
  if (by === 'device' && row.name) return (m.reports.devices as Record<string, string>)[row.name] ?? row.name;
  if (by === 'language' && row.name) return languageName(row.name);
  if (row.name) return row.name;
  if (row.key === 'others') return m.reports.others;
  return row.key === 'none' ? m.reports.nobody[by] : m.reports.gone;
}
