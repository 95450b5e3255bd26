import { describe, expect, it } from 'vitest';
import type { PolicyDocument } from '$lib/api';
import { documentOf, draftOf, nearest, newQuestion, unused } from './draft';

const whole: PolicyDocument = {
  name: 'Accounts',
  customer: {
    searches: [
      { kind: 'text', fields: ['name', 'phone'], results: ['town'], sort: [{ field: 'name' }] },
      { kind: 'object', object: 'card', label: 'Card', fields: ['card'], results: [], hidden_results: ['limit'], filters: [{ field: 'state', equals: 'active' }] }
    ],
    required: [{ field: 'birth_date', answer: 'date', judge: 'server', bits: 14, slips: 0 }],
    additional: [{ field: 'name', answer: 'name', label: 'Mother’s name', judge: 'agent', look_up: 'look_1', bits: 10, slips: 1 }],
    additional_minimum: 1, additional_asked: 2, strong_evidence_replaces: true, sent_code_after_hours: 72, minimum_age: 18
  },
  mandate: 'not_required', locks: { failures: 2, within_secs: 7200, lock_secs: 3600 }, valid_secs: 600
};

describe('a policy in the form', () => {
  it('comes out as it went in, with all that the form does not show', () => {
    expect(documentOf(draftOf(whole))).toEqual(whole);
    expect(documentOf(draftOf({ ...whole, representative: whole.customer })).representative).toEqual(whole.customer);
  });

  it('leaves out what is empty, and slips where there are none', () => {
    const draft = draftOf(whole);
    draft.customer.additional = [{ ...newQuestion('card'), answer: 'last_four', slips: 2 }];
    Object.assign(draft.customer, { additional_asked: null, minimum_age: null });
    const { additional, ...rest } = documentOf(draft).customer;
    expect(additional).toEqual([{ field: 'card', answer: 'last_four', judge: 'server', bits: 10, slips: 0 }]);
    expect(Object.keys(rest)).not.toContain('additional_asked');
    expect(Object.keys(rest)).not.toContain('minimum_age');
  });

  it('asks a new question no harder than its kind can be', () => {
    expect([newQuestion('birth_date').answer, newQuestion('email').answer, newQuestion('shoe_size').answer]).toEqual(['date', 'email', 'text']);
  });
});

describe('conditions and order of a search', () => {
  it('come out in their order, each with its field, and a condition without the spaces around it', () => {
    const draft = draftOf(whole);
    draft.customer.searches[0]!.sort.unshift({ field: 'town', descending: true });
    draft.customer.searches[0]!.filters.push({ field: 'state', equals: ' active ' });
    const [search] = documentOf(draft).customer.searches;
    expect(search!.sort).toEqual([{ field: 'town', descending: true }, { field: 'name' }]);
    expect(search!.filters).toEqual([{ field: 'state', equals: 'active' }]);
    expect(whole.customer.searches[0]!.sort).toEqual([{ field: 'name' }]);
  });

  it('begin with a field that is not named yet', () => {
    expect(unused(['name', 'town'], [{ field: 'name' }])).toBe('town');
    expect(unused(['name'], [{ field: 'name' }])).toBe('name');
  });
});

describe('a finding', () => {
  it('leads to the nearest place of the form', () => {
    const places = ['/customer/required', '/customer/required/0', '/customer/required/0/bits', '/customer/required/1'];
    expect(nearest('/customer/required/0/bits', places)).toBe('/customer/required/0/bits');
    expect(nearest('/customer/required/0/label', places)).toBe('/customer/required/0');
    expect(nearest('/customer/required/10', places)).toBe('/customer/required');
    expect(nearest('/locks', places)).toBeUndefined();
  });
});
