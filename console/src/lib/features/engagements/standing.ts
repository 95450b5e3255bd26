import type { EngagementResult, EngagementRow, EngagementStatus } from '$lib/api';
import { span } from '$lib/format/time';
import { m } from '$lib/messages';
import { nameOf } from '../verify/names';

export type Tone = 'plain' | 'success' | 'warning' | 'danger' | 'info';

export const stateTone: Record<EngagementStatus, Tone> = { new: 'plain', in_progress: 'info', completed: 'plain' };
export const resultTone: Record<EngagementResult, Tone> = { proceed: 'success', stop: 'danger', not_needed: 'plain' };

/** How long it took; while it goes on, how long it has taken. */
export function lasted(row: Pick<EngagementRow, 'started_at' | 'ended_at' | 'duration_secs'>, now: number): string {
  if (row.duration_secs !== null) return span(row.duration_secs * 1000);
  return span((row.ended_at ? Date.parse(row.ended_at) : now) - Date.parse(row.started_at));
}

/** What it is about, as far as it is known. */
export const topicName = (row: Pick<EngagementRow, 'topics'>): string => row.topics.at(-1)?.name ?? m.engagements.noTopic;

/** Whom it is about, as far as it is known; else who came. */
export function whoName(row: Pick<EngagementRow, 'topics' | 'initiating_attendee'>): string {
  const came = row.initiating_attendee;
  const person = row.topics.at(-1)?.related_person ?? came?.profile;
  return person ? nameOf(person) : (came?.lead_name ?? came?.lead_phone ?? came?.lead_email ?? m.engagements.nobody);
}
