import type { FlowDocument } from '$lib/api';
import { exitsOf } from './kinds';

export interface Place {
  column: number;
  row: number;
}

/** How wide a node is drawn, how far apart columns and rows begin, and how high its parts are, in pixels. */
export const SIZE = { node: 240, column: 312, gap: 44, head: 52, exit: 26, foot: 8, pad: 24 } as const;

/** Where each node stands: as somebody put it, and all others by the longest way that leads to them. */
export function placesOf(document: FlowDocument): Map<string, Place> {
  const ids = Object.keys(document.nodes);
  const places = new Map<string, Place>();
  for (const id of ids) {
    const at = document.nodes[id]!.at;
    if (at && !taken(places, at)) places.set(id, { column: at.column, row: at.row });
  }
  const left = ids.filter((id) => !places.has(id));
  if (left.length === 0) return places;
  const depths = depthsOf(document);
  // What is new among placed nodes goes below them, so that nothing that was placed is covered.
  const offset = places.size > 0 ? Math.max(...[...places.values()].map((place) => place.row)) + 1 : 0;
  const shallowest = Math.min(...left.map((id) => depths.get(id)!));
  const order = orderOf(document);
  const rows = new Map<number, string[]>();
  for (const id of [...left].sort((a, b) => depths.get(a)! - depths.get(b)! || order.get(a)! - order.get(b)!)) {
    const row = offset + depths.get(id)! - (offset > 0 ? shallowest : 0);
    rows.set(row, [...(rows.get(row) ?? []), id]);
  }
  for (const [row, members] of rows) members.forEach((id, column) => places.set(id, { column, row }));
  return places;
}

function taken(places: Map<string, Place>, at: Place): boolean {
  return [...places.values()].some((place) => place.column === at.column && place.row === at.row);
}

/** Depth first from the start, exits in turn: the order in which somebody would tell it. */
export function orderOf(document: FlowDocument): Map<string, number> {
  const order = new Map<string, number>();
  const visit = (id: string | null | undefined) => {
    if (!id || order.has(id) || !document.nodes[id]) return;
    order.set(id, order.size);
    for (const target of targetsOf(document, id)) visit(target);
  };
  visit(document.start);
  visit(document.on_error);
  for (const id of Object.keys(document.nodes)) visit(id);
  return order;
}

function targetsOf(document: FlowDocument, id: string): string[] {
  const node = document.nodes[id]!;
  return exitsOf(node).flatMap((exit) => {
    const target = node.exits?.[exit];
    return target && document.nodes[target] ? [target] : [];
  });
}

/** The length of the longest way to each node; a line that leads back is no way. */
function depthsOf(document: FlowDocument): Map<string, number> {
  const after = new Map<string, string[]>();
  const state = new Map<string, 'open' | 'done'>();
  const sorted: string[] = [];
  const visit = (id: string) => {
    state.set(id, 'open');
    const forward: string[] = [];
    for (const target of targetsOf(document, id)) {
      if (state.get(target) === 'open') continue;
      forward.push(target);
      if (!state.has(target)) visit(target);
    }
    after.set(id, forward);
    state.set(id, 'done');
    sorted.unshift(id);
  };
  const order = orderOf(document);
  for (const id of [...order.keys()]) if (!state.has(id)) visit(id);
  const depths = new Map(sorted.map((id) => [id, 0]));
  for (const id of sorted) {
    for (const target of after.get(id)!) depths.set(target, Math.max(depths.get(target)!, depths.get(id)! + 1));
  }
  return depths;
}

export interface Box {
  id: string;
  x: number;
  y: number;
  height: number;
}

export interface Line {
  from: string;
  exit: string;
  to: string;
  path: string;
}

export interface Drawing {
  boxes: Map<string, Box>;
  lines: Line[];
  width: number;
  height: number;
}

export function heightOf(exits: number): number {
  return SIZE.head + exits * SIZE.exit + (exits > 0 ? SIZE.foot : 0);
}

/** Everything in pixels, from the start edge: a row is as high as its highest node. */
export function draw(document: FlowDocument, places: Map<string, Place>): Drawing {
  const heights = new Map<number, number>();
  const own = new Map<string, number>();
  for (const [id, { row }] of places) {
    const height = heightOf(exitsOf(document.nodes[id]!).length);
    own.set(id, height);
    heights.set(row, Math.max(heights.get(row) ?? 0, height));
  }
  const lastRow = Math.max(0, ...heights.keys());
  const tops: number[] = [];
  for (let row = 0, y = SIZE.pad; row <= lastRow; row++) {
    tops[row] = y;
    // An empty row stays one, but a low one: room to drop something.
    y += (heights.get(row) ?? SIZE.head) + SIZE.gap;
  }
  const boxes = new Map([...places].map(([id, { column, row }]) => [id, { id, x: SIZE.pad + column * SIZE.column, y: tops[row]!, height: own.get(id)! }]));
  const right = Math.max(0, ...[...boxes.values()].map((box) => box.x + SIZE.node));
  const bottom = Math.max(0, ...[...boxes.values()].map((box) => box.y + box.height));
  return { boxes, lines: linesOf(document, boxes), width: right + SIZE.pad * 2, height: bottom + SIZE.pad * 2 };
}

interface Draft {
  from: string;
  exit: string;
  to: string;
  y: number;
  source: Box;
  target: Box;
}

