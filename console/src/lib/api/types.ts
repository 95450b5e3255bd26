/** The views of the API, as docs/API.md fixes them. Replaced by generated types once the contract is served. */
import type { ChannelKind } from './channels';
import type { AttributeMask } from './masking';
import type { CustomerRef } from './merges';
import type { TimelineVisit } from './visits';

export type Assurance = 'al0' | 'al1' | 'al2' | 'al3';
export type Role = 'admin' | 'team_manager' | 'agent';
export type Theme = 'system' | 'light' | 'dark';
export type Outcome = 'not_sent' | 'invalid' | 'valid';

export type Permission =
  | 'profile.read' | 'profile.write' | 'profile.delete' | 'profile.merge' | 'profile.export' | 'profile.import' | 'privacy.manage' | 'personal_data.read' | 'link.write'
  | 'attribute.read' | 'attribute.write' | 'code.read' | 'code.issue' | 'widget.read' | 'widget.write'
  | 'site.read' | 'site.write' | 'visit.read'
  | 'channel.read' | 'channel.write' | 'message.receive' | 'case.read' | 'case.write' | 'canned_reply.write'
  | 'webhook.read' | 'webhook.write' | 'event.read' | 'request.read' | 'user.read' | 'user.write'
  | 'group.read' | 'group.write' | 'calendar.read' | 'calendar.write' | 'phone.read' | 'phone.write' | 'call.read' | 'call.write' | 'api_key.read' | 'api_key.write'
  | 'verification.read' | 'verification.write' | 'mandate.write' | 'engagement.write' | 'verification.supervise'
  | 'rule.read' | 'rule.write' | 'setting.read' | 'setting.write' | 'report.read' | 'audit.read' | 'audit.export' | 'system.read';

export interface Page<T> {
  data: T[];
  next_cursor?: string | null;
}

export interface Maskable {
  masked?: string[];
}

export interface Named {
  id: string;
  name: string | null;
}

export interface User {
  id: string;
  email: string;
  name: string;
  role: Role;
  state: 'active' | 'invited' | 'disabled';
  language: string | null;
  theme: Theme;
  created_at: string;
  last_seen_at: string | null;
}

export interface Group {
  id: string;
  name: string;
  members: { id: string; name: string; state: User['state'] }[];
  created_at: string;
  updated_at: string;
}

export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

/** `HH:MM`; what ends at or before its beginning ends on the next day. */
export interface Span {
  from: string;
  to: string;
}

export interface Holiday {
  date: string;
  name: string;
  hours: Span[];
}

export interface CalendarInput {
  name: string;
  time_zone: string;
  week: Record<Weekday, Span[]>;
  holidays: Holiday[];
}

export interface Calendar extends CalendarInput {
  id: string;
  is_open: boolean;
  next_change_at: string | null;
  created_at: string;
  updated_at: string;
}

/** Whom an invitation is for, and where to. */
export interface Invitee {
  workspace: string;
  name: string;
  email: string;
  /** They worked here before and only choose a new password. */
  is_known: boolean;
  expires_at: string;
}

export interface LogIn {
  user: User;
  csrf_token: string;
}

export interface Me extends LogIn {
  permissions: Permission[];
  reveals_per_hour: number;
  workspace: { name: string; languages: string[]; default_language: string; version: string };
}

export interface Session {
  id: string;
  current: boolean;
  created_at: string;
  last_seen_at: string;
  expires_at: string;
  user_agent: string | null;
}

export interface Workspace {
  name: string;
  languages: string[];
  default_language: string;
  default_country: string;
  time_zone: string;
  /** After so many minutes without an answer a chat ends by itself; 0: never. */
  chat_end_minutes: number;
  chat_end_status: CaseStatus;
  /** Whether whoever accepts a call or a chat has its engagement opened. */
  opens_engagements: boolean;
  /** Systems that results of verifications are signed for; none: any. */
  result_audiences: string[];
}

export interface Invitation {
  user: User;
  invitation_url: string;
}

export type AttributeValue = string | number | boolean | null;

export interface Profile extends Maskable {
  id: string;
  reference: string;
  kind: 'person' | 'organisation';
  state: 'active' | 'blocked';
  anonymous: boolean;
  name: string | null;
  email: string | null;
  phone: string | null;
  external_id: string | null;
  language: string | null;
  attributes: Record<string, AttributeValue>;
  attribute_sources: Record<string, { proved: boolean; source: string; updated_at: string }>;
  claims: Partial<Record<'email' | 'phone' | 'name', string | null>>;
  assurance: Assurance;
  created_at: string;
  updated_at: string;
  last_seen_at: string | null;
  /** Who was merged into this one: their ids and references lead here. */
  merged: CustomerRef[];
}

export interface Identifier extends Maskable {
  id: string;
  kind: 'email' | 'phone' | 'external_id' | 'channel_account';
  value: string;
  proved: boolean;
  source: string;
  recorded_at: string;
  channel?: ChannelRef | null;
}

export interface ChannelRef {
  id: string;
  name: string;
  kind: ChannelKind;
}

export interface Account {
  id: string;
  user_id: string;
  name: string | null;
}

