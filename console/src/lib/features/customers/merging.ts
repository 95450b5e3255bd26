import { api, type Attribute, type AttributeValue, type Merge, type MergeGain, type MergePreview, type TimelineEntry } from '$lib/api';
import { languageName } from '$lib/format/language';
import { namesOf } from '$lib/format/list';
import { m } from '$lib/messages';
import { problemText } from '$lib/messages/server';
import { Action } from '$lib/state/resource.svelte';
import { toasts } from '$lib/state/toasts.svelte';
import { attributeText } from './attribute-text';

type Attributes = readonly Attribute[];

const definition = (field: string, attributes: Attributes) =>
  attributes.find((attribute) => attribute.level === 'profile' && `attributes.${attribute.key}` === field);

/** The name of a place of a customer, such as `email`, `claims.phone` or `attributes.tariff`. */
export function placeName(field: string, attributes: Attributes): string {
  const claimed = field.startsWith('claims.') ? field.slice('claims.'.length) : null;
  if (claimed) return m.merge.fields.claim(placeName(claimed, attributes));
  const names: Record<string, string> = {
    name: m.common.name,
    email: m.panel.email,
    phone: m.panel.phone,
    external_id: m.panel.externalId,
    language: m.panel.language,
    kind: m.panel.kind,
    state: m.merge.fields.state,
    identifier: m.merge.fields.identifier,
    account: m.merge.fields.account,
    attributes: m.merge.fields.attribute
  };
  return names[field] ?? definition(field, attributes)?.label ?? field.replace(/^attributes\./, '');
}

export const placeNames = (fields: readonly string[], attributes: Attributes) =>
  namesOf([...new Set(fields.map((field) => placeName(field, attributes)))]);

/** The value of such a place as people say it. */
export function placeValue(field: string, raw: AttributeValue, attributes: Attributes, now: number): AttributeValue {
  if (field === 'language' && typeof raw === 'string') return languageName(raw);
  if (field === 'state') return raw === 'blocked' ? m.customers.blocked : m.merge.active;
  return attributeText(definition(field, attributes), raw, now);
}

/**
 * What the one that goes on gets, without the identifiers that stand behind a field told already: one for each, because
 * different addresses may look alike where they are masked.
 */
export function gainsOf(preview: Pick<MergePreview, 'gains' | 'conflicts'>): MergeGain[] {
  const isIdentifier = (gain: MergeGain) => gain.field === 'identifier';
  const told = [
    ...preview.gains.filter((gain) => !isIdentifier(gain)).map((gain) => gain.value.value),
    ...preview.conflicts.map((conflict) => conflict.from.value)
  ];
  return preview.gains.filter((gain) => {
    const at = isIdentifier(gain) ? told.indexOf(gain.value.value) : -1;
    if (at >= 0) told.splice(at, 1);
    return at < 0;
  });
}

export const sourceName = (source: string) => m.customer.sources[source] ?? m.merge.sources[source] ?? source;

/** What was taken back, with what had to stay. */
export function saidOfUndo(merge: Merge, attributes: Attributes): string {
  return merge.conflicts.length > 0 ? m.merge.undoStayed(placeNames(merge.conflicts, attributes)) : m.merge.undoDone;
}

/** From the toast that tells of the merge: its answer has no other place than the next toast. */
export async function takeBack(merge: Merge, attributes: () => Attributes): Promise<void> {
  const action = new Action();
  const done = await action.run(() => api.merges.undo(merge.id));
  if (done.ok) toasts.say(saidOfUndo(done.value, attributes()));
  else if (action.error) toasts.say(problemText(action.error).what, { tone: 'danger' });
}

/** What a line of the timeline says besides its sentence: how two came to be one, and what stayed after an undo. */
export function saidOfEvent(entry: TimelineEntry, attributes: Attributes): string {
  const { ground, conflicts } = entry.details;
  if (entry.kind === 'profile.merged') return m.merge.grounds[ground as Merge['ground']] ?? '';
  if (entry.kind !== 'profile.unmerged' || !Array.isArray(conflicts) || conflicts.length === 0) return '';
  return m.merge.stayed(placeNames(conflicts.map(String), attributes));
}
