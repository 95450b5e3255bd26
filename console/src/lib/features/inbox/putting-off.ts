import { api, type Case } from '$lib/api';
import type { Action } from '$lib/state/resource.svelte';
import { toasts } from '$lib/state/toasts.svelte';

const MINUTES = 5;

/** Keeps a chat open for longer; answers with the case as it is then. What went wrong is said in passing. */
export async function putOff(action: Action, item: Case): Promise<Case | null> {
  if (action.busy) return null;
  const done = await action.run(() => api.cases.extend(item.id, MINUTES));
  if (!done.ok) toasts.say(action.error?.detail || action.error?.message || '', { tone: 'danger' });
  return done.ok ? done.value : null;
}
