import type { Block, Condition, RuleAction, RuleBody } from '$lib/api';
import { locale } from '$lib/format/locale.svelte';
import { number } from '$lib/format/plural';
import { exact, mediumDate } from '$lib/format/time';
import { m } from '$lib/messages';
import { spanText } from './durations';
import { findField, type Field, type Named } from './fields';

/** A rule's three clauses: when it is asked, what must hold, and what it does. */
export interface Clauses {
  when: string;
  /** Empty where it always holds. */
  given: string;
  then: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

const list = (parts: string[], type: 'conjunction' | 'disjunction') => new Intl.ListFormat(locale(), { type }).format(parts);
const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]);
/** Somebody's own words, in whichever direction they are read. */
const quoted = (text: string) => m.ruleWords.quoted(`\u2068${text}\u2069`);
const plain = (text: string) => `\u2068${text}\u2069`;

/** A value as people say it: the label of an option, a day, a number, or the text itself. */
export function valueWords(value: unknown, field: Field): string {
  if (value === null) return m.ruleWords.value.empty;
  if (typeof value === 'boolean') return value ? m.common.yes : m.common.no;
  if (typeof value === 'number') return number(value);
  const text = String(value);
  const option = field.options().find((one) => one.value === text);
  if (option) return plain(option.label);
  if (field.family === 'day' || field.family === 'moment') return dateWords(text);
  return field.family === 'id' || field.family === 'hours' ? m.ruleWords.value.gone : quoted(text);
}

function dateWords(text: string): string {
  const at = Date.parse(text);
  if (Number.isNaN(at)) return text;
  // A day is a day wherever it is read.
  return DAY.test(text) ? mediumDate(new Date(`${text}T12:00:00`)) : exact(text);
}

/** Questions that have a sentence of their own. */
function clause(condition: Condition): string | null {
  const { field, op } = condition;
  const values = asList(condition.value);
  const words = m.ruleWords.clause;
  if (values.length !== 1 || (op !== 'is' && op !== 'is_not')) return null;
  if (field === 'message.author' && op === 'is' && values[0] === 'customer') return words.customerWrites;
  if (field === 'message.author' && op === 'is' && values[0] === 'user') return words.agentWrites;
  if (field === 'profile.is_identified') return (values[0] === true) === (op === 'is') ? words.identified : words.notIdentified;
  if (field === 'message.has_attachment') return (values[0] === true) === (op === 'is') ? words.attachment : words.noAttachment;
  if (field !== 'identification_code.outcome' || op !== 'is') return null;
  return { not_sent: words.notSent, invalid: words.invalid, valid: words.valid }[String(values[0])] ?? null;
}

function changedWords(value: unknown, field: Field): string {
  const sides = (typeof value === 'object' && value !== null ? value : {}) as { from?: unknown; to?: unknown };
  const from = sides.from === undefined ? null : valueWords(sides.from, field);
  const to = sides.to === undefined ? null : valueWords(sides.to, field);
  const words = m.ruleWords;
  if (from !== null && to !== null) return words.changedFromTo(from, to);
  return from !== null ? words.changedFrom(from) : to !== null ? words.changedTo(to) : words.op.changed;
}

/** So many values are named where a rule is to be read at a glance. */
const AT_A_GLANCE = 3;

/** One condition: “tariff is VIP”; `brief` where a rule is to be read at a glance. */
export function conditionWords(condition: Condition, now: Named, brief = false): string {
  const own = clause(condition);
  if (own) return own;
  const field = findField(condition.field, now);
  const name = plain(condition.field ? field.label : '…');
  if (condition.op === 'changed') return m.ruleWords.compare(name, changedWords(condition.value, field), '').trim();
  const every = asList(condition.value).map((value) => valueWords(value, field));
  const rest = every.length - AT_A_GLANCE;
  const values = brief && rest > 1 ? [...every.slice(0, AT_A_GLANCE), m.ruleWords.more(rest)] : every;
  const all = condition.op === 'has_all' ? 'conjunction' : 'disjunction';
  const op = (m.ruleWords.op as Record<string, string>)[condition.op] ?? '…';
  return m.ruleWords.compare(name, op, list(values, all)).trim();
}

function blockWords(block: Block, now: Named): string {
  return list(block.conditions.map((one) => conditionWords(one, now, true)), block.mode === 'all' ? 'conjunction' : 'disjunction');
}

export function givenWords(rule: Pick<RuleBody, 'match' | 'join'>, now: Named): string {
  const blocks = rule.match.filter((block) => block.conditions.length > 0);
  if (blocks.length === 1) return blockWords(blocks[0]!, now);
  const words = blocks.map((block) => (block.conditions.length > 1 ? `(${blockWords(block, now)})` : blockWords(block, now)));
  return list(words, rule.join === 'and' ? 'conjunction' : 'disjunction');
}

