/** Suggested merges and unification, as docs/API.md fixes them. */
import type { Profile } from './types';

/** What is asked for by state; those that were accepted are merges from then on. */
export type SuggestionState = 'open' | 'later' | 'not_the_same';

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
  score: number;
  reasons: SuggestionReason[];
  state: SuggestionState | 'accepted';
  created_at: string;
}

/** Which identifiers join customers by themselves. */
export type Unification = Record<'email' | 'phone', { enabled: boolean }>;
