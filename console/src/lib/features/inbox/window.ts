/** Which rows of a long list stand on screen, with some to spare, so that ten thousand rows cost what forty cost. */
export interface Range {
  start: number;
  end: number;
}

const SPARE = 8;

export function visibleRange(count: number, rowPx: number, scrollTop: number, heightPx: number): Range {
  const row = Math.max(1, rowPx);
  const first = Math.floor(Math.max(0, scrollTop) / row);
  const onScreen = Math.ceil(Math.max(0, heightPx) / row) + 1;
  const start = Math.max(0, Math.min(first, count) - SPARE);
  return { start, end: Math.min(count, first + onScreen + SPARE) };
}

/** How many rows a range has at most: so many are made, and each shows another case when it comes in at the other end. */
export function rowsMade(rowPx: number, heightPx: number): number {
  return Math.ceil(Math.max(0, heightPx) / Math.max(1, rowPx)) + 1 + 2 * SPARE;
}

/** Where to scroll so that a row is wholly seen; `null` when it is already. */
export function scrollFor(index: number, rowPx: number, scrollTop: number, heightPx: number): number | null {
  const top = index * rowPx;
  if (top < scrollTop) return top;
  if (top + rowPx > scrollTop + heightPx) return top + rowPx - heightPx;
  return null;
}