function linesOf(document: FlowDocument, boxes: Map<string, Box>): Line[] {
  const drafts = Object.entries(document.nodes).flatMap(([from, node]): Draft[] =>
    exitsOf(node).flatMap((exit, at) => {
      const to = node.exits?.[exit];
      const source = boxes.get(from);
      const target = to ? boxes.get(to) : undefined;
      return source && target && to ? [{ from, exit, to, y: exitY(source, at), source, target }] : [];
    })
  );
  const lanes = lanesOf(drafts);
  return drafts.map((draft) => ({ from: draft.from, exit: draft.exit, to: draft.to, path: curve(draft, lanes.get(bundleOf(draft))!) }));
}

const LANES = 6;
const bundleOf = ({ source, to }: Draft) => `${source.x} ${to}`;

/**
 * Lines run down beside a column, in lanes: those to one node share one, all others keep apart as far as there is room.
 * The shortest are the nearest, so that they are not crossed.
 */
function lanesOf(drafts: Draft[]): Map<string, number> {
  const bundles = new Map<string, { x: number; top: number; bottom: number }>();
  for (const draft of drafts) {
    const one = bundles.get(bundleOf(draft)) ?? { x: draft.source.x, top: Infinity, bottom: -Infinity };
    one.top = Math.min(one.top, draft.y, draft.target.y);
    one.bottom = Math.max(one.bottom, draft.y, draft.target.y);
    bundles.set(bundleOf(draft), one);
  }
  const lanes = new Map<string, number>();
  const taken: { x: number; lane: number; top: number; bottom: number }[] = [];
  for (const [key, { x, top, bottom }] of [...bundles].sort(([, a], [, b]) => a.bottom - a.top - (b.bottom - b.top))) {
    const isFree = (lane: number) => !taken.some((one) => one.x === x && one.lane === lane && one.top <= bottom && top <= one.bottom);
    const free = Array.from({ length: LANES }, (_, lane) => lane).find(isFree) ?? taken.length % LANES;
    lanes.set(key, free);
    taken.push({ x, lane: free, top, bottom });
  }
  return lanes;
}

export const exitY = (box: Box, at: number) => box.y + SIZE.head + at * SIZE.exit + SIZE.exit / 2;

/** From the exit's end edge to the target: from above where it stands below, else around its start edge. */
function curve({ source, target, y }: Draft, lane: number): string {
  const from = source.x + SIZE.node;
  const out = from + 12 + lane * 8;
  if (target.y > source.y + source.height) {
    const x = target.x + SIZE.node - 28 - lane * 9;
    const turn = target.y - 14 - lane * 3;
    return rounded([[from, y], [out, y], [out, turn], [x, turn], [x, target.y]]);
  }
  const head = target.y + 20;
  if (target.x > source.x) return rounded([[from, y], [out, y], [out, head], [target.x, head]]);
  const above = target.y - 14 - lane * 3;
  const around = target.x - 12 - lane * 2;
  return rounded([[from, y], [out, y], [out, above], [around, above], [around, head], [target.x, head]]);
}

type Point = readonly [number, number];
const CORNER = 7;

/** A line of right angles with soft corners. */
export function rounded(points: readonly Point[]): string {
  const [first, ...rest] = points;
  let path = `M${first![0]} ${first![1]}`;
  for (let n = 0; n < rest.length; n++) {
    const before = points[n]!;
    const here = rest[n]!;
    const after = rest[n + 1];
    if (!after) {
      path += `L${here[0]} ${here[1]}`;
      break;
    }
    const r = Math.min(CORNER, distance(before, here) / 2, distance(here, after) / 2);
    const [a, b] = [toward(here, before, r), toward(here, after, r)];
    path += `L${a[0]} ${a[1]}Q${here[0]} ${here[1]} ${b[0]} ${b[1]}`;
  }
  return path;
}

const distance = (a: Point, b: Point) => Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]);

function toward(from: Point, to: Point, by: number): Point {
  return [from[0] + Math.sign(to[0] - from[0]) * by, from[1] + Math.sign(to[1] - from[1]) * by];
}

/** The place under a point of the drawing. */
export function placeAt(drawing: Drawing, places: Map<string, Place>, x: number, y: number): Place {
  const column = Math.max(0, Math.round((x - SIZE.pad) / SIZE.column));
  const rows = [...new Set([...places.values()].map((place) => place.row))].sort((a, b) => a - b);
  const tops = new Map(rows.map((row) => [row, Math.min(...[...places].filter(([, at]) => at.row === row).map(([id]) => drawing.boxes.get(id)!.y))]));
  const last = rows.at(-1) ?? 0;
  if (y > drawing.height - SIZE.pad * 2) return { column, row: last + 1 };
  let best = 0;
  for (const [row, top] of tops) if (top - SIZE.gap / 2 <= y) best = row;
  return { column, row: best };
}

/** The nearest node in a direction, for the arrow keys. */
export function neighbourOf(places: Map<string, Place>, id: string, step: Place): string | null {
  const from = places.get(id);
  if (!from) return null;
  let best: { id: string; far: number } | null = null;
  for (const [other, at] of places) {
    const [dx, dy] = [at.column - from.column, at.row - from.row];
    const along = dx * step.column + dy * step.row;
    const aside = Math.abs(dx * step.row) + Math.abs(dy * step.column);
    if (along <= 0) continue;
    const far = along + aside * 2;
    if (!best || far < best.far) best = { id: other, far };
  }
  return best?.id ?? null;
}
