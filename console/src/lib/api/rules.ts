/** Rules as the server says and takes them; docs/RULES.md has every member. */

export type Trigger = 'new_case' | 'updated_case' | 'existing_case';
export type Mode = 'all' | 'any';
export type Join = 'and' | 'or';

export interface Condition {
  field: string;
  op: string;
  value?: unknown;
}

export interface Block {
  mode: Mode;
  conditions: Condition[];
}

export const ACTION_KINDS = [
  'send_message', 'ask_for_code', 'end_chat', 'set_status', 'set_priority', 'assign_agent', 'assign_group',
  'assign_round_robin', 'unassign', 'add_labels', 'remove_labels', 'set_attribute', 'note', 'notify', 'webhook',
  'email_customer', 'stop'
] as const;

export type ActionKind = (typeof ACTION_KINDS)[number];

/** `kind` says which of the other members there are. */
export interface RuleAction {
  kind: ActionKind;
  texts?: string[];
  text?: string;
  status?: string;
  priority?: string;
  agent?: string;
  group?: string;
  labels?: string[];
  field?: string;
  value?: unknown;
  people?: string[];
  groups?: string[];
  subject?: string;
  method?: string;
  url?: string;
  headers?: Record<string, string>;
  body?: string;
}

export interface RuleBody {
  name: string;
  trigger: Trigger;
  delay_secs?: number | null;
  enabled: boolean;
  group?: string | null;
  match: Block[];
  join: Join;
  actions: RuleAction[];
  once_per_case: boolean;
  cooldown_secs?: number | null;
  origin?: string | null;
}

export interface Finding {
  pointer: string;
  code: string;
  detail: string;
  hint?: string;
}

export interface Rule extends RuleBody {
  id: string;
  position: number;
  version: number;
  takes_part: boolean;
  problems: Finding[];
  warnings: Finding[];
  fired_count: number;
  fired_at: string | null;
  created_at: string;
  updated_at: string;
}

export interface RuleVersion {
  version: number;
  at: string;
  by: { id: string; name: string };
  rule: Partial<RuleBody>;
}

export interface RuleGroup {
  id: string;
  name: string;
  enabled: boolean;
  created_at: string;
  updated_at: string;
}

export interface RuleSettings {
  enabled: boolean;
  identified_at: 'al1' | 'al3';
}

export interface RuleTemplate {
  key: string;
  languages: string[];
  rules: number;
  installed: number;
}

export interface Installed {
  added: string[];
  kept: string[];
  made_attribute: boolean;
}

export interface Firing {
  id: string;
  rule: { id: string; name: string };
  case: string;
  at: string;
  happened: 'new_case' | 'message' | 'change' | 'half_hour' | 'delay';
  depth: number;
  done: { action: string; outcome: 'done' | 'held' | 'skipped'; detail: string }[];
}

export type CodeOutcome = 'not_sent' | 'invalid' | 'valid';

export interface DryRequest {
  draft?: RuleBody;
  rule?: string;
  case?: string;
  messages?: { text: string; outcome: CodeOutcome }[];
}

export type Verdict = 'fired' | 'unmet' | 'rested' | 'stopped' | 'off' | 'group_off' | 'broken';

export interface DryFiring {
  /** None for a draft that is not saved. */
  rule: string | null;
  name: string;
  verdict: Verdict;
  rested: string | null;
  sentence: string;
  block: number | null;
  condition: number | null;
  replies: { text: string; held: string | null; held_code: string | null }[];
}

export interface DryStep {
  message: string | null;
  at: string;
  author: 'customer' | 'user' | 'rule' | 'api' | 'system';
  text: string;
  refused: string | null;
  refused_code: string | null;
  rules: DryFiring[];
  masked?: string[];
}
