/** Calls, as docs/API.md fixes them. */
import type { Card } from './call-widgets';
import type { Client, Query } from './client';
import type { LookUpOutcome } from './look-ups';
import type { PhoneAdapter } from './phone-numbers';
import type { Assurance, Evidence, Maskable, Page } from './types';

export const CALL_OUTCOMES = ['answered', 'missed', 'abandoned', 'voicemail', 'transferred', 'handled'] as const;
export type CallOutcome = (typeof CALL_OUTCOMES)[number];

export type CallState = 'in_flow' | 'waiting' | 'ringing' | 'connected' | 'ended';

/** One step of a call. It names variables and counts keys; it holds no value. */
export interface CallStep {
  /** Milliseconds since the call began. */
  at: number;
  node?: string;
  what: string;
  kind?: string;
  exit?: string;
  pieces?: string[];
  count?: number;
  ended?: string;
  variable?: string;
  class?: string;
  outcome?: string;
  why?: string;
  is_open?: boolean | null;
  ms?: number | null;
  is_sent?: boolean;
  code?: string;
  by?: string;
}

export interface CallLookUp {
  id: string;
  node: string;
  outcome: LookUpOutcome;
  why: string | null;
  status: number | null;
  latency_ms: number;
  host: string;
  at: string;
}

/** A text message that the flow sent; `tried`: on the bench, where none is. */
export interface CallText {
  node: string;
  to: string;
  text: string;
  outcome: 'tried' | 'queued' | 'sent' | 'failed';
  why: string | null;
}

/** What the caller left as a message. */
export interface CallRecording {
  outcome: 'wanted' | 'kept' | 'failed';
  why: string | null;
  failures: number;
  ms: number;
  /** Once it is here. */
  file: string | null;
  mime_type: string | null;
  size_bytes: number | null;
  removed: boolean;
  at: string;
}

export interface CallVariable {
  name: string;
  class: 'public' | 'personal';
  value: unknown;
}

/** A customer who has the caller's number: perhaps it is they. */
export interface CallCandidate {
  profile: string;
  reference: string;
  name: string | null;
}

export interface Call extends Maskable {
  id: string;
  adapter: PhoneAdapter;
  state: CallState;
  outcome: CallOutcome | null;
  caller: string | null;
  callee: string | null;
  from: string | null;
  attestation: string | null;
  number: string | null;
  number_name: string | null;
  flow: string | null;
  flow_name: string | null;
  /** `null`: the draft, on the bench. */
  flow_version: number | null;
  identity: {
    assurance: Assurance;
    profile: string;
    reference: string;
    name: string | null;
    anonymous: boolean;
    evidence: Evidence | null;
  };
  candidates?: CallCandidate[];
  rings_for_you?: boolean;
  variables: CallVariable[];
  widgets: { widget: string; name: string; card: Card }[];
  look_ups: CallLookUp[];
  texts: CallText[];
  recordings: CallRecording[];
  transcript: CallStep[];
  note: string | null;
  agent: string | null;
  started_at: string;
  answered_at: string | null;
  ended_at: string | null;
}

const at = (call: string) => `/v1/calls/${encodeURIComponent(call)}`;

/** Where a recording of a call is heard. */
export const recordingUrl = (call: string, file: string) => `${at(call)}/recordings/${encodeURIComponent(file)}`;

export const calls = (client: Client) => ({
  list: (query: Query, signal?: AbortSignal) => client.get<Page<Call>>('/v1/calls', query, signal),
  get: (call: string, signal?: AbortSignal) => client.get<Call>(at(call), undefined, signal),
  note: (call: string, note: string) => client.patch<Call>(at(call), { note }),
  accept: (call: string) => client.post<Call>(`${at(call)}/accept`)
});
