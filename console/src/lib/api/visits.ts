import type { Assurance, Maskable } from './types';

/** Who is on the websites, what they looked at, and how sure it is who they are. */

export const VISIT_STATES = ['anonymous', 'recognised', 'assumed', 'authenticated'] as const;
export type VisitState = (typeof VISIT_STATES)[number];

/** Whom a site takes a visitor for. Names and values come as this viewer may see them. */
export interface VisitIdentity extends Maskable {
  id: string;
  scope: 'authenticated' | 'recognised' | 'assumed';
  name: string | null;
  /** What the site itself calls the person. */
  value: string | null;
  /** The customer: their id, with a name where the server tells one. */
  profile: string | ({ id: string; name: string | null } & Maskable) | null;
  /** The customer is known from this site alone. */
  is_stranger?: boolean;
  assurance: Assurance;
}

export interface VisitCandidate {
  identity: VisitIdentity;
  /** Below 1: a guess is never certain. */
  confidence: number;
}

/** Masked as messages are. */
export interface PagePlace {
  url: string | null;
  title: string | null;
}

export interface Visit {
  id: string;
  site: { id: string; name: string };
  device: string | null;
  state: VisitState;
  confidence: number | null;
  assurance: Assurance;
  identity: VisitIdentity | null;
  candidates: VisitCandidate[];
  is_live: boolean;
  started_at: string;
  last_at: string;
  ended_at: string | null;
  pages_count: number;
  events_count: number;
  current_page: PagePlace | null;
  entry_page: PagePlace | null;
  referrer: string | null;
  source: string | null;
  language: string | null;
  user_agent: { browser: string | null; system: string | null; device: 'desktop' | 'mobile' | 'tablet' } | null;
  is_shared_device: boolean;
  clock_offset_ms?: number | null;
  /** Two letters; none where the server has no database of countries. */
  country?: string | null;
  /** What a colleague decided last. It proves nothing. */
  decision?: VisitDecision | null;
}

export interface VisitDecision {
  by: { kind: string; id: string; name: string };
  at: string;
  decision: 'confirm' | 'reject';
  identity: string;
}

/** One entering of a page. */
export interface VisitPage extends PagePlace {
  id: string;
  visit: string;
  categories: string[];
  entered_at: string;
  exited_at: string | null;
  active_ms: number | null;
  identity: string | null;
  session: string | null;
}

/** From a sign-in to its sign-out. */
export interface VisitSession {
  id: string;
  visit: string;
  identity: VisitIdentity;
  started_at: string;
  ended_at: string | null;
  is_signed: boolean;
}

export interface VisitEvent extends PagePlace {
  id: string;
  type: 'system' | 'business';
  name: string;
  at: string;
  received_at: string;
  visit: string;
  page: string | null;
  session: string | null;
  categories: string[];
  /** Whose it is. */
  identity?: string | null;
  data: Record<string, unknown>;
}

/** A visit in one line, with what is worth telling of it. */
export interface TimelineVisit extends Visit {
  /** Sign-ins, sign-outs and business events. */
  events: { id: string; type: 'system' | 'business'; name: string; at: string }[];
  events_more: number;
}

export interface WholeVisit extends Visit {
  pages: VisitPage[];
  sessions: VisitSession[];
  identities: VisitIdentity[];
}
