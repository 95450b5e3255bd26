/** Phone menus as the server says and takes them; docs/IVR.md has every member. */

export const NODE_KINDS = [
  'play', 'menu', 'keypad_input', 'http_request', 'condition', 'set_variable', 'business_hours', 'verify_code', 'queue', 'connect',
  'transfer', 'voicemail', 'send_sms', 'hang_up'
] as const;

export type NodeKind = (typeof NODE_KINDS)[number];
export type FlowVariableClass = 'public' | 'personal' | 'secret';

/** A recording, a sentence, or digits one by one. */
export interface Piece {
  prompt?: string;
  say?: string;
  digits?: string;
  language?: string;
}

export interface FlowHeader {
  name: string;
  value?: string;
  /** Its value is kept, and not shown. */
  secret?: boolean;
  last4?: string;
}

export type FlowRequestBody = { kind: 'json'; value: unknown } | { kind: 'form'; fields: { name: string; value: string }[] };

export const TEST_OPS = [
  'equals', 'not_equals', 'contains', 'starts_with', 'has_value', 'has_no_value', 'greater_than', 'less_than', 'one_of'
] as const;

export type TestOp = (typeof TEST_OPS)[number];

export interface FlowTest {
  variable: string;
  op: TestOp;
  value?: unknown;
}

export interface FlowBranch {
  exit: string;
  all?: FlowTest[];
  any?: FlowTest[];
}

/** `kind` says which of the other members there are. */
export interface FlowNode {
  kind: NodeKind;
  exits?: Record<string, string>;
  label?: string;
  at?: { column: number; row: number };
  prompt?: Piece | Piece[];
  hold_prompt?: Piece | Piece[];
  wrong_prompt?: Piece | Piece[];
  no_input_prompt?: Piece | Piece[];
  choices?: string[];
  first_digit_ms?: number;
  inter_digit_ms?: number;
  tries?: number;
  variable?: string;
  class?: FlowVariableClass;
  min?: number;
  max?: number;
  require_terminator?: boolean;
  terminators?: string;
  clear_key?: string | null;
  barge_in?: boolean;
  look_up?: string;
  method?: string;
  url?: string;
  headers?: FlowHeader[];
  body?: FlowRequestBody;
  json_path?: string;
  found?: { status?: number[]; not_found_status?: number[]; path?: string };
  timeout_ms?: number;
  cache_secs?: number;
  branches?: FlowBranch[];
  value?: string;
  calendar?: string;
  queue?: string;
  to?: string;
  ring_ms?: number;
  max_ms?: number;
  text?: string;
}

export interface FlowDocument {
  start: string;
  on_error?: string | null;
  nodes: Record<string, FlowNode>;
}

export interface FlowRow {
  id: string;
  name: string;
  version: number;
  published: number | null;
  is_changed: boolean;
  node_count: number;
  numbers: { id: string; number: string; name: string }[];
  created_at: string;
  updated_at: string;
}

export interface Flow extends FlowRow {
  draft: FlowDocument;
}

export interface FlowFinding {
  severity: 'problem' | 'warning';
  node: string | null;
  /** Of the node, or `exits.` and the exit; empty: the node as a whole. */
  field: string;
  pointer: string;
  code: string;
  detail: string;
  hint: string;
}

export interface FlowFindings {
  is_publishable: boolean;
  findings: FlowFinding[];
}

export interface FlowVersionRow {
  number: number;
  at: string;
  by_id: string;
  by_name: string;
}

export interface FlowVersion extends FlowVersionRow {
  document: FlowDocument;
}
