import type { AnswerKind, PolicyDocument, PolicyParty, PolicyQuestion, PolicySearch } from '$lib/api';

/** A policy as the form holds it: everything is there, so that everything can be bound. */
export interface QuestionDraft {
  key: number;
  field: string;
  answer: AnswerKind;
  label: string;
  judge: 'server' | 'agent';
  look_up: string;
  bits: number;
  slips: number;
}

export interface SearchDraft {
  key: number;
  kind: 'text' | 'object';
  object: string;
  label: string;
  fields: string[];
  results: string[];
  hidden_results: string[];
  filters: { field: string; equals: string }[];
  sort: { field: string; descending: boolean }[];
}

export interface PartyDraft {
  searches: SearchDraft[];
  required: QuestionDraft[];
  additional: QuestionDraft[];
  additional_minimum: number;
  /** `null`: as many as must be right. */
  additional_asked: number | null;
  strong_evidence_replaces: boolean;
  /** `null`: no code is sent. */
  sent_code_after_hours: number | null;
  minimum_age: number | null;
}

export interface PolicyDraft {
  name: string;
  customer: PartyDraft;
  representative: PartyDraft | null;
  mandate: 'required' | 'not_required';
  locks: { failures: number; within_secs: number; lock_secs: number };
  valid_secs: number;
}

/** Fields in each list of a search, at most. */
export const FIELDS_MAX = 20;

/** The first field that no row names yet; the first of all where every one is named. */
export const unused = (fields: readonly string[], rows: readonly { field: string }[]): string =>
  fields.find((field) => !rows.some((row) => row.field === field)) ?? fields[0] ?? '';

let keys = 0;

/** The most bits that an answer of a kind can have, as the linter counts; a look-up as stated. */
export const CEILING: Record<AnswerKind, number> = { date: 15, last_four: 13, postcode: 13, name: 12, choice: 3, amount: 16, phone: 24, email: 24, text: 32 };

export const mayHaveSlips = (answer: AnswerKind): boolean => answer === 'name' || answer === 'text';

export const newQuestion = (field: string): QuestionDraft => {
  const answer = ({ name: 'name', email: 'email', phone: 'phone', birth_date: 'date', postcode: 'postcode' } as Record<string, AnswerKind>)[field] ?? 'text';
  return { key: keys++, field, answer, label: '', judge: 'server', look_up: '', bits: Math.min(CEILING[answer], 10), slips: 0 };
};

export const newSearch = (): SearchDraft => ({
  key: keys++, kind: 'text', object: '', label: '', fields: ['name', 'phone', 'email'], results: [], hidden_results: [], filters: [], sort: []
});

export const newParty = (): PartyDraft => ({
  searches: [newSearch()], required: [], additional: [], additional_minimum: 0, additional_asked: null, strong_evidence_replaces: true, sent_code_after_hours: null, minimum_age: null
});

const question = (one: PolicyQuestion): QuestionDraft => ({
  key: keys++, field: one.field, answer: one.answer, label: one.label ?? '', judge: one.judge ?? 'server', look_up: one.look_up ?? '', bits: one.bits, slips: one.slips ?? 0
});

const search = (one: PolicySearch): SearchDraft => ({
  key: keys++, kind: one.kind, object: one.object ?? '', label: one.label ?? '', fields: [...one.fields], results: [...(one.results ?? [])],
  hidden_results: [...(one.hidden_results ?? [])], filters: (one.filters ?? []).map((filter) => ({ ...filter })), sort: (one.sort ?? []).map(({ field, descending = false }) => ({ field, descending }))
});

const party = (one: PolicyParty): PartyDraft => ({
  searches: one.searches.map(search), required: (one.required ?? []).map(question), additional: (one.additional ?? []).map(question),
  additional_minimum: one.additional_minimum ?? 0, additional_asked: one.additional_asked ?? null,
  strong_evidence_replaces: one.strong_evidence_replaces ?? false, sent_code_after_hours: one.sent_code_after_hours ?? null, minimum_age: one.minimum_age ?? null
});

export const draftOf = (document: PolicyDocument): PolicyDraft => ({
  name: document.name, customer: party(document.customer), representative: document.representative ? party(document.representative) : null,
  mandate: document.mandate ?? 'required', locks: { ...(document.locks ?? { failures: 3, within_secs: 86_400, lock_secs: 86_400 }) }, valid_secs: document.valid_secs ?? 3600
});

/** What is empty is left out: the server knows what it stands for. */
function questionOf({ key: _, label, look_up, judge, slips, ...one }: QuestionDraft): PolicyQuestion {
  return { ...one, judge, ...(label.trim() && { label: label.trim() }), ...(look_up && { look_up }), slips: mayHaveSlips(one.answer) ? slips : 0 };
}

function searchOf({ key: _, kind, object, label, fields, results, hidden_results, filters, sort }: SearchDraft): PolicySearch {
  return {
    kind, ...(kind === 'object' && { object: object.trim() }), ...(label.trim() && { label: label.trim() }), fields, results,
    ...(hidden_results.length > 0 && { hidden_results }), ...(filters.length > 0 && { filters: filters.map(({ field, equals }) => ({ field, equals: equals.trim() })) }),
    ...(sort.length > 0 && { sort: sort.map(({ field, descending }) => ({ field, ...(descending && { descending }) })) })
  };
}

function partyOf({ searches, required, additional, additional_asked, sent_code_after_hours, minimum_age, ...one }: PartyDraft): PolicyParty {
  return {
    ...one, searches: searches.map(searchOf), required: required.map(questionOf), additional: additional.map(questionOf),
    ...(additional_asked !== null && { additional_asked }), ...(sent_code_after_hours !== null && { sent_code_after_hours }), ...(minimum_age !== null && { minimum_age })
  };
}

export function documentOf(draft: PolicyDraft): PolicyDocument {
  const { representative, customer, name, ...rest } = draft;
  return { ...rest, name: name.trim(), customer: partyOf(customer), ...(representative && { representative: partyOf(representative) }) };
}

/** The part of the form that a finding is about: the longest of these pointers that it begins with. */
export function nearest(pointer: string, places: readonly string[]): string | undefined {
  const fits = places.filter((place) => pointer === place || pointer.startsWith(`${place}/`));
  return fits.sort((a, b) => b.length - a.length)[0];
}
