import type { Attachment, Firing, Message } from '$lib/api';
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

/** To this precision what happened in one transaction happened at once. */
const MILLIS = '2026-01-01T00:00:00.000'.length;

/** Where a firing belongs: before what it said; else behind what set it off, and the line that a code leaves there. */
function placeOf(firing: Firing, messages: readonly Message[]): number {
  const said = messages.findIndex((message) => firing.done.some((one) => one.detail === message.id));
  if (said >= 0) return said;
  const later = messages.findIndex(
    ({ received_at, kind }) =>
      received_at > firing.at && !(kind === 'event' && received_at.slice(0, MILLIS) === firing.at.slice(0, MILLIS))
  );
  return later < 0 ? messages.length : later;
}

/** What was said and what rules did, in the order in which it happened. */
export function byDay(messages: readonly Message[], firings: readonly Firing[] = []): Day[] {
  const before = Array.from({ length: messages.length + 1 }, (): Firing[] => []);
  for (const firing of firings.toSorted((a, b) => (a.at < b.at ? -1 : 1))) before[placeOf(firing, messages)]?.push(firing);
  const entries = before.flatMap((fired, at): Entry[] => {
    const message = messages[at];
    return [
      ...fired.map((firing) => ({ id: firing.id, at: firing.at, firing })),
      ...(message ? [{ id: message.id, at: message.received_at, message }] : [])
    ];
  });
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

/** A file is fetched from its channel within this time, or hardly ever. */
const FETCHED_WITHIN_MS = 15 * 60_000;

/**
 * Where a file of a message is. One that was announced and has no address was not fetched yet, or cannot be had. Whoever
 * sees files masked is told neither.
 */
export function whereabouts(message: Message, file: Attachment, now: number): 'here' | 'coming' | 'lost' {
  const isAnnounced = !file.id && !file.url && message.direction === 'inbound';
  if (!isAnnounced || message.masked?.includes('attachments')) return 'here';
  return now - Date.parse(message.received_at) < FETCHED_WITHIN_MS ? 'coming' : 'lost';
}
