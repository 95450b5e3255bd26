/** Channels and what their providers need, as docs/API.md fixes them. */

export type ChannelKind = 'custom' | 'web_chat' | 'email' | 'telegram' | 'whatsapp' | 'messenger' | 'instagram' | 'sms' | 'viber' | 'line' | 'matrix' | 'website';

/** A server of mail. */
export interface MailServer {
  host: string;
  port: number;
  security: 'tls' | 'starttls' | 'none';
  username: string;
}

/** Settings of a mailbox. */
export interface MailboxConfig {
  address: string;
  sender_name: string;
  imap: MailServer;
  smtp: MailServer;
  folder: string;
  mark_seen: boolean;
  authserv_id?: string | null;
}

/** Settings of a Matrix account, besides where it is. */
export interface MatrixConfig {
  invitations: 'direct' | 'all';
  other_rooms: 'leave' | 'ignore';
  /** What people are told in a room that is encrypted. */
  encrypted_notice: string;
  /** What a room is told that is no conversation of two. */
  other_notice: string;
}

export interface ChannelConfig extends Partial<MailboxConfig>, Partial<Omit<MatrixConfig, 'invitations'>> {
  outbound_url?: string;
  deep_link?: string;
  origins?: string[];
  title?: string;
  greeting?: string;
  accent?: string;
  availability?: 'auto' | 'online' | 'offline';
  offline_text?: string;
  files?: boolean;
  /** Of a web chat whether visitors of websites may be invited, of a Matrix account which invitations it accepts. */
  invitations?: boolean | MatrixConfig['invitations'];
  questions?: ChatQuestion[];
  /** What the chat says in the company's own words: language → key → text. */
  phrases?: Record<string, Record<string, string>>;
  /** Telegram: whether messages are fetched or posted to this server. */
  receive?: 'poll' | 'webhook';
  api_url?: string;
  /** What a provider at Meta asks for when it checks the address; the channel's id where there is none. */
  verify_token?: string;
  phone_number_id?: string;
  /** WhatsApp: what is sent when the customer's last message is too old for words of one's own. */
  template?: { name: string; language: string } | null;
  account_sid?: string;
  homeserver_url?: string;
  from?: string;
  /** What providers fill in. */
  username?: string;
  display_phone_number?: string;
  page_id?: string;
  uri?: string;
  basic_id?: string;
  user_id?: string;
}

/** Asked before a stranger's first message; the answers are claims. */
export interface ChatQuestion {
  key: string;
  label: string;
  kind: 'text' | 'email' | 'phone' | 'choice';
  options?: string[];
  required: boolean;
}

export interface Channel {
  id: string;
  kind: ChannelKind;
  name: string;
  state: 'active' | 'paused';
  config: ChannelConfig;
  last_inbound_at: string | null;
  last_outbound_at: string | null;
  open_cases: number;
  created_at: string;
  secret?: string;
  /** Names of the secrets that it has; what they are is given out by nothing. */
  secrets: string[];
  /** Where its provider posts what happens. */
  hook_url: string | null;
  health: ChannelHealth | null;
  /** What could be set better. */
  hints: 'senders_unproved'[];
}

/** How a provider gets on with this server. */
export interface ChannelHealth {
  ok: boolean;
  detail: string;
  /** Since when. */
  at: string;
}

export interface ChannelInput {
  name: string;
  config: ChannelConfig;
  /** By name, and only those that change. */
  secrets?: Record<string, string>;
}

export interface TestResult {
  ok: boolean;
  status: number | null;
  latency_ms: number | null;
  detail: string | null;
}
