/** Guided verification as the server says and takes it; docs/VERIFICATION.md has every word. */
import type { Client, Query } from './client';
import type { Actor, Assurance, Maskable, Page } from './types';

export const ANSWER_KINDS = ['name', 'date', 'phone', 'email', 'postcode', 'amount', 'last_four', 'text', 'choice'] as const;
export type AnswerKind = (typeof ANSWER_KINDS)[number];

export const ENGAGEMENT_CHANNELS = ['in_person', 'voice', 'video', 'chat'] as const;
export const ENGAGEMENT_STATES = ['new', 'in_progress', 'completed'] as const;
export type EngagementStatus = (typeof ENGAGEMENT_STATES)[number];
export const ENGAGEMENT_RESULTS = ['proceed', 'stop', 'not_needed'] as const;
export type EngagementResult = (typeof ENGAGEMENT_RESULTS)[number];
export type StopClass = 'not_verified' | 'not_authorised' | 'locked' | 'expired' | 'ended';

export const MANDATE_KINDS = ['power_of_attorney', 'guardian', 'company_officer', 'executor', 'other'] as const;
export type MandateKind = (typeof MANDATE_KINDS)[number];
export const MANDATE_STATES = ['active', 'future', 'ended', 'revoked'] as const;
export type MandateState = (typeof MANDATE_STATES)[number];

export type VerificationRole = 'representative' | 'customer';
export type VerificationStage = 'topic' | 'about' | 'search' | 'questions' | 'evidence' | 'mandate' | 'done';
export type VerificationBack = 'topic' | 'about' | 'representative' | 'mandate' | 'customer';

/** A customer in a few words. Until they were verified the name is hidden from everybody: it may be what is asked. */
export interface BriefProfile {
  id: string;
  name: string | null;
  /** None once they were erased. */
  reference: string | null;
}

export interface VerificationFinding {
  severity: 'problem' | 'warning';
  code: string;
  /** JSON Pointer into the policy. */
  pointer: string;
  detail: string;
  hint: string;
}

/** What a colleague may say to the customer. */
export interface TopicScript {
  opening: string | null;
  proceed: string | null;
  stop: string | null;
}

export interface NextAction {
  label: string;
  url: string | null;
}

export interface TopicInput {
  key?: string;
  name: string;
  is_confidential: boolean;
  minimum_level: 'al2' | 'al3';
  policy_id: string | null;
  script: TopicScript;
  next_action: NextAction | null;
  is_active: boolean;
}

export interface Topic extends TopicInput {
  id: string;
  key: string;
  created_at: string;
  updated_at: string;
  problems: VerificationFinding[];
}

export interface PolicySearch {
  kind: 'text' | 'object';
  object?: string;
  label?: string;
  fields: string[];
  filters?: { field: string; equals: string }[];
  sort?: { field: string; descending?: boolean }[];
  results: string[];
  hidden_results?: string[];
}

export interface PolicyQuestion {
  field: string;
  answer: AnswerKind;
  label?: string;
  judge?: 'server' | 'agent';
  look_up?: string;
  bits: number;
  slips?: number;
}

export interface PolicyParty {
  searches: PolicySearch[];
  required: PolicyQuestion[];
  additional: PolicyQuestion[];
  additional_minimum: number;
  additional_asked?: number;
  strong_evidence_replaces: boolean;
  /** Codes go to numbers that have been on file for so many hours; left out: none is sent. */
  sent_code_after_hours?: number;
  minimum_age?: number;
}

export interface PolicyDocument {
  name: string;
  customer: PolicyParty;
  representative?: PolicyParty | null;
  mandate: 'required' | 'not_required';
  locks: { failures: number; within_secs: number; lock_secs: number };
  valid_secs: number;
}

export interface PolicyStrength {
  customer: number;
  representative: number | null;
}

export interface PolicyCheck {
  findings: VerificationFinding[];
  strength: PolicyStrength | null;
}

export interface VerificationPolicy extends PolicyCheck {
  id: string;
  name: string;
  draft: PolicyDocument;
  revision: number;
  published_version: number | null;
  is_changed: boolean;
  published_at: string | null;
  published_by: { id: string; name: string | null } | null;
  is_used_by: { topic_id: string; name: string }[];
}

export interface PolicyVersion {
  number: number;
  at: string;
  by: { id: string; name: string | null } | null;
  policy?: PolicyDocument;
}

export interface MandateInput {
  kind: MandateKind;
  representative_id: string;
  represented_id: string;
  granted_by_id: string | null;
  scope: 'all' | { topics: string[] };
  valid_from: string;
  valid_until: string | null;
  documents: { title: string; reference: string | null }[];
  note: string | null;
}

export interface Mandate extends Omit<MandateInput, 'representative_id' | 'represented_id'>, Maskable {
  id: string;
  state: MandateState;
  representative: BriefProfile;
  represented: BriefProfile;
  created_at: string;
  created_by: Actor | null;
  revoked_at: string | null;
  revoked_by: Actor | null;
  revoke_reason: string | null;
}

