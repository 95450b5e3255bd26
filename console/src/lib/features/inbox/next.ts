import type { Case } from '$lib/api';
import { belongs, type Filters } from './filters';

/**
 * Where to go on from a conversation: the one behind it that waits, else the first that waits, else the one behind it.
 * Only what belongs into the view that is worked through; a row may still stand there that does not any more.
 */
export function nextToAnswer(items: readonly Case[], current: string | null, filters: Filters, me: string): Case | undefined {
  const at = items.findIndex((item) => item.id === current);
  const turned = [...items.slice(at + 1), ...items.slice(0, Math.max(at, 0))];
  const open = turned.filter((item) => item.id !== current && belongs(item, filters, me));
  return open.find((item) => item.waiting_since !== null) ?? open[0];
}

/** Whether somebody who did this to a conversation has done with it here. */
export function isDone(before: Case, after: Case, filters: Filters, me: string): boolean {
  if (!belongs(after, filters, me)) return true;
  if (before.chat === 'live' && after.chat === 'ended') return true;
  if (before.status === 'open' && after.status !== 'open') return true;
  const isGiven = before.assignee?.id !== after.assignee?.id || before.group !== after.group;
  return isGiven && after.assignee?.id !== me && (after.assignee !== null || after.group !== null);
}
