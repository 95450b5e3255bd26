import type { Attachment, Message } from '$lib/api';
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

export interface Day {
  key: string;
  at: string;
  messages: Message[];
}

export function byDay(messages: readonly Message[]): Day[] {
  const days: Day[] = [];
  for (const message of messages) {
    const at = message.received_at;
    const key = dayOf(at);
    const last = days[days.length - 1];
    if (last?.key === key) last.messages.push(message);
    else days.push({ key, at, messages: [message] });
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
