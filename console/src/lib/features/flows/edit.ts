import type { FlowDocument, FlowNode, NodeKind } from '$lib/api';
import { newNode } from './kinds';
import { placesOf, type Place } from './layout';

/** What somebody does to a flow, step by step: a document in, another one out. Nothing here changes what it was given. */

/** As the server wants it: 1 to 64 letters, digits, `_`, `-` and `.`. */
export const NODE_ID = /^[A-Za-z0-9_.-]{1,64}$/;

/** An id that is free, and says what the node does. */
export function freeId(document: FlowDocument, base: string): string {
  const stem = base.replaceAll(/[^A-Za-z0-9_.-]+/g, '_').slice(0, 56) || 'node';
  if (!document.nodes[stem]) return stem;
  for (let n = 2; ; n++) if (!document.nodes[`${stem}_${n}`]) return `${stem}_${n}`;
}

/** A new node: below the one it is drawn from, else below all. It becomes the first where there is none. */
export function addNode(document: FlowDocument, kind: NodeKind, from?: { node: string; exit: string }, at?: Place): { document: FlowDocument; id: string } {
  const id = freeId(document, kind);
  const places = placesOf(document);
  const source = from ? places.get(from.node) : undefined;
  const last = Math.max(-1, ...[...places.values()].map((place) => place.row));
  const wanted = at ?? (source ? { column: source.column, row: source.row + 1 } : { column: 0, row: last + 1 });
  const node = { ...newNode(kind), at: freePlace(places, wanted) };
  const added = withPlaces(document, places);
  const nodes = { ...added.nodes, [id]: node };
  const next = { ...added, start: document.nodes[document.start] ? document.start : id, nodes };
  return { document: from ? connect(next, from.node, from.exit, id) : next, id };
}

/** The node goes, and so do the lines that lead to it. */
export function removeNode(document: FlowDocument, id: string): FlowDocument {
  const nodes: Record<string, FlowNode> = {};
  for (const [other, node] of Object.entries(document.nodes)) {
    if (other !== id) nodes[other] = { ...node, exits: Object.fromEntries(Object.entries(node.exits ?? {}).filter(([, to]) => to !== id)) };
  }
  const start = document.start === id ? (Object.keys(nodes)[0] ?? document.start) : document.start;
  return tidy({ ...document, start, on_error: document.on_error === id ? null : document.on_error, nodes });
}

/** Everything that led to the old name leads to the new one. */
export function renameNode(document: FlowDocument, id: string, name: string): FlowDocument {
  const to = (target: string) => (target === id ? name : target);
  const nodes = Object.fromEntries(
    Object.entries(document.nodes).map(([other, node]) => [
      to(other),
      { ...node, exits: Object.fromEntries(Object.entries(node.exits ?? {}).map(([exit, target]) => [exit, to(target)])) }
    ])
  );
  return tidy({ ...document, start: to(document.start), on_error: document.on_error ? to(document.on_error) : document.on_error, nodes });
}

/** `to`: null takes the line away. */
export function connect(document: FlowDocument, from: string, exit: string, to: string | null): FlowDocument {
  const node = document.nodes[from];
  if (!node) return document;
  const exits = { ...node.exits };
  if (to) exits[exit] = to;
  else delete exits[exit];
  return withNode(document, from, { ...node, exits });
}

export const withNode = (document: FlowDocument, id: string, node: FlowNode): FlowDocument => ({ ...document, nodes: { ...document.nodes, [id]: node } });

/** Fields of a node; what is undefined is taken out, so that the server's own value holds. */
export function patchNode(document: FlowDocument, id: string, fields: Partial<FlowNode>): FlowDocument {
  const node = document.nodes[id];
  if (!node) return document;
  const next = { ...node, ...fields } as unknown as Record<string, unknown>;
  for (const [name, value] of Object.entries(next)) if (value === undefined) delete next[name];
  return withNode(document, id, next as unknown as FlowNode);
}

/** To another place of the grid. Whoever stands there changes places with it. */
export function moveNode(document: FlowDocument, id: string, to: Place): FlowDocument {
  const places = placesOf(document);
  const from = places.get(id);
  const place = { column: Math.max(0, to.column), row: Math.max(0, to.row) };
  if (!from || same(from, place)) return document;
  const other = [...places].find(([name, at]) => name !== id && same(at, place));
  places.set(id, place);
  if (other) places.set(other[0], from);
  return withPlaces(document, places);
}

/** Lays everything out anew. */
export function arrange(document: FlowDocument): FlowDocument {
  const bare = Object.fromEntries(Object.entries(document.nodes).map(([id, { at: _, ...node }]) => [id, node as FlowNode]));
  const next = { ...document, nodes: bare };
  return withPlaces(next, placesOf(next));
}

/** A menu's keys: a key that goes takes its line along. */
export function chooseKeys(document: FlowDocument, id: string, keys: string[]): FlowDocument {
  const node = document.nodes[id];
  if (!node) return document;
  const exits = Object.fromEntries(Object.entries(node.exits ?? {}).filter(([exit]) => exit === 'failed' || keys.includes(exit)));
  return withNode(document, id, { ...node, choices: keys, exits });
}

/** A branch of a condition gets another name, and keeps its line. */
export function renameBranch(document: FlowDocument, id: string, at: number, name: string): FlowDocument {
  const node = document.nodes[id];
  const old = node?.branches?.[at]?.exit;
  if (!node || old === undefined) return document;
  const branches = node.branches!.map((branch, n) => (n === at ? { ...branch, exit: name } : branch));
  const exits = { ...node.exits };
  const target = exits[old];
  if (target !== undefined && name && !branches.some((branch) => branch.exit === old)) {
    delete exits[old];
    exits[name] = target;
  }
  return withNode(document, id, { ...node, branches, exits });
}

export function removeBranch(document: FlowDocument, id: string, at: number): FlowDocument {
  const node = document.nodes[id];
  const gone = node?.branches?.[at]?.exit;
  if (!node || gone === undefined) return document;
  const branches = node.branches!.filter((_, n) => n !== at);
  const exits = { ...node.exits };
  if (gone !== 'otherwise' && !branches.some((branch) => branch.exit === gone)) delete exits[gone];
  return withNode(document, id, { ...node, branches, exits });
}

export function same(a: Place, b: Place): boolean {
  return a.column === b.column && a.row === b.row;
}

function freePlace(places: Map<string, Place>, wanted: Place): Place {
  const place = { ...wanted };
  while ([...places.values()].some((taken) => same(taken, place))) place.column++;
  return place;
}

/** Where nodes were laid out by themselves, they keep their places from now on: nothing jumps when one is added. */
function withPlaces(document: FlowDocument, places: Map<string, Place>): FlowDocument {
  return { ...document, nodes: Object.fromEntries(Object.entries(document.nodes).map(([id, node]) => [id, { ...node, at: places.get(id)! }])) };
}

function tidy(document: FlowDocument): FlowDocument {
  const { on_error, ...rest } = document;
  return on_error ? document : rest;
}
