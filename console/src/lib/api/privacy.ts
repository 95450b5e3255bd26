/** Privacy of one person, as docs/API.md fixes it. */

export type PrivacyState = 'open' | 'making' | 'ready' | 'done' | 'refused' | 'expired' | 'destroyed' | 'failed';

/** What a person asked for about their own data. */
export interface PrivacyRequest {
  id: string;
  kind: 'export' | 'erasure';
  state: PrivacyState;
  /** Stays when they are erased. */
  profile: { id: string; reference: string };
  reason: string;
  actor: { kind: string; id: string; name: string };
  received_at: string;
  due_at: string;
  overdue: boolean;
  created_at: string;
  done_at: string | null;
  answer: string | null;
  expires_at: string | null;
  size_bytes: number;
  counts: Record<string, number>;
}

/** That nothing of a customer may go. */
export interface Hold {
  reason: string;
  until: string | null;
  actor: { kind: string; id: string; name: string };
  placed_at: string;
}

export interface HeldCustomer {
  profile: { id: string; reference: string };
  hold: Hold;
}

/** What stands around a customer's privacy. */
export interface ProfilePrivacy {
  hold: Hold | null;
  erased_before: { kind: 'email' | 'phone' | 'external_id'; erased_at: string }[];
  requests: PrivacyRequest[];
}

/** What an erasure would take, and what would stay. */
export interface ErasurePreview {
  profile: { id: string; reference: string };
  hold: Hold | null;
  goes: { name: string; what: string; count: number }[];
  stays: { name: string; what: string; why: string }[];
  accounts_elsewhere: number;
}

/** How long things are kept. */
export interface Retention {
  conversation_days: number;
  event_days: number;
  visit_days: number;
  engagement_days: number;
  export_hours: number;
  erased_identifier_days: number;
}