export interface NewEngagement {
  channel: string;
  type: 'inbound' | 'outbound';
  started_at?: string;
  case_id?: string;
  call_id?: string;
  initiating_attendee?: { profile_id: string } | { phone: string } | { lead: { name?: string; phone?: string; email?: string } } | null;
  reason?: string;
}

export interface Attendee {
  role: 'self' | 'on_behalf';
  /** Nothing while that is not known. */
  profile: BriefProfile | null;
  is_authenticated: boolean;
  authenticated_at: string | null;
  is_verified: boolean;
  verified_at: string | null;
}

export interface EngagementTopic {
  topic_id: string;
  name: string;
  related_person: BriefProfile | null;
  process: string;
  status: 'initiated' | 'completed' | 'failed' | 'cancelled';
  failure_reason: string | null;
  started_at: string;
  ended_at: string | null;
}

/** How far one of the two is; never which answers were right. */
export interface PartyProgress {
  profile: BriefProfile | null;
  is_passed: boolean;
  level: Assurance | null;
  until: string | null;
  required: { answered: number; of: number };
  additional: { answered: number; of: number };
  missing: string[];
}

export interface AskedQuestion {
  field: string;
  label: string | null;
  answer: AnswerKind;
  judge: 'server' | 'agent' | 'look_up';
  is_required: boolean;
  is_answered: boolean;
}

export interface VerificationSearch {
  kind: 'text' | 'object';
  object: string | null;
  label: string | null;
  fields: { field: string; label: string | null }[];
}

export interface MandateChoice {
  id: string;
  kind: MandateKind;
  represented: BriefProfile;
  /** By their keys; `null`: all. */
  topics: string[] | null;
  valid_from: string;
  valid_until: string | null;
  gap: string | null;
  is_chosen: boolean;
}

export interface VerificationOutcome {
  result: EngagementResult;
  class: StopClass | null;
  role: VerificationRole | null;
  level: string | null;
  at: string;
  until: string | null;
  /** What to say. */
  words: string | null;
  next_action: NextAction | null;
  /** Whose record opens on Proceed. */
  profile_id: string | null;
}

export type CodeWay = 'text_message';

export interface VerificationState {
  revision: number;
  stage: VerificationStage;
  topic: (Pick<Topic, 'id' | 'key' | 'name' | 'is_confidential'> & { minimum_level: Assurance; script: TopicScript; next_action: NextAction | null }) | null;
  about: 'self' | 'someone_else' | null;
  role: VerificationRole;
  searches: VerificationSearch[];
  parties: Record<VerificationRole, PartyProgress>;
  mandates: MandateChoice[];
  questions: AskedQuestion[];
  evidence: {
    may_replace: boolean;
    held: { method: string; level: string; until: string | null } | null;
    can_send_code: boolean;
    can_redeem_code: boolean;
    /** How a code reaches whoever was selected, at a number on file; `to` is masked, or left out where it may be asked about. */
    ways: { by: CodeWay; to: string | null }[];
    sent: { by: CodeWay; state: 'queued' | 'sent' | 'failed'; at: string; expires_at: string; tries_left: number } | null;
  };
  idle_until: string | null;
  ends_at: string | null;
  outcome: VerificationOutcome | null;
}

export interface EngagementRow extends Maskable {
  id: string;
  channel: string;
  type: 'inbound' | 'outbound';
  status: EngagementStatus;
  result: EngagementResult | null;
  reason: string | null;
  sentiment: string | null;
  notes: string | null;
  custom: Record<string, string>;
  case_id: string | null;
  call_id: string | null;
  owner: { id: string; name: string | null } | null;
  started_at: string;
  ended_at: string | null;
  duration_secs: number | null;
  initiating_attendee: {
    profile: BriefProfile | null;
    source: string;
    assurance: Assurance;
    lead_name: string | null;
    lead_phone: string | null;
    lead_email: string | null;
  } | null;
  topics: EngagementTopic[];
  attendees: Attendee[];
}

export interface Engagement extends EngagementRow {
  candidates: BriefProfile[];
  verification: VerificationState;
}

export interface SearchResult {
  profile: BriefProfile;
  /** What the search shows; what is asked about stands as `•••`. */
  fields: Record<string, string | null>;
  is_candidate: boolean;
}

export type VerificationAnswer = { field: string } & ({ said: string } | { is_right: boolean } | { skipped: true });

export interface VerificationLock {
  profile: BriefProfile;
  locked_until: string;
  failures: number;
  /** One more session is allowed at this moment. */
  is_open: boolean;
  /** Not by whoever led one of those that failed. */
  may_override: boolean;
}

/** A colleague whose sessions fail out of the ordinary. */
export interface VerificationAlert {
  user_id: string;
  name: string | null;
  sessions: number;
  failed: number;
  at: string;
}

export interface VerificationLocks {
  data: VerificationLock[];
  alerts: VerificationAlert[];
}

const id = encodeURIComponent;
const engagement = (of: string) => `/v1/engagements/${id(of)}`;
const policy = (of: string) => `/v1/verification-policies/${id(of)}`;
const mandate = (of: string) => `/v1/mandates/${id(of)}`;

