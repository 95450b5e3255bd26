/** The list with one item at another place; places outside are the ends. */
export function moved<T>(items: readonly T[], from: number, to: number): T[] {
  const place = Math.min(Math.max(to, 0), items.length - 1);
  const rest = items.filter((_, at) => at !== from);
  const item = items[from];
  return item === undefined ? [...items] : [...rest.slice(0, place), item, ...rest.slice(place)];
}

/** Rows in an order that somebody made; rows that came since stand behind, those that went are gone. */
export function inOrder<T extends { id: string }>(items: readonly T[], order: readonly string[] | null): T[] {
  if (!order) return [...items];
  const known = order.flatMap((id) => items.find((item) => item.id === id) ?? []);
  return [...known, ...items.filter((item) => !order.includes(item.id))];
}
