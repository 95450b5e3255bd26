/** Calls without telephony, played by hand. */
import type { Call } from './calls';

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
