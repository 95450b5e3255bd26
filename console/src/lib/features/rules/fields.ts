import type { Attribute, Calendar, Channel, Group, RuleGroup, User } from '$lib/api';
import { dayName, DAYS } from '$lib/features/hours/hours';
import { languageName, languages } from '$lib/format/language';
import { m } from '$lib/messages';

/** What rules can name: the workspace as it is now. */
export interface Named {
  attributes: readonly Attribute[];
  users: readonly User[];
  channels: readonly Channel[];
  groups: readonly Group[];
  calendars: readonly Calendar[];
  ruleGroups: readonly RuleGroup[];
}

export interface Option {
  value: string;
  label: string;
  hint?: string;
}

/** What kind of value stands in a field; it decides what can be asked of it. */
export type Family = 'words' | 'yesno' | 'level' | 'id' | 'choice' | 'text' | 'number' | 'day' | 'moment' | 'labels' | 'hours';

export type Area = 'case' | 'message' | 'profile' | 'visit' | 'time';

export interface Field {
  name: string;
  label: string;
  area: Area;
  family: Family;
  options: () => Option[];
  canChange: boolean;
  canBeEmpty: boolean;
  /** Where not all questions of its family fit. */
  ops?: readonly string[];
}

type Word = keyof typeof m.ruleWords.field;

const LEVELS = ['al0', 'al1', 'al2', 'al3'] as const;
const none = () => [];
const words = (values: Record<string, string>) => () => Object.entries(values).map(([value, label]) => ({ value, label }));
const named = (items: readonly { id: string; name: string }[]) => () => items.map(({ id, name }) => ({ value: id, label: name }));

/** The fields that every workspace has, in the order in which somebody looks for them. */
function standard(now: Named): Field[] {
  const field = (name: string, word: Word, family: Family, options: () => Option[] = none, more: Partial<Field> = {}): Field => ({
    name, family, options, label: m.ruleWords.field[word], area: name.split('.')[0]!.replace('identification_code', 'message') as Area,
    canChange: false, canBeEmpty: family === 'text' || family === 'labels', ...more
  });
  const changes = { canChange: true };
  const maybe = { canChange: true, canBeEmpty: true };
  const levels = () => LEVELS.map((level) => ({ value: level, label: m.assurance.word[level] }));
  const value = m.ruleWords.value;
  return [
    field('profile.is_identified', 'identified', 'yesno'),
    field('identification_code.outcome', 'outcome', 'words', words(value.outcome)),
    field('message.text', 'text', 'text'),
    field('case.status', 'status', 'words', words(m.status), changes),
    field('case.channel', 'channel', 'id', named(now.channels)),
    field('case.channel_kind', 'channelKind', 'words', words(m.channelKind)),
    field('case.assignee', 'assignee', 'id', named(now.users), maybe),
    field('case.group', 'group', 'id', named(now.groups), maybe),
    field('case.labels', 'labels', 'labels', none, changes),
    field('case.priority', 'priority', 'words', words(m.priority), changes),
    field('case.chat', 'chat', 'words', words(value.chat), changes),
    field('case.message_count', 'messageCount', 'number'),
    field('case.created_at', 'caseCreated', 'moment'),
    field('message.author', 'author', 'words', words(m.conversation.from)),
    field('message.direction', 'direction', 'words', words(value.direction)),
    field('message.kind', 'messageKind', 'words', words({ reply: m.conversation.reply, note: m.conversation.note })),
    field('message.has_attachment', 'attachment', 'yesno'),
    field('profile.assurance', 'assurance', 'level', levels, changes),
    field('profile.name', 'name', 'text'),
    field('profile.email', 'email', 'text'),
    field('profile.phone', 'phone', 'text'),
    field('profile.external_id', 'externalId', 'text'),
    field('profile.language', 'language', 'choice', () => languages().map((tag) => ({ value: tag, label: languageName(tag), hint: tag })), { canBeEmpty: true }),
    field('profile.kind', 'profileKind', 'words', words(value.profileKind)),
    field('profile.state', 'profileState', 'words', words(value.profileState)),
    field('profile.created_at', 'profileCreated', 'moment'),
    field('visit.is_live', 'visitLive', 'yesno'),
    field('visit.state', 'visitState', 'words', words({ ...m.visits.state, none: value.noVisit })),
    field('visit.confidence', 'visitConfidence', 'number', none, { canBeEmpty: true }),
    field('visit.url', 'visitUrl', 'text'),
    field('visit.title', 'visitTitle', 'text'),
    field('visit.entry_url', 'visitEntry', 'text'),
    field('visit.source', 'visitSource', 'text'),
    field('visit.referrer', 'visitReferrer', 'text'),
    field('visit.pages_seen', 'visitPagesSeen', 'number', none, { canBeEmpty: true }),
    field('visit.pages', 'visitPages', 'text', none, { ops: ['contains', 'not_contains', 'has_word', 'not_has_word'] }),
    field('visit.categories', 'visitCategories', 'labels'),
    field('visit.device', 'visitDevice', 'words', words(m.visit.devices)),
    field('visit.seconds', 'visitSeconds', 'number', none, { canBeEmpty: true }),
    field('time.business_hours', 'hours', 'hours', named(now.calendars)),
    field('time.weekday', 'weekday', 'words', () => DAYS.map((day) => ({ value: day, label: dayName(day) })))
  ];
}

