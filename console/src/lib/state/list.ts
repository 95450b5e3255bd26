/** Pure steps of a list that is read in pages and changed by live updates. */

interface Item {
  id: string;
}

/** A row may have moved between two pages while they were read: it is shown once, in its newer form. */
export function appendPage<T extends Item>(items: readonly T[], page: readonly T[]): T[] {
  const fresh = new Map(page.map((item) => [item.id, item]));
  const kept = items.map((item) => {
    const newer = fresh.get(item.id);
    if (newer) fresh.delete(item.id);
    return newer ?? item;
  });
  return [...kept, ...fresh.values()];
}

/** Changes a row where it stands, so that nothing jumps; unknown rows are left to the next load. */
export function replaceItem<T extends Item>(items: readonly T[], item: T): T[] {
  return items.map((old) => (old.id === item.id ? item : old));
}

export function removeItem<T extends Item>(items: readonly T[], id: string): T[] {
  return items.filter((item) => item.id !== id);
}

/** The row after or before the current one; the ends hold. */
export function neighbour<T extends Item>(items: readonly T[], id: string | null, step: 1 | -1): T | undefined {
  const at = items.findIndex((item) => item.id === id);
  if (at < 0) return step === 1 ? items[0] : items[items.length - 1];
  return items[Math.min(Math.max(at + step, 0), items.length - 1)];
}
