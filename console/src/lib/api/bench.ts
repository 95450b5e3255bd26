/** Calls without telephony, played by hand. */
import type { Assurance, Evidence } from './types';

export interface NewBenchCall {
  flow: string;
  version: 'published' | 'draft';
  /** None: it is withheld. */
  from?: string | null;
  to?: string | null;
  by_hand: true;
}

/** Exactly one of these. */
export type BenchInput =
  | { press: string }
  | { heard: number }
  | { tick: true }
  | { agent: 'answer' | 'busy' | 'no_answer' | 'end' }
  | { recorded: { ms: number } }
  | { hang_up: true };

/** One thing that happened; `what` says which of the other members there are. Keys are counted, values are not in it. */
export interface TranscriptEntry {
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

export interface CardTarget {
  url?: string | null;
  host?: string | null;
  withheld?: 'no_value' | 'unsafe' | 'too_long' | 'masked' | null;
}

export interface CardLink {
  label: string;
  target: CardTarget;
}

export interface Card {
  title: string;
  action?: CardLink | null;
  autorun?: { target: CardTarget; needs_confirmation: boolean } | null;
  buttons: CardLink[];
  rows: { title: string; label: string; target?: CardTarget | null }[];
  masked: string[];
}

export interface CallLookUp {
  id: string;
  node: string;
  outcome: 'found' | 'not_found' | 'unavailable';
  latency_ms: number;
  host: string;
  status?: number | null;
  why?: string | null;
  at: string;
}

export interface Call {
  id: string;
  adapter: 'bench' | 'twiml' | 'sip';
  state: 'in_flow' | 'waiting' | 'ringing' | 'connected' | 'ended';
  outcome?: string | null;
  flow?: string | null;
  flow_name?: string | null;
  flow_version?: number | null;
  number?: string | null;
  number_name?: string | null;
  caller?: string | null;
  callee?: string | null;
  from?: string | null;
  attestation?: string | null;
  agent?: string | null;
  note?: string | null;
  identity: {
    assurance: Assurance;
    profile: string;
    reference: string;
    anonymous: boolean;
    name?: string | null;
    evidence?: Evidence | null;
  };
  variables: { name: string; class: 'public' | 'personal'; value: unknown }[];
  widgets: { widget: string; name: string; card: Card }[];
  look_ups: CallLookUp[];
  transcript: TranscriptEntry[];
  started_at: string;
  answered_at?: string | null;
  ended_at?: string | null;
  masked: string[];
}

export type BenchPiece =
  | { kind: 'say'; text: string; language?: string | null }
  | { kind: 'digits'; digits: string; language?: string | null }
  | { kind: 'recorded'; prompt: string; url?: string | null };

export interface BenchMoment {
  call: Call;
  is_over: boolean;
  node?: string | null;
  at_ms: number;
  /** On the clock of the call: when time has to be told next. */
  tick_at_ms?: number | null;
  playing?: { id: number; may_be_interrupted: boolean; pieces: BenchPiece[] } | null;
  rings?: { kind: 'queue' | 'connect' | 'transfer'; to: string } | null;
  records: boolean;
}
