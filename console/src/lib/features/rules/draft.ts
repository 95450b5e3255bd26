import type { ActionKind, Block, Condition, Mode, Rule, RuleAction, RuleBody } from '$lib/api';
import { m } from '$lib/messages';

/** What the editor holds: a rule whose parts have keys, so that a part keeps its marks and the focus when it moves. */
export interface ConditionDraft {
  key: string;
  field: string;
  op: string;
  value: unknown;
}

export interface BlockDraft {
  key: string;
  mode: Mode;
  conditions: ConditionDraft[];
}

export interface HeaderDraft {
  key: string;
  name: string;
  value: string;
}

export type ActionDraft = Omit<RuleAction, 'headers'> & { key: string; headers: HeaderDraft[] };

export type RuleDraft = Omit<RuleBody, 'match' | 'actions' | 'delay_secs' | 'group' | 'cooldown_secs' | 'origin'> & {
  blocks: BlockDraft[];
  actions: ActionDraft[];
  delay_secs: number | null;
  group: string | null;
  cooldown_secs: number | null;
};

export const LIMITS = { blocks: 5, conditions: 20, actions: 20, texts: 5, headers: 20, name: 120, text: 4000 };

let made = 0;
const key = () => `part-${++made}`;

export const newCondition = (field = '', op = ''): ConditionDraft => ({ key: key(), field, op, value: undefined });
export const newBlock = (): BlockDraft => ({ key: key(), mode: 'all', conditions: [newCondition()] });
export const newHeader = (name = '', value = ''): HeaderDraft => ({ key: key(), name, value });

/** An action as somebody meets it who has just chosen its kind. */
export function newAction(kind: ActionKind): ActionDraft {
  const begin = { key: key(), kind, headers: [] };
  switch (kind) {
    case 'send_message': case 'ask_for_code': return { ...begin, texts: [''] };
    case 'email_customer': return { ...begin, subject: '', texts: [''] };
    case 'end_chat': case 'set_status': return { ...begin, status: kind === 'end_chat' ? 'pending' : 'open' };
    case 'set_priority': return { ...begin, priority: 'high' };
    case 'add_labels': case 'remove_labels': return { ...begin, labels: [] };
    case 'set_attribute': return { ...begin, field: '', value: null };
    case 'note': return { ...begin, text: '' };
    case 'notify': return { ...begin, people: [], groups: [], text: '' };
    case 'webhook': return { ...begin, method: 'POST', url: '', body: '' };
    default: return begin;
  }
}

export function newRule(): RuleDraft {
  return {
    name: '', trigger: 'new_case', delay_secs: null, enabled: true, group: null, blocks: [], join: 'and',
    actions: [], once_per_case: false, cooldown_secs: null
  };
}

export function toDraft(rule: RuleBody): RuleDraft {
  const { name, trigger, enabled, join, once_per_case } = rule;
  const condition = ({ field, op, value }: Condition): ConditionDraft => ({ key: key(), field, op, value: value ?? undefined });
  const block = ({ mode, conditions }: Block): BlockDraft => ({ key: key(), mode, conditions: conditions.map(condition) });
  const action = ({ headers, ...rest }: RuleAction): ActionDraft => ({
    ...rest, key: key(), headers: Object.entries(headers ?? {}).map(([header, value]) => newHeader(header, value))
  });
  return {
    name, trigger, enabled, join, once_per_case,
    delay_secs: rule.delay_secs ?? null, group: rule.group ?? null, cooldown_secs: rule.cooldown_secs ?? null,
    blocks: rule.match.map(block), actions: rule.actions.map(action)
  };
}

/** A list of one value is that value, and of none is nothing. */
function tidy(value: unknown): unknown {
  if (Array.isArray(value)) return value.length > 1 ? value : value[0];
  return value === '' || value === null ? undefined : value;
}

function toCondition({ field, op, value }: ConditionDraft): Condition {
  const tidied = op === 'changed' && isEmptyChange(value) ? undefined : tidy(value);
  return tidied === undefined ? { field, op } : { field, op, value: tidied };
}

const isEmptyChange = (value: unknown) => typeof value === 'object' && value !== null && Object.keys(value).length === 0;

function toAction({ key: _, headers, ...action }: ActionDraft): RuleAction {
  if (action.kind !== 'webhook') return action;
  const named = headers.filter((header) => header.name.trim() !== '');
  const { body, ...rest } = action;
  return {
    ...rest,
    ...(named.length > 0 ? { headers: Object.fromEntries(named.map((header) => [header.name.trim(), header.value])) } : {}),
    ...(body ? { body } : {})
  };
}

/** What is sent: nothing of the editor's own, and nothing that belongs to another trigger. */
export function toBody(draft: RuleDraft): RuleBody {
  const { name, trigger, enabled, group, join, once_per_case, cooldown_secs, delay_secs } = draft;
  return {
    name: name.trim(), trigger, enabled,
    ...(trigger === 'existing_case' && delay_secs ? { delay_secs } : {}),
    ...(group ? { group } : {}),
    match: draft.blocks.map(({ mode, conditions }) => ({ mode, conditions: conditions.map(toCondition) })),
    join,
    actions: draft.actions.map(toAction),
    once_per_case,
    ...(cooldown_secs ? { cooldown_secs } : {})
  };
}

/** A rule of the server as a body; with its origin, so that a template knows it again. */
export function bodyOf(rule: Rule): RuleBody {
  return { ...toBody(toDraft(rule)), ...(rule.origin ? { origin: rule.origin } : {}) };
}

/** The members that differ, `null` for what is gone: who may not see a condition may still rename the rule. */
export function patchOf(before: RuleBody, after: RuleBody): Partial<RuleBody> {
  const changes: Record<string, unknown> = {};
  const names = new Set([...Object.keys(before), ...Object.keys(after)].filter((name) => name !== 'origin')) as Set<keyof RuleBody>;
  for (const name of names) {
    if (JSON.stringify(before[name]) !== JSON.stringify(after[name])) changes[name] = after[name] ?? null;
  }
  return changes as Partial<RuleBody>;
}

export function cloneOf(rule: Rule): RuleBody {
  const { origin: _, ...body } = bodyOf(rule);
  const name = m.rules.cloneName(rule.name);
  return { ...body, name: [...name].slice(0, LIMITS.name).join(''), enabled: false };
}
