import { describe, expect, it } from 'vitest';
import type { LookUp } from '$lib/api';
import { leaves, namesIn, pathsIn, setBy } from '$lib/features/calls/variables';
import { asksElsewhere, draftOf, hostOf, inputOf, isStatuses, newHeader, standing, variablesOf } from './draft';

const lookUp: LookUp = {
  id: 'lku_1',
  name: 'Customer by account number',
  request: {
    method: 'GET',
    url: 'https://crm.example/customers/{accountNumber}?of=%caller%',
    headers: [{ name: 'Accept', value: 'application/json', secret: false }, { name: 'X-Api-Key', value: null, secret: true, last4: '9f3a' }],
    body: null
  },
  auth: { kind: 'bearer', last4: '12ab' },
  answer: { json_path: '', found: { status: [], path: '', not_found_status: [404, 410] }, fields: [{ path: '$.tier', to: 'attributes.tier' }] },
  cache_secs: 60, timeout_ms: 5000, source_address: null, state: { failures: 0, paused_until: null },
  created_at: '2026-11-23T07:00:00Z', updated_at: '2026-11-23T07:00:00Z'
};

describe('variables in texts', () => {
  it('finds both spellings and nested paths, and no percent-encoding', () => {
    expect(pathsIn('https://x.example/{a}/%b%?q={c.d.0}&e=%C3%A4%20')).toEqual(['a', 'b', 'c.d.0']);
    expect(namesIn('{c.d}', '%c.e% {B-NUMBER}')).toEqual(['c', 'B-NUMBER']);
    expect(pathsIn('{"a": 1} {} {1} { a }')).toEqual([]);
  });

  it('offers the values of an answer by their paths', () => {
    expect(leaves('customerInfo', { customer: { name: 'Jane', tags: ['a'], 'not a name': 1 } })).toEqual([
      'customerInfo.customer.name', 'customerInfo.customer.tags.0'
    ]);
    expect(leaves('accountNumber', '12')).toEqual(['accountNumber']);
  });

  it('offers what a flow sets, and no secret', () => {
    expect(setBy({ a: { kind: 'keypad_input', variable: 'accountNumber' }, b: { variable: 'pin', class: 'secret' }, c: null })).toEqual(['accountNumber']);
  });
});

describe('the form of a look-up', () => {
  it('sends nothing in place of a secret that nobody typed', () => {
    const input = inputOf(draftOf(lookUp));
    expect(input.request.headers).toEqual([{ name: 'Accept', secret: false, value: 'application/json' }, { name: 'X-Api-Key', secret: true }]);
    expect(input.auth).toEqual({ kind: 'bearer' });
    expect(input.answer.fields).toEqual([{ path: '$.tier', to: 'attributes.tier' }]);
  });

  it('sends a secret that was typed, and a new one even if it is empty', () => {
    const draft = draftOf(lookUp);
    draft.headers[1]!.value = 'new';
    draft.headers.push({ ...newHeader(), name: 'X-Other', secret: true });
    draft.secret.value = ' token ';
    expect(inputOf(draft).request.headers.slice(1)).toEqual([{ name: 'X-Api-Key', secret: true, value: 'new' }, { name: 'X-Other', secret: true, value: '' }]);
    expect(inputOf(draft).auth).toEqual({ kind: 'bearer', token: 'token' });
  });

  it('sends no body with GET, and keeps no answers of anything else', () => {
    const draft = draftOf(lookUp);
    draft.bodyKind = 'json';
    draft.json = '{"number": "{accountNumber}"}';
    expect(inputOf(draft)).toMatchObject({ request: { body: null }, cache_secs: 60 });
    draft.method = 'POST';
    expect(inputOf(draft)).toMatchObject({ request: { body: { kind: 'json', value: { number: '{accountNumber}' } } }, cache_secs: 0 });
  });

  it('names the variables of what is sent, and of nothing else', () => {
    const draft = draftOf(lookUp);
    draft.json = '{"a": "{unused}"}';
    draft.bodyKind = 'json';
    expect(variablesOf(draft)).toEqual(['accountNumber', 'caller']);
    draft.method = 'POST';
    expect(variablesOf(draft)).toEqual(['accountNumber', 'caller', 'unused']);
  });

  it('asks for the secrets again where another host is asked', () => {
    const draft = draftOf(lookUp);
    expect(asksElsewhere(lookUp, draft)).toBe(false);
    draft.url = 'https://crm.example/v2/{accountNumber}';
    expect(asksElsewhere(lookUp, draft)).toBe(false);
    draft.url = 'https://crm.example:8443/customers';
    expect(asksElsewhere(lookUp, draft)).toBe(true);
    expect(hostOf('crm.example')).toBeNull();
  });

  it('reads statuses and says which are none', () => {
    expect(isStatuses('200, 204')).toBe(true);
    expect(isStatuses('200, ok')).toBe(false);
    expect(isStatuses('99')).toBe(false);
  });

  it('says how the system gets on', () => {
    const now = Date.parse('2026-11-23T08:00:00Z');
    expect(standing({ state: { failures: 0, paused_until: null } }, now)).toBe('well');
    expect(standing({ state: { failures: 5, paused_until: '2026-11-23T08:00:10Z' } }, now)).toBe('paused');
    expect(standing({ state: { failures: 5, paused_until: '2026-11-23T07:59:00Z' } }, now)).toBe('failing');
  });
});
