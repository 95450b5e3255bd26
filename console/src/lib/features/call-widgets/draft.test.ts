import { describe, expect, it } from 'vitest';
import type { CallWidget } from '$lib/api';
import { hostsOf, hostText, Opened } from '$lib/features/calls/card';
import { bodyOf, draftOf, pathsOf, placeOf, raised, remarkAt, sampleFor, variablesFrom } from './draft';

const widget: CallWidget = {
  id: 'cwg_1', name: 'Customer', show_if: 'accountNumber', title: 'Verified customer',
  action: { label: 'Open the file', url: 'https://crm.example/customers/{accountNumber}' }, autorun: true,
  buttons: [{ label: 'Create ticket', url: 'https://desk.example/new?caller=%caller%' }],
  rows: [{ title: '{customerInfo.customer.name}', label: 'Name', url: null }],
  source: 'people', is_read_only: false, version: 1, warnings: [], created_at: '2026-11-23T07:00:00Z', updated_at: '2026-11-23T07:00:00Z'
};

describe('the form of a call widget', () => {
  it('says the same as what it was read from', () => {
    const { title, show_if, action, autorun, buttons, rows } = widget;
    expect(bodyOf(draftOf(widget))).toEqual({ title, show_if, action, autorun, buttons, rows });
    expect(bodyOf(draftOf({ ...widget, autorun: 'https://x.example/' })).autorun).toBe('https://x.example/');
  });

  it('sends no action where there is none, and takes a variable written with brackets', () => {
    const draft = draftOf(null);
    draft.title = ' T ';
    draft.showIf = '{accountNumber}';
    expect(bodyOf(draft)).toEqual({ title: 'T', show_if: 'accountNumber', action: null, autorun: false, buttons: [], rows: [] });
  });

  it('asks for samples of what its texts name, and not of what every call has', () => {
    expect(pathsOf(bodyOf(draftOf(widget)))).toEqual(['accountNumber', 'customerInfo.customer.name']);
    expect(pathsOf({ ...bodyOf(draftOf(null)), title: '{customerInfo} {customerInfo.a} {system.caller}' })).toEqual(['customerInfo.a']);
  });

  it('puts samples where their paths lead', () => {
    expect(variablesFrom({ accountNumber: '12', 'c.customer.name': 'Jane', 'c.orders.0.id': '7', empty: '' })).toEqual({
      accountNumber: '12', c: { customer: { name: 'Jane' }, orders: [{ id: '7' }] }
    });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    variablesFrom({ '__proto__.polluted': 'yes' });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(sampleFor('customerInfo.customer.name')).toBe('Jane Doe');
  });

  it('says what is wrong at its place, and what is missing once somebody saves', () => {
    const remarks = [{ pointer: '/title', code: 'missing-text', detail: 'Empty.', hint: '' }, { pointer: '/action/url', code: 'new-code', detail: 'Odd.', hint: 'Mend it.' }];
    expect(remarkAt(remarks, '/title', false)).toBeNull();
    expect(remarkAt(remarks, '/title', true)).not.toBeNull();
    expect(remarkAt(remarks, '/action/url', false)).toBe('Odd. Mend it.');
  });

  it('names the place of a remark', () => {
    expect(placeOf('/rows/1/title')).toBe('Row 2');
    expect(placeOf('/buttons/0/url')).toBe('Button 1, Address');
    expect(placeOf('/action/url')).toBe('Address of the action');
    expect(placeOf('/show_if')).toBe('Only if this variable has a value');
  });

  it('moves rows up', () => {
    expect(raised(['a', 'b', 'c'], 2)).toEqual(['a', 'c', 'b']);
    expect(raised(['a', 'b'], 0)).toEqual(['a', 'b']);
  });
});

describe('a card', () => {
  const to = (url: string | null, host: string | null) => ({ url, host, withheld: null });

  it('says where it leads', () => {
    expect(hostText(to('https://crm.example/a', 'crm.example'))).toBe('crm.example');
    expect(hostText(to('tel:+4612', null))).toBe('+4612');
    const card = {
      title: 'T', action: { label: 'A', target: to('https://a.example/', 'a.example') }, autorun: null,
      buttons: [{ label: 'B', target: to('https://a.example/b', 'a.example') }, { label: 'C', target: to(null, 'c.example') }], rows: []
    };
    expect(hostsOf(card)).toEqual(['a.example']);
  });

  it('opens by itself once for a call, also after a reload', () => {
    const kept = new Map<string, string>();
    const store = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
    expect(new Opened(store).add('call_1', 'cwg_1')).toBe(true);
    expect(new Opened(store).add('call_1', 'cwg_1')).toBe(false);
    expect(new Opened(store).has('call_1', 'cwg_1')).toBe(true);
    expect(new Opened(store).add('call_2', 'cwg_1')).toBe(true);
    kept.set('countersign.autorun', '{broken');
    expect(new Opened(store).add('call_2', 'cwg_1')).toBe(true);
    expect(new Opened(null).add('call_2', 'cwg_1')).toBe(true);
  });
});