export function whenWords(rule: Pick<RuleBody, 'trigger' | 'delay_secs'>): string {
  const words = m.ruleWords.trigger;
  if (rule.trigger === 'existing_case' && rule.delay_secs) return words.delayed(spanText(rule.delay_secs));
  return words[rule.trigger];
}

const nameIn = (items: readonly { id: string; name: string }[], id: string | undefined) => {
  const found = items.find((one) => one.id === id);
  return found ? plain(found.name) : id ? m.ruleWords.value.gone : '…';
};

function host(url: string | undefined): string {
  return plain(url?.match(/^https?:\/\/([^/?#{]+)/)?.[1] ?? '…');
}

/** One action: “set the status to Open”. */
export function actionWords(action: RuleAction, now: Named): string {
  const words = m.ruleWords.action;
  const labels = () => list((action.labels ?? []).map(quoted), 'conjunction') || '…';
  const status = () => (m.status as Record<string, string>)[action.status ?? ''] ?? '…';
  switch (action.kind) {
    case 'end_chat': return words.end_chat(status());
    case 'set_status': return words.set_status(status());
    case 'set_priority': return words.set_priority((m.priority as Record<string, string>)[action.priority ?? ''] ?? '…');
    case 'assign_agent': return words.assign_agent(nameIn(now.users, action.agent));
    case 'assign_group': return words.assign_group(nameIn(now.groups, action.group));
    case 'assign_round_robin': return words.assign_round_robin(nameIn(now.groups, action.group));
    case 'add_labels': return words.add_labels(labels());
    case 'remove_labels': return words.remove_labels(labels());
    case 'set_attribute': {
      if (!action.field) return words.set_attribute('…', '…');
      const field = findField(action.field, now);
      const empty = action.value === null || action.value === undefined;
      return empty ? words.clear_attribute(plain(field.label)) : words.set_attribute(plain(field.label), valueWords(action.value, field));
    }
    case 'notify': {
      const people = (action.people ?? []).map((id) => nameIn(now.users, id));
      const groups = (action.groups ?? []).map((id) => nameIn(now.groups, id));
      return words.notify(list([...people, ...groups], 'conjunction') || '…');
    }
    case 'webhook': return words.webhook(host(action.url));
    default: return words[action.kind];
  }
}

export function thenWords(actions: readonly RuleAction[], now: Named): string {
  return new Intl.ListFormat(locale(), { type: 'unit' }).format(actions.map((one) => actionWords(one, now)));
}

export function clausesOf(rule: RuleBody, now: Named): Clauses {
  const given = givenWords(rule, now);
  return { when: whenWords(rule), given: given ? m.ruleWords.given(given) : '', then: thenWords(rule.actions, now) };
}

/** The whole rule in one line, for screen readers, versions and tests. */
export function summary(rule: RuleBody, now: Named): string {
  const { when, given, then } = clausesOf(rule, now);
  return [when, given, then].filter(Boolean).join(' · ');
}

/** What is said of it in a list of changes: one line for each part. */
export function linesOf(rule: RuleBody, now: Named): string[] {
  const words = m.rules;
  return [
    `${m.common.name}: ${plain(rule.name)}`,
    whenWords(rule),
    ...rule.match.flatMap((block, at) => {
      const how = rule.match.length > 1 ? `${words.block(at + 1)}, ` : '';
      return block.conditions.map((one) => `${how}${block.mode === 'all' ? words.all : words.any}: ${conditionWords(one, now)}`);
    }),
    ...(rule.match.length > 1 ? [`${words.blocks}: ${rule.join === 'and' ? words.and : words.or}`] : []),
    ...rule.actions.map((one) => lineOfAction(one, now)),
    ...(rule.once_per_case ? [words.once] : []),
    ...(rule.cooldown_secs ? [words.restsFor(spanText(rule.cooldown_secs))] : []),
    ...(rule.group ? [`${words.group}: ${nameIn(now.ruleGroups, rule.group)}`] : []),
    rule.enabled ? words.on : words.off
  ];
}

function lineOfAction(action: RuleAction, now: Named): string {
  const said = [...(action.texts ?? []), action.text].filter((text): text is string => Boolean(text));
  const words = actionWords(action, now);
  return said.length > 0 ? `${words}: ${said.map(quoted).join(' / ')}` : words;
}

/** What a version changed: lines that went, and lines that came. */
export function changesBetween(before: RuleBody, after: RuleBody, now: Named): { gone: string[]; come: string[] } {
  const [old, fresh] = [linesOf(before, now), linesOf(after, now)];
  return { gone: old.filter((line) => !fresh.includes(line)), come: fresh.filter((line) => !old.includes(line)) };
}
