/** Two customers that became one, as docs/API.md fixes them. */
import type { Actor, AttributeValue, Profile } from './types';

/** A customer, by nothing personal. */
export interface CustomerRef {
  id: string;
  reference: string;
}

export interface Merge {
  id: string;
  /** Who goes on. */
  into: CustomerRef;
  /** Who stands behind it. */
  from: CustomerRef;
  ground: 'hand' | 'suggestion' | 'proved' | 'attested';
  reason: string | null;
  actor: Actor;
  merged_at: string;
  undo_until: string;
  undone_at: string | null;
  /** What was written later and stays where it is after an undo. */
  conflicts: string[];
}

/** A value with where it came from. */
export interface Held {
  value: AttributeValue;
  proved: boolean;
  source: string | null;
  at: string | null;
  masked: boolean;
}

export interface MergeConflict {
  /** Such as `email` or `attributes.tariff`. */
  field: string;
  into: Held;
  from: Held;
  winner: 'into' | 'from';
}

export interface MergeGain {
  field: string;
  value: Held;
}

export interface MergePreview {
  into: Profile;
  from: Profile;
  conflicts: MergeConflict[];
  gains: MergeGain[];
  /** Channel accounts that would move, with their conversations. */
  accounts: number;
  /** Addresses and numbers that would find nobody any more. */
  identifiers_left: number;
  ends_codes: boolean;
  better_reversed: boolean;
}
