/** What a role may see, as docs/API.md fixes it. */
import type { Role } from './types';

export type MaskedField = 'name' | 'email' | 'phone' | 'ids' | 'attributes' | 'text';

export interface Masking {
  roles: Record<Role, Record<MaskedField, boolean>>;
  /** How many masked values somebody of a role may have shown to them in an hour. */
  reveals_per_hour: Record<Role, number>;
}

/** A made-up value, whole and masked, as the server renders it. */
export interface MaskingExample {
  toggle: MaskedField;
  attribute?: string;
  whole: string;
  masked: string;
}

export type MaskFormat = 'auto' | 'hidden' | 'keep' | 'name' | 'email' | 'phone' | 'year' | 'town';

/** How an attribute is masked, and which roles differ from their toggle. */
export interface AttributeMask {
  format: MaskFormat;
  first?: number;
  last?: number;
  roles: Record<Role, boolean | null>;
}

/** Something of the company's own that is hidden in texts. */
export interface TextPattern {
  name: string;
  pattern: string;
}
