import { describe, expect, it } from 'vitest';
import type { Attribute, Profile } from '$lib/api';
import { changes, toForm } from './edit';

const attributes = [
  { key: 'tier', type: 'dropdown' },
  { key: 'limit', type: 'number' },
  { key: 'vip', type: 'checkbox' }
] as Attribute[];

const profile = {
  kind: 'person', name: 'Ada', email: '••••@mail.example', phone: null, external_id: null, language: 'en',
  attributes: { tier: '••••', limit: 3 }
} as unknown as Profile;

describe('editing a customer', () => {
  it('sends only what changed, so that bullets never replace what they hide', () => {
    const before = toForm(profile, attributes);
    const after = structuredClone(before);
    after.fields.name = 'Ada L.';
    after.attributes.vip = true;
    expect(changes(before, after, attributes)).toEqual({ name: 'Ada L.', attributes: { vip: true } });
  });

  it('clears with null and keeps numbers numbers', () => {
    const before = toForm(profile, attributes);
    const after = structuredClone(before);
    after.fields.language = '';
    after.attributes.limit = '12.5';
    after.attributes.tier = '';
    expect(changes(before, after, attributes)).toEqual({ language: null, attributes: { limit: 12.5, tier: null } });
  });

  it('sends nothing when nothing changed', () => {
    const form = toForm(profile, attributes);
    expect(changes(form, structuredClone(form), attributes)).toEqual({});
  });
});
