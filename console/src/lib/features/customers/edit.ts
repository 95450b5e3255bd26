import type { Attribute, AttributeValue, Profile } from '$lib/api';

export const FIELDS = ['name', 'email', 'phone', 'external_id', 'language'] as const;
export type Field = (typeof FIELDS)[number];

export interface ProfileForm {
  kind: 'person' | 'organisation';
  fields: Record<Field, string>;
  attributes: Record<string, string | boolean>;
}

export function toForm(profile: Profile | null, attributes: readonly Attribute[]): ProfileForm {
  const fields = Object.fromEntries(FIELDS.map((name) => [name, profile?.[name] ?? ''])) as Record<Field, string>;
  return {
    kind: profile?.kind ?? 'person',
    fields,
    attributes: Object.fromEntries(
      attributes.map(({ key, type }) => {
        const value = profile?.attributes[key] ?? null;
        return [key, type === 'checkbox' ? value === true : value === null ? '' : String(value)];
      })
    )
  };
}

/** What somebody typed as a value of this type; nothing is no value. */
export function typed(value: string | boolean, type: Attribute['type']): AttributeValue {
  if (typeof value === 'boolean') return value;
  const text = value.trim();
  if (text === '') return null;
  return type === 'number' ? Number(text) : text;
}

/**
 * What changed, and nothing else: a value that its editor sees masked is sent only when somebody typed over it, so that
 * bullets never replace what they hide.
 */
export function changes(before: ProfileForm, after: ProfileForm, attributes: readonly Attribute[]) {
  const body: Record<string, unknown> = {};
  if (after.kind !== before.kind) body.kind = after.kind;
  for (const name of FIELDS) {
    const value = after.fields[name].trim();
    if (value !== before.fields[name]) body[name] = value === '' ? null : value;
  }
  const changed = attributes
    .filter(({ key }) => after.attributes[key] !== before.attributes[key])
    .map(({ key, type }) => [key, typed(after.attributes[key] ?? '', type)] as const);
  if (changed.length > 0) body.attributes = Object.fromEntries(changed);
  return body;
}