export interface Evidence {
  id: string;
  method: string;
  assurance: Assurance;
  recorded_at: string;
  expires_at: string | null;
  ended_at: string | null;
  by: Actor | null;
  explanation: string;
}

export type EndedReason =
  | 'unlinked' | 'undone' | 'superseded' | 'expired' | 'provider_id_changed' | 'erased';

export interface Link extends Maskable {
  id: string;
  profile: string;
  account: Account & { channel: ChannelRef };
  assurance: Assurance;
  state: 'live' | 'ended';
  evidence: Evidence;
  linked_at: string;
  expires_at: string | null;
  ended_at: string | null;
  ended_reason: EndedReason | null;
  can_undo: boolean;
}

export interface Actor {
  kind: string;
  id: string | null;
  name: string | null;
}

export interface TimelineEntry {
  id: string;
  kind: string;
  at: string;
  summary: string;
  actor: Actor | null;
  case?: string | null;
  link?: string | null;
  details: Record<string, unknown>;
  /** Where the line is a visit of a website. */
  visit?: TimelineVisit;
}

export interface Viewer {
  actor: Actor;
  at: string;
  what: string;
  /** The masked value that was revealed to them, and why. */
  field?: string;
  reason?: string;
}

export type AttributeType = 'text' | 'text_area' | 'checkbox' | 'dropdown' | 'date' | 'number';
export type Pii = 'none' | 'personal' | 'sensitive';
export type FormName = 'profile_page' | 'profile_data' | 'case_panel';

export interface AttributeOption {
  value: string;
  label: string;
  retired?: boolean;
}

export interface Attribute {
  id: string;
  key: string;
  label: string;
  level: 'profile' | 'case';
  type: AttributeType;
  options: AttributeOption[];
  pii: Pii;
  mask: AttributeMask;
  forms: FormName[];
  /** People and programs close no conversation without it. */
  required_to_close: boolean;
}

export type CodeState = 'live' | 'used' | 'expired' | 'superseded' | 'revoked';

export interface Code {
  id: string;
  state: CodeState;
  form: 'text' | 'keypad';
  issued_at: string;
  expires_at: string;
  used_at: string | null;
  link: Link | null;
  /** Of whom; none for a code of an unsigned widget that was not used. */
  profile: string | null;
  issuer: 'api_key' | 'signed_widget' | 'plain_widget';
  customer: ({ reference: string; name: string | null } & Maskable) | null;
}

export interface IdentificationStatus {
  mode: 'normal' | 'elevated';
  since: string | null;
  misses_last_minute: number;
  live_codes: number;
}

export type Algorithm = 'HS256' | 'EdDSA' | 'ES256';

export interface WidgetKey {
  id?: string;
  kid: string;
  algorithm: Algorithm;
  secret?: string;
  created_at: string;
  last_used_at?: string | null;
}

export interface WidgetTheme {
  accent?: string;
  radius?: number;
  scheme?: 'auto' | 'light' | 'dark';
}

export interface Widget {
  id: string;
  name: string;
  state: string;
  origins: string[];
  mode: 'signed' | 'plain';
  plain_reason: string | null;
  keys: WidgetKey[];
  default_language: string;
  languages: string[];
  phrases: Record<string, Record<string, string>>;
  theme: WidgetTheme;
  channels: string[];
  created_at: string;
  last_seen_at: string | null;
  stats: { issued_24h: number; used_24h: number };
}

export interface WidgetInput {
  name: string;
  origins: string[];
  mode?: 'signed' | 'plain';
  plain_reason?: string | null;
  default_language?: string;
  languages?: string[];
  channels?: string[];
  phrases?: Record<string, Record<string, string>>;
  theme?: WidgetTheme;
}

export interface Snippets {
  signed: string;
  plain: string;
  seed: string;
}

export type CaseStatus = 'open' | 'pending' | 'closed';
export type Priority = 'low' | 'normal' | 'high' | 'urgent';

export interface CaseIdentity {
  assurance: Assurance;
  profile: { id: string; reference: string; name: string | null; kind: string; anonymous: boolean };
  evidence: Evidence | null;
  link: string | null;
  expires_at: string | null;
  code_requested_at: string | null;
  last_code_outcome: { outcome: Outcome; reason: string | null; at: string } | null;
}

export interface Case extends Maskable {
  id: string;
  number: number;
  channel: ChannelRef;
  account: Account;
  /** What a mail says that it is about. */
  subject: string | null;
  status: CaseStatus;
  chat: 'live' | 'ended';
  assignee: Named | null;
  /** By its id. */
  group: string | null;
  labels: string[];
  priority: Priority;
  attributes: Record<string, AttributeValue>;
  unread_count: number;
  waiting_since: string | null;
  /** When the chat ends by itself unless the customer answers. */
  chat_ends_at: string | null;
  last_message: { id: string; direction: 'inbound' | 'outbound'; preview: string; at: string } | null;
  identity: CaseIdentity;
  created_at: string;
  updated_at: string;
}

export type Delivery = 'queued' | 'sent' | 'delivered' | 'read' | 'failed';

