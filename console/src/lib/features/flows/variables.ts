import type { FlowDocument, FlowNode } from '$lib/api';

/** What every call has. */
export const BUILT_IN = ['caller', 'callee', 'from', 'NUMBER', 'B-NUMBER', 'C-NUMBER', 'attestation'] as const;

const SETS = new Set(['keypad_input', 'http_request', 'set_variable']);

/** The variable that a node sets. */
export const setBy = (node: FlowNode): string | null => (SETS.has(node.kind) && node.variable ? node.variable : null);

/** Variables that may have a value when a call comes to this node: set on some way that leads here. */
export function inScope(document: FlowDocument, id: string): string[] {
  const before = new Set<string>();
  const into = new Map<string, string[]>();
  for (const [from, node] of Object.entries(document.nodes)) {
    for (const to of Object.values(node.exits ?? {})) into.set(to, [...(into.get(to) ?? []), from]);
  }
  // Whatever goes wrong leads there, from anywhere.
  if (document.on_error) into.set(document.on_error, Object.keys(document.nodes));
  const waiting = [...(into.get(id) ?? [])];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (before.has(next)) continue;
    before.add(next);
    waiting.push(...(into.get(next) ?? []));
  }
  const found = [...before].flatMap((one) => setBy(document.nodes[one]!) ?? []);
  return [...new Set(found)].sort((a, b) => a.localeCompare(b));
}

/** All variables of a flow with their classes: one that is secret anywhere is one. */
export function classesOf(document: FlowDocument): Map<string, 'public' | 'personal' | 'secret'> {
  const classes = new Map<string, 'public' | 'personal' | 'secret'>();
  for (const node of Object.values(document.nodes)) {
    const name = setBy(node);
    if (!name) continue;
    const own = node.class ?? 'personal';
    if (classes.get(name) !== 'secret') classes.set(name, own);
  }
  return classes;
}

/** What somebody is in the middle of writing: `{acc` at the cursor. */
export function opened(text: string, cursor: number): { from: number; part: string } | null {
  const found = /\{([A-Za-z0-9_.-]*)$/.exec(text.slice(0, cursor));
  return found ? { from: cursor - found[0].length, part: found[1]! } : null;
}

/** The text with a variable in the place of what was begun, and where the cursor stands then. */
export function inserted(text: string, from: number, to: number, name: string): { text: string; cursor: number } {
  const token = `{${name}}`;
  // Whoever typed the closing brace already does not get a second.
  const rest = text[to] === '}' ? to + 1 : to;
  return { text: text.slice(0, from) + token + text.slice(rest), cursor: from + token.length };
}
