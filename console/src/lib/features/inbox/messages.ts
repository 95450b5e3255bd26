import type { Firing, Message } from '$lib/api';
import { dayOf } from '$lib/format/time';

/**
 * Lays the newest page over what is on screen. Known messages take their newer form; when nothing overlaps, more came
 * than a page holds, and the page stands alone rather than beside a gap.
 */
export function mergeLatest(shown: readonly Message[], latest: readonly Message[]): { items: Message[]; gap: boolean } {
  const ids = new Set(latest.map((message) => message.id));
  const overlap = shown.findIndex((message) => ids.has(message.id));
  if (shown.length > 0 && latest.length > 0 && overlap < 0) return { items: [...latest], gap: true };
  const before = overlap < 0 ? shown : shown.slice(0, overlap);
  return { items: [...before.filter((message) => !ids.has(message.id)), ...latest], gap: false };
}

export type Entry = { id: string; at: string } & ({ message: Message; firing?: never } | { firing: Firing; message?: never });

export interface Day {
  key: string;
  at: string;
  entries: Entry[];
}

/** What was said and what rules did, in the order in which it happened; what a message set off stands behind it. */
export function byDay(messages: readonly Message[], firings: readonly Firing[] = []): Day[] {
  const entries: Entry[] = messages.map((message) => ({ id: message.id, at: message.received_at, message }));
  for (const firing of firings) entries.push({ id: firing.id, at: firing.at, firing });
  // The server writes all times alike, to the microsecond. Sorting is stable: messages were first.
  entries.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const days: Day[] = [];
  for (const entry of entries) {
    const key = dayOf(entry.at);
    const last = days[days.length - 1];
    if (last?.key === key) last.entries.push(entry);
    else days.push({ key, at: entry.at, entries: [entry] });
  }
  return days;
}

/** An address from outside is a link only when it leads to a web page. */
export function webAddress(url: string | null | undefined): string | null {
  if (!url) return null;
  try {
    const parsed = new URL(url);
    return parsed.protocol === 'https:' || parsed.protocol === 'http:' ? parsed.href : null;
  } catch {
    return null;
  }
}