export interface Attachment {
  /** Kept here, and sent by its id. */
  id?: string | null;
  url?: string | null;
  name: string;
  mime_type: string;
  size_bytes: number;
}

/** A file that was uploaded and not sent yet. */
export interface Uploaded {
  id: string;
  name: string;
  mime_type: string;
  size_bytes: number;
}

export interface Message extends Maskable {
  id: string;
  case: string;
  direction: 'inbound' | 'outbound';
  kind: 'reply' | 'note' | 'event';
  author: { kind: 'customer' | 'user' | 'system' | 'rule' | 'api'; id: string | null; name: string | null };
  text: string | null;
  attachments: Attachment[];
  delivery: Delivery | null;
  delivery_detail: string | null;
  identification: { outcome: Outcome; reason: string | null } | null;
  assurance: Assurance;
  sent_at: string | null;
  received_at: string;
}

/** What a rule told me. */
export interface Told extends Maskable {
  id: string;
  case: string;
  kind: 'rule' | 'chat_ends';
  rule: string;
  text: string;
  at: string;
  read_at: string | null;
}

export interface PermissionInfo {
  scope: string;
  description: string;
  roles: Role[];
}

export interface ApiKey {
  id: string;
  name: string;
  scopes: string[];
  last4: string;
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
  allowed_ips?: string[];
  secret?: string;
}

export interface Webhook {
  id: string;
  url: string;
  events: string[];
  description: string | null;
  with_personal_data: boolean;
  state: 'active' | 'disabled';
  disabled_reason: string | null;
  secret?: string;
}

export interface DeliveryAttempt {
  at: string;
  status: number | null;
  latency_ms: number | null;
  detail: string | null;
}

export interface WebhookDelivery {
  id: string;
  event_type: string;
  event_id: string;
  state: 'pending' | 'delivered' | 'dead';
  attempts: DeliveryAttempt[];
  next_attempt_at: string | null;
  created_at: string;
  body: unknown;
}

export interface DeadLetter {
  id: string;
  kind: string;
  target: string;
  target_name: string | null;
  event_type: string;
  event_id: string;
  detail: string | null;
  attempts: DeliveryAttempt[];
  created_at: string;
}

export interface EventType {
  name: string;
  description: string;
}

export interface LoggedEvent {
  id: string;
  type: string;
  at: string;
  actor: Actor;
  payload: unknown;
}

export interface LoggedRequest {
  request_id: string;
  at: string;
  api_key: { id: string; name: string };
  method: string;
  path: string;
  status: number;
  problem: string | null;
  duration_ms: number;
}

/** Where somebody takes calls. */
export interface Telephone {
  number: string | null;
  takes_calls: boolean;
}

export type PresenceState = 'online' | 'away';

/** Somebody of the team who is here. */
export interface Presence {
  id: string;
  name: string;
  state: PresenceState;
  /** The cases on their screens. */
  cases: { case: string; is_writing: boolean }[];
}

/** A message that a search found. */
export interface FoundMessage {
  id: string;
  direction: 'inbound' | 'outbound';
  kind: 'reply' | 'note';
  author: Message['author'];
  line: { text: string; is_match: boolean }[];
  received_at: string;
  case: Case;
}

export interface Found extends Page<FoundMessage> {
  cases: { found_by: 'number' | 'customer' | 'label'; case: Case }[];
  is_whole: boolean;
  /** Whether this server searches the words of messages at all. */
  searches_messages: boolean;
}

export interface ViewAudience {
  audience: 'personal' | 'group' | 'everybody';
  group: string | null;
}

export interface SavedView extends ViewAudience {
  id: string;
  page: string;
  name: string;
  query: string;
  /** Whether it is ours to change. */
  changeable: boolean;
  created_at: string;
}

/** How many cases are in a view. */
export interface ViewCount {
  view: string;
  count: number;
  more: boolean;
}

/** When each first step was taken. */
export type Progress = Record<
  'channel_at' | 'widget_at' | 'widget_seen_at' | 'code_at' | 'authenticated_at' | 'invited_at',
  string | null
>;

export interface AuditEntry {
  id: string;
  seq: number;
  at: string;
  action: string;
  actor: Actor;
  object: string | null;
  outcome: string;
  details: Record<string, unknown> | null;
  hash: string;
}

export interface AuditVerdict {
  ok: boolean;
  rows: number;
  unsealed: number;
  head: { seq: number; hash: string; signed_at: string } | null;
  problem?: string | null;
}

/** Something that happened to this installation. */
export interface SystemEvent {
  at: string;
  kind: 'started' | 'stopped' | 'lost' | 'migrated' | 'gave_up';
  server: string | null;
  /** Of the server, or of the schema. */
  version: string | null;
  count: number | null;
  delivery: 'webhook' | 'message' | null;
}

export interface System {
  version: string;
  uptime_secs: number;
  database: { kind: string; version: string; size_bytes: number };
  outbox: { pending: number; oldest_secs: number | null; dead: number };
  servers: { id: string; current: boolean; version: string; started_at: string; seen_at: string }[];
  codes: { live: number };
  /** The program that speaks prompts; `null`: none is installed. */
  speech: string | null;
}
