const AT_ONCE = 4;

/**
 * Does something to each of many, a few at a time. All are tried; the answer says which were done, and what the first
 * of the others failed with.
 */
export async function each<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<{ done: T[]; error: unknown }> {
  const waiting = [...items];
  const done = new Set<T>();
  let error: unknown = null;
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      try {
        await work(item);
        done.add(item);
      } catch (failed) {
        error ??= failed;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  return { done: items.filter((item) => done.has(item)), error };
}
