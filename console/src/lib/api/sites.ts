/** Websites whose pages carry the tracker. */

export type SiteConsent = 'required' | 'assumed';
export type SiteStorage = 'cookie' | 'storage' | 'none';
export type SiteStrategy = 'anonymous' | 'identified' | 'ask';
export type TriggerAction = 'timer' | 'click' | 'scroll' | 'submit';
export type EventMode = 'warn' | 'refuse';

export interface SiteCategory {
  name: string;
  in: 'url' | 'title';
  contains: string;
}

export interface TriggerValue {
  name: string;
  from: 'text' | 'attribute' | 'constant';
  selector?: string | null;
  attribute?: string | null;
  value?: string | null;
}

/** An event that the tracker sends by itself, in words: never a script. */
export interface SiteTrigger {
  id: string;
  name: string;
  action: TriggerAction;
  element?: string | null;
  /** A part of the address. */
  page?: string | null;
  seconds?: number | null;
  percent?: number | null;
  condition: 'always' | 'focused' | 'visible';
  postcondition: 'none' | 'focused';
  values: TriggerValue[];
}

export interface SiteEventSchema {
  name: string;
  schema: unknown;
  mode: EventMode;
}

export interface SiteConfig {
  origins: string[];
  consent: SiteConsent;
  storage: SiteStorage;
  honour_signals: boolean;
  query_allow: string[];
  idle_minutes: number;
  daily_events_max: number;
  strategies: { recognised: SiteStrategy; assumed: SiteStrategy };
  categories: SiteCategory[];
  triggers: SiteTrigger[];
  events: SiteEventSchema[];
}

export interface Site {
  id: string;
  name: string;
  state: 'active' | 'paused';
  write_key: string;
  config: SiteConfig;
  snippet: { html: string; integrity: string | null; src: string };
  last_event_at: string | null;
  /** By the clock of UTC. */
  today?: { events: number; refused: number; events_max: number };
  created_at: string;
  updated_at: string;
}

/** One arrival, taken or not. */
export interface InspectedEvent {
  id: string;
  at: string;
  name: string;
  type: 'system' | 'business';
  visit: string | null;
  outcome: 'accepted' | 'warned' | 'refused';
  reason: string | null;
  url: string | null;
  size_bytes: number;
}
