import type { Call, CallState } from '$lib/api';
import { m } from '$lib/messages';
import { directory } from '$lib/state/directory.svelte';
import { session } from '$lib/state/session.svelte';

export const isLive = (call: Pick<Call, 'state'>): boolean => call.state !== 'ended';

/** The best that is known of the caller: a name, else the number, else that it is withheld. */
export function callerName(call: Call): { text: string; field: string; isPhone: boolean } {
  if (call.identity.name) return { text: call.identity.name, field: 'identity.name', isPhone: false };
  if (call.caller) return { text: call.caller, field: 'caller', isPhone: true };
  return { text: m.calls.withheldNumber, field: '', isPhone: false };
}

/** Who took it; nobody's name is known to whoever may not read people. */
export function agentName(call: Pick<Call, 'agent'>): string | null {
  if (!call.agent) return null;
  if (call.agent === session.me?.user.id) return m.common.you;
  return directory.users.items.find(({ id }) => id === call.agent)?.name ?? m.calls.colleague;
}

export type CallTone = 'plain' | 'success' | 'warning' | 'danger' | 'info';

const STATE_TONES: Record<CallState, CallTone> = { in_flow: 'info', waiting: 'warning', ringing: 'warning', connected: 'success', ended: 'plain' };

/** What it came to; while it goes on, where it is. */
export function standing(call: Pick<Call, 'state' | 'outcome'>): { text: string; tone: CallTone } {
  if (call.state !== 'ended') return { text: m.calls.states[call.state], tone: STATE_TONES[call.state] };
  if (!call.outcome) return { text: m.calls.states.ended, tone: 'plain' };
  const tone = call.outcome === 'missed' ? 'danger' : call.outcome === 'abandoned' ? 'warning' : call.outcome === 'answered' ? 'success' : 'plain';
  return { text: m.calls.outcomes[call.outcome], tone };
}

/** `2:05`, and with hours `1:02:05`. */
export function clock(ms: number): string {
  const secs = Math.max(0, Math.floor(ms / 1000));
  const [h, min, s] = [Math.floor(secs / 3600), Math.floor((secs % 3600) / 60), secs % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  return h > 0 ? `${h}:${two(min)}:${two(s)}` : `${min}:${two(s)}`;
}

/** How long it lasted, or has lasted. */
export const lasted = (call: Pick<Call, 'started_at' | 'ended_at'>, now: number): string =>
  clock((call.ended_at ? Date.parse(call.ended_at) : now) - Date.parse(call.started_at));
