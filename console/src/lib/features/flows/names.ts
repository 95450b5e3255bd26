import type { FlowFinding, FlowNode } from '$lib/api';
import { m } from '$lib/messages';
import { fieldText } from '$lib/messages/server';
import { NAMED_EXITS } from './kinds';

/** What stands on a node: its own name; else its id, or what it does where that is all the id says. */
export function nodeName(id: string, node: FlowNode | undefined): string {
  if (!node || node.label) return node?.label || id;
  if (!id.startsWith(node.kind)) return id;
  const rest = id.slice(node.kind.length);
  return /^(_\d+)?$/.test(rest) ? kindName(node.kind) + rest.replace('_', ' ') : id;
}

export const kindName = (kind: string) => (m.flowKinds as Record<string, { name: string } | undefined>)[kind]?.name ?? kind;

/** The word for an exit; keys and names that somebody chose stand for themselves. */
export function exitName(exit: string): string {
  return NAMED_EXITS.includes(exit) ? ((m.flowExits as Record<string, string>)[exit] ?? exit) : exit;
}

/** Codes of a flow stand beside those of other pages, which may have the same words for something else. */
export const findingText = (finding: FlowFinding) => fieldText(`flow-${finding.code}`, finding.detail);

/** A field of a node in words, for lists of changes and problems. */
export function fieldName(field: string): string {
  if (field.startsWith('exits.')) return m.flows.exitNamed(exitName(field.slice('exits.'.length)));
  const words = m.flowFields as Record<string, string>;
  return words[field.split('.')[0]!] ?? field;
}
