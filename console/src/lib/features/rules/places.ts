import type { Finding } from '$lib/api';
import { m } from '$lib/messages';
import { fieldText } from '$lib/messages/server';
import type { ActionDraft, ConditionDraft, RuleDraft } from './draft';

/** A complaint at its part of the draft: it stays there when parts move, and goes when the part is changed. */
export interface Mark {
  /** Of the part; empty for the rule itself. */
  key: string;
  /** Which of the part's fields, such as `value` or `texts/1`; empty for the part as a whole. */
  part: string;
  text: string;
  tone: 'danger' | 'warning';
}

const unescape = (part: string) => part.replaceAll('~1', '/').replaceAll('~0', '~');

/** Which part a JSON pointer means. */
export function locate(pointer: string, draft: RuleDraft): { key: string; part: string } {
  const [area = '', first, second, third, ...rest] = pointer.replace(/^\/draft(?=\/|$)/, '').split('/').slice(1).map(unescape);
  const block = area === 'match' ? draft.blocks[Number(first ?? NaN)] : undefined;
  if (block) {
    const condition = second === 'conditions' ? block.conditions[Number(third ?? NaN)] : undefined;
    return condition ? { key: condition.key, part: rest.join('/') } : { key: block.key, part: '' };
  }
  const action = area === 'actions' ? draft.actions[Number(first ?? NaN)] : undefined;
  if (action) return { key: action.key, part: [second, third, ...rest].filter((part) => part !== undefined).join('/') };
  return { key: '', part: area };
}

export function marksOf(findings: readonly Finding[], draft: RuleDraft, tone: Mark['tone']): Mark[] {
  return findings.map((finding) => {
    const own = [finding.detail, finding.hint].filter(Boolean).join(' ');
    return { ...locate(finding.pointer, draft), text: fieldText(finding.code, own), tone };
  });
}

/** The complaint about one field of a part; `texts` also takes those about `texts/1`. */
export function markAt(marks: readonly Mark[], key: string, part: string): string | null {
  const found = marks.find((mark) => mark.key === key && mark.tone === 'danger' && (mark.part === part || mark.part.startsWith(`${part}/`)));
  return found?.text ?? null;
}

/** What is about the part as a whole, or about a field that `known` does not show. */
export function marksAbout(marks: readonly Mark[], key: string, known: readonly string[]): Mark[] {
  return marks.filter((mark) => mark.key === key && (mark.tone === 'warning' || !known.some((part) => mark.part === part || mark.part.startsWith(`${part}/`))));
}

/** What is about the rule itself, at one of its members. */
export const marksOfRule = (marks: readonly Mark[], ...parts: string[]): Mark[] => marks.filter((mark) => mark.key === '' && parts.includes(mark.part));

/** Where a mark stands, for the list above the form. */
export function placeName(mark: Mark, draft: RuleDraft): string {
  for (const [at, block] of draft.blocks.entries()) {
    if (block.key === mark.key) return m.rules.block(at + 1);
    const place = block.conditions.findIndex((condition) => condition.key === mark.key);
    if (place >= 0) return m.rules.placeOf(m.rules.block(at + 1), m.rules.condition(place + 1));
  }
  const action = draft.actions.findIndex((one) => one.key === mark.key);
  if (action >= 0) return m.rules.action(action + 1);
  if (mark.part === 'name') return m.common.name;
  return mark.part === 'match' ? m.rules.if : mark.part === 'actions' ? m.rules.then : mark.part === 'group' ? m.rules.group : m.rules.when;
}

const isMissing = (value: unknown) => value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

function missingIn(action: ActionDraft): string[] {
  const wanted: (keyof ActionDraft)[] = [];
  if (action.kind === 'assign_agent') wanted.push('agent');
  if (action.kind === 'assign_group' || action.kind === 'assign_round_robin') wanted.push('group');
  if (action.kind === 'set_attribute') wanted.push('field');
  if (action.kind === 'webhook') wanted.push('url');
  if (action.kind === 'add_labels' || action.kind === 'remove_labels') wanted.push('labels');
  if (action.kind === 'note' || action.kind === 'notify') wanted.push('text');
  const blank = wanted.filter((name) => isMissing(action[name]));
  const texts = (action.texts ?? []).flatMap((text, at) => (text.trim() === '' ? [`texts/${at}`] : []));
  const nobody = action.kind === 'notify' && isMissing(action.people) && isMissing(action.groups) ? ['people'] : [];
  return [...blank, ...texts, ...nobody];
}

function missingInCondition({ field, op, value }: ConditionDraft): string[] {
  if (field === '') return ['field'];
  const asksForNothing = ['is_empty', 'is_not_empty', 'changed'].includes(op);
  return !asksForNothing && isMissing(value) ? ['value'] : [];
}

/** What is not filled in yet: said before anything is sent. */
export function missing(draft: RuleDraft): Mark[] {
  const mark = (key: string, part: string, text = m.rules.missing): Mark => ({ key, part, text, tone: 'danger' });
  return [
    ...(draft.name.trim() === '' ? [mark('', 'name')] : []),
    ...draft.blocks.flatMap((block) =>
      block.conditions.length === 0
        ? [mark(block.key, '', m.rules.noCondition)]
        : block.conditions.flatMap((one) => missingInCondition(one).map((part) => mark(one.key, part)))
    ),
    ...(draft.actions.length === 0 ? [mark('', 'actions', m.rules.noAction)] : []),
    ...draft.actions.flatMap((one) => missingIn(one).map((part) => mark(one.key, part)))
  ];
}
