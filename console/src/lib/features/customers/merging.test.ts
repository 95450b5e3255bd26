import { expect, it } from 'vitest';
import type { Attribute, Held, Merge, TimelineEntry } from '$lib/api';
import { gainsOf, placeName, placeNames, placeValue, saidOfEvent, saidOfUndo, sourceName } from './merging';

const attribute = (key: string, more: Partial<Attribute>) =>
  ({ id: key, key, label: key.toUpperCase(), level: 'profile', type: 'text', options: [], ...more }) as unknown as Attribute;
const attributes = [
  attribute('tariff', { type: 'dropdown', options: [{ value: 'vip', label: 'VIP' }] as Attribute['options'] }),
  attribute('name', {})
];
const plain = (text: string) => text.replace(/[\u2068\u2069]/g, '');

it('calls places by their names, whatever attributes are called', () => {
  expect(placeName('name', attributes)).toBe('Name');
  expect(placeName('attributes.name', attributes)).toBe('NAME');
  expect(placeName('claims.email', attributes)).toBe('E-mail, said by themselves');
  expect(placeName('attributes.gone', attributes)).toBe('gone');
  expect(placeName('attributes', attributes)).toBe('An attribute that was deleted');
});

it('says values as people say them', () => {
  expect(placeValue('attributes.tariff', 'vip', attributes, 0)).toBe('VIP');
  expect(placeValue('state', 'blocked', attributes, 0)).toBe('Blocked');
  expect(placeValue('language', 'de', attributes, 0)).toBe('German');
  expect(placeValue('email', 'vip', attributes, 0)).toBe('vip');
  expect([sourceName('api'), sourceName('rule'), sourceName('new')]).toEqual(['your server', 'a rule', 'new']);
});

it('names what had to stay after an undo, each once', () => {
  expect(saidOfUndo({ conflicts: [] } as unknown as Merge, attributes)).toBe('The merge was taken back.');
  expect(plain(saidOfUndo({ conflicts: ['account', 'attributes.tariff'] } as unknown as Merge, attributes))).toMatch(/: Channel account, TARIFF$/);
  expect(plain(placeNames(['identifier', 'identifier', 'email'], attributes))).toBe('Address or number, E-mail');
  const told = (kind: string, details: object) => saidOfEvent({ kind, details } as unknown as TimelineEntry, attributes);
  expect(told('profile.merged', { ground: 'hand' })).toBe('By hand');
  expect(told('profile.merged', { ground: 'other' })).toBe('');
  expect(plain(told('profile.unmerged', { conflicts: ['email'] }))).toMatch(/: E-mail$/);
  expect(told('profile.updated', { conflicts: ['email'] })).toBe('');
});

it('tells each identifier once, also where several look alike', () => {
  const word = (value: string) => ({ value }) as Held;
  const gain = (field: string, value: string) => ({ field, value: word(value) });
  const gains = [gain('phone', '+49'), gain('identifier', '+49'), gain('identifier', '****@a'), gain('identifier', '****@a')];
  const conflicts = [{ field: 'email', into: word('****@b'), from: word('****@a'), winner: 'into' as const }];
  expect(gainsOf({ gains, conflicts })).toEqual([gains[0], gains[3]]);
});
