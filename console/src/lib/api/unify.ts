/** Suggested merges and unification, as docs/API.md fixes them. */
import type { Merge } from './merges';
import type { Profile } from './types';

export type SuggestionState = 'open' | 'later' | 'not_the_same' | 'accepted';

/** One comparison of two customers, with its weight in doublings of the odds. */
export interface SuggestionReason {
  what: string;
  level: string;
  weight: number;
}

export interface MergeSuggestion {
  id: string;
  /** The one that would go on. */
  into: Profile;
  from: Profile;
  /** Of what was accepted, how it can be taken back. */
  merge: Merge | null;
  score: number;
  reasons: SuggestionReason[];
  state: SuggestionState;
  created_at: string;
}

/** Which identifiers join customers by themselves. */
export type Unification = Record<'email' | 'phone', { enabled: boolean }>;

/** What settings would do to the customers that there are. */
export interface UnificationSimulation {
  email: boolean;
  phone: boolean;
  /** Customers that would become part of another. */
  merges: number;
  /** Pairs that would be suggested. */
  suggestions: number;
  pairs: number;
  /** `false`: there are more, the numbers are lower bounds. */
  complete: boolean;
  examples: { into: Profile; from: Profile; ground: 'proved' | 'attested' }[];
}
