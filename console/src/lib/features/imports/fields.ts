import type { ImportFile } from '$lib/api';
import { m } from '$lib/messages';

/** A field of a customer, as people call it; what the catalogue does not know is shown as the API names it. */
export function fieldName(name: string, fields: ImportFile['fields'] = []): string {
  const own = (m.imports.fields as Record<string, string>)[name];
  return own ?? fields.find((field) => field.name === name)?.label ?? name.replace(/^attributes\./, '').replaceAll('_', ' ');
}

/** Whether one of the columns says who a row is about. */
export function hasKey(fields: readonly (string | null)[]): boolean {
  return fields.some((field) => field === 'id' || field === 'reference' || field === 'external_id');
}

/** Fields that two columns would be. */
export function doubled(fields: readonly (string | null)[]): Set<string> {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const field of fields) {
    if (field === null) continue;
    if (seen.has(field)) twice.add(field);
    seen.add(field);
  }
  return twice;
}
