import type { Visit } from '$lib/api';

export interface Merged {
  items: Visit[];
  /** Those that were not on screen yet, newest first. */
  arrivals: Visit[];
  /** Those on screen that are not as they were. */
  changed: string[];
}

const newestFirst = (one: Visit, other: Visit) =>
  other.started_at.localeCompare(one.started_at) || other.id.localeCompare(one.id);

/** By when they came: whoever clicks on stays where they are, so that no row jumps. */
export const arranged = (visits: readonly Visit[]): Visit[] => [...visits].sort(newestFirst);

/**
 * Lays what was just read over the rows on screen. Rows keep their places; of `gone`, those that the answer does not
 * name any more leave.
 */
export function mergeVisits(items: readonly Visit[], fresh: readonly Visit[], gone: ReadonlySet<string>): Merged {
  const read = new Map(fresh.map((visit) => [visit.id, visit]));
  const known = new Set(items.map((visit) => visit.id));
  const changed: string[] = [];
  const kept = items.flatMap((visit) => {
    const now = read.get(visit.id);
    if (!now) return gone.has(visit.id) ? [] : [visit];
    if (now.last_at !== visit.last_at || now.state !== visit.state || now.identity?.id !== visit.identity?.id) changed.push(visit.id);
    return [now];
  });
  return { items: kept, arrivals: arranged(fresh.filter((visit) => !known.has(visit.id))), changed };
}
