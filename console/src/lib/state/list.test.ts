import { describe, expect, it } from 'vitest';
import { appendPage, neighbour, removeItem, replaceItem } from './list';

const items = [
  { id: 'a', n: 1 },
  { id: 'b', n: 1 },
  { id: 'c', n: 1 }
];

describe('lists', () => {
  it('appends a page and shows a row that moved only once, in its newer form', () => {
    const next = appendPage(items, [
      { id: 'c', n: 2 },
      { id: 'd', n: 1 }
    ]);
    expect(next.map((item) => item.id)).toEqual(['a', 'b', 'c', 'd']);
    expect(next[2]?.n).toBe(2);
  });

  it('changes a row where it stands and leaves unknown ones out', () => {
    expect(replaceItem(items, { id: 'b', n: 5 }).map((item) => item.n)).toEqual([1, 5, 1]);
    expect(replaceItem(items, { id: 'x', n: 5 })).toEqual(items);
    expect(removeItem(items, 'a').map((item) => item.id)).toEqual(['b', 'c']);
  });

  it('moves to the neighbour and holds at the ends', () => {
    expect(neighbour(items, 'a', 1)?.id).toBe('b');
    expect(neighbour(items, 'c', 1)?.id).toBe('c');
    expect(neighbour(items, null, 1)?.id).toBe('a');
    expect(neighbour(items, null, -1)?.id).toBe('c');
    expect(neighbour([], 'a', 1)).toBeUndefined();
  });
});