export const engagements = (client: Client) => {
  const step = <T = Engagement>(of: string, name: string, body: object) => client.post<T>(`${engagement(of)}/${name}`, body);
  return {
    list: (query: Query, signal?: AbortSignal) => client.get<Page<EngagementRow>>('/v1/engagements', query, signal),
    get: (of: string, signal?: AbortSignal) => client.get<Engagement>(engagement(of), undefined, signal),
    /** Opening the same case or call again answers with the one that is not over. */
    open: (body: NewEngagement) => client.post<Engagement>('/v1/engagements', body),
    update: (of: string, body: Partial<Pick<Engagement, 'reason' | 'sentiment' | 'notes' | 'custom' | 'ended_at'>>) =>
      client.patch<Engagement>(engagement(of), body),
    topic: (of: string, revision: number, topic_id: string) => step(of, 'topic', { revision, topic_id }),
    subject: (of: string, revision: number, about: 'self' | 'someone_else') => step(of, 'subject', { revision, about }),
    search: (of: string, revision: number, search: number, said: { query: string } | { fields: Record<string, string> }) =>
      step<{ engagement: Engagement; results: SearchResult[]; is_truncated: boolean }>(of, 'search', { revision, search, ...said }),
    select: (of: string, revision: number, profile_id: string) => step(of, 'select', { revision, profile_id }),
    mandate: (of: string, revision: number, mandate_id: string) => step(of, 'mandate', { revision, mandate_id }),
    answers: (of: string, revision: number, answers: VerificationAnswer[]) => step(of, 'answers', { revision, answers }),
    finish: (of: string, revision: number) => step(of, 'finish', { revision }),
    evidence: (of: string, revision: number) => step(of, 'evidence', { revision }),
    code: (of: string, revision: number) => step(of, 'code', { revision }),
    /** A code that the caller reads out. */
    redeem: (of: string, revision: number, code: string) => step(of, 'redeem', { revision, code }),
    /** A code to a number on file, and the code as it is read back. */
    sendCode: (of: string, revision: number, by: CodeWay) => step(of, 'send-code', { revision, by }),
    confirmCode: (of: string, revision: number, code: string) => step(of, 'confirm-code', { revision, code }),
    back: (of: string, revision: number, to: VerificationBack) => step(of, 'back', { revision, to }),
    end: (of: string, revision: number) => step(of, 'end', { revision }),
    /** A page of its own that prints. */
    recordPage: (of: string) => `${engagement(of)}/record.html`
  };
};

export const topics = (client: Client) => ({
  list: (query: Query, signal?: AbortSignal) => client.get<Page<Topic>>('/v1/topics', query, signal),
  create: (body: TopicInput) => client.post<Topic>('/v1/topics', body),
  update: (of: string, body: Partial<TopicInput>) => client.patch<Topic>(`/v1/topics/${id(of)}`, body)
});

export const policies = (client: Client) => ({
  list: (query: Query, signal?: AbortSignal) => client.get<Page<VerificationPolicy>>('/v1/verification-policies', query, signal),
  get: (of: string, signal?: AbortSignal) => client.get<VerificationPolicy>(policy(of), undefined, signal),
  create: (draft: PolicyDocument) => client.post<VerificationPolicy>('/v1/verification-policies', { policy: draft }),
  update: (of: string, revision: number, draft: PolicyDocument) => client.patch<VerificationPolicy>(policy(of), { revision, policy: draft }),
  remove: (of: string) => client.delete(policy(of)),
  publish: (of: string, revision: number, acknowledged: string[]) =>
    client.post<VerificationPolicy>(`${policy(of)}/publish`, { revision, acknowledged }),
  versions: (of: string, query: Query, signal?: AbortSignal) => client.get<Page<PolicyVersion>>(`${policy(of)}/versions`, query, signal),
  version: (of: string, number: number) => client.get<PolicyVersion>(`${policy(of)}/versions/${number}`),
  check: (document: PolicyDocument, signal?: AbortSignal) =>
    client.post<PolicyCheck>('/v1/verification-policies/check', { policy: document }, { signal })
});

export const mandates = (client: Client) => ({
  list: (query: Query, signal?: AbortSignal) => client.get<Page<Mandate>>('/v1/mandates', query, signal),
  create: (body: MandateInput) => client.post<Mandate>('/v1/mandates', body),
  /** Papers and note; an end only if it is earlier. */
  update: (of: string, body: Partial<Pick<MandateInput, 'valid_until' | 'documents' | 'note'>>) => client.patch<Mandate>(mandate(of), body),
  revoke: (of: string, reason: string) => client.post<Mandate>(`${mandate(of)}/revoke`, { reason })
});

export const locks = (client: Client) => ({
  list: (signal?: AbortSignal) => client.get<VerificationLocks>('/v1/verification-locks', undefined, signal),
  override: (profile: string, reason: string) => client.post<void>(`/v1/verification-locks/${id(profile)}/override`, { reason })
});
