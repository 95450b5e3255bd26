import type { FlowDocument, FlowNode } from '$lib/api';

export interface NodeChange {
  id: string;
  what: 'added' | 'removed' | 'changed';
  /** Fields and exits that differ; a place in the grid says nothing to a caller. */
  fields: string[];
}

export interface FlowChanges {
  start: boolean;
  onError: boolean;
  nodes: NodeChange[];
}

/** What is different between what callers hear and the draft. */
export function changesBetween(before: FlowDocument, after: FlowDocument): FlowChanges {
  const ids = [...new Set([...Object.keys(before.nodes), ...Object.keys(after.nodes)])].sort((a, b) => a.localeCompare(b));
  const nodes = ids.flatMap((id): NodeChange[] => {
    const [old, now] = [before.nodes[id], after.nodes[id]];
    if (!old) return [{ id, what: 'added', fields: [] }];
    if (!now) return [{ id, what: 'removed', fields: [] }];
    const fields = fieldsBetween(old, now);
    return fields.length > 0 ? [{ id, what: 'changed', fields }] : [];
  });
  return { start: before.start !== after.start, onError: (before.on_error ?? null) !== (after.on_error ?? null), nodes };
}

export const isSame = (changes: FlowChanges) => !changes.start && !changes.onError && changes.nodes.length === 0;

function fieldsBetween(old: FlowNode, now: FlowNode): string[] {
  const names = new Set([...Object.keys(old), ...Object.keys(now)]);
  names.delete('at');
  names.delete('exits');
  const fields = [...names].filter((name) => stable(old[name as keyof FlowNode]) !== stable(now[name as keyof FlowNode]));
  const exits = new Set([...Object.keys(old.exits ?? {}), ...Object.keys(now.exits ?? {})]);
  return [...fields, ...[...exits].filter((exit) => old.exits?.[exit] !== now.exits?.[exit]).map((exit) => `exits.${exit}`)];
}

/** Members in one order: the server and the page may write them in different ones. */
export function stable(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    one && typeof one === 'object' && !Array.isArray(one) ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))) : one
  ) ?? '';
}