const FAMILIES: Record<Attribute['type'], Family> = {
  text: 'text', text_area: 'text', checkbox: 'yesno', dropdown: 'choice', date: 'day', number: 'number'
};

function ofAttribute(attribute: Attribute): Field {
  return {
    name: `${attribute.level}.attributes.${attribute.key}`,
    label: attribute.label,
    area: attribute.level,
    family: FAMILIES[attribute.type],
    options: () => attribute.options.filter((option) => !option.retired),
    canChange: true,
    canBeEmpty: true
  };
}

export const fieldsOf = (now: Named): Field[] => [...standard(now), ...now.attributes.map(ofAttribute)];

/** A field that is not there any more keeps its name, and can be asked as a text can, so that it is seen and mended. */
export function findField(name: string, now: Named): Field {
  const known = fieldsOf(now).find((field) => field.name === name);
  if (known) return known;
  const area = (name.split('.')[0] ?? 'case') as Area;
  return { name, label: name.split('.attributes.')[1] ?? name, area, family: 'text', options: none, canChange: true, canBeEmpty: true };
}

const OPS: Record<Family, readonly string[]> = {
  words: ['is', 'is_not'],
  yesno: ['is', 'is_not'],
  level: ['is', 'is_not', 'at_least', 'below'],
  id: ['is', 'is_not'],
  choice: ['is', 'is_not'],
  text: [
    'contains', 'not_contains', 'has_word', 'not_has_word', 'equals', 'not_equals', 'starts_with', 'matches', 'not_matches'
  ],
  number: ['equals', 'not_equals', 'less', 'at_most', 'more', 'at_least'],
  day: ['on', 'before', 'after'],
  moment: ['before', 'after'],
  labels: ['has', 'has_all', 'has_not'],
  hours: ['inside', 'outside']
};

/** The questions that fit a field. */
export function opsOf(field: Field): string[] {
  return [...(field.ops ?? OPS[field.family]), ...(field.canBeEmpty ? ['is_empty', 'is_not_empty'] : []), ...(field.canChange ? ['changed'] : [])];
}

/** How a value is put in: chosen, typed, or not at all. */
export type Input = 'none' | 'picks' | 'pick' | 'yesno' | 'texts' | 'labels' | 'regex' | 'number' | 'day' | 'moment' | 'change';

export function inputOf(field: Field, op: string): Input {
  if (op === 'is_empty' || op === 'is_not_empty') return 'none';
  if (op === 'changed') return field.family === 'labels' ? 'none' : 'change';
  switch (field.family) {
    case 'text': return op === 'matches' || op === 'not_matches' ? 'regex' : 'texts';
    case 'level': return op === 'at_least' || op === 'below' ? 'pick' : 'picks';
    case 'hours': return 'pick';
    case 'labels': case 'yesno': case 'number': case 'day': case 'moment': return field.family;
    default: return 'picks';
  }
}

/** What a question begins with, before somebody answers it. */
export function emptyValue(input: Input): unknown {
  if (input === 'yesno') return true;
  return input === 'picks' || input === 'texts' || input === 'labels' || input === 'regex' ? [] : undefined;
}

/** Attributes that rules may set. */
export const settableOf = (now: Named): Field[] => now.attributes.map(ofAttribute);
