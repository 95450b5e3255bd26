import { describe, expect, it } from 'vitest';
import type { Profile } from '$lib/api';
import { claimOf, reasonText, sharedAttributes, weightText } from './reasons';

const one = (own: Partial<Profile> = {}) =>
  ({ id: 'pro_1', reference: 'C-1', name: null, email: null, phone: null, attributes: {}, claims: {}, masked: [], ...own }) as Profile;
const same = { what: 'email', level: 'same', weight: 13.9 };

describe('why two customers may be one', () => {
  it('says of a match that rests on a claim that it does', () => {
    const known = one({ email: 'ann@a.example' });
    expect(reasonText(same, { into: known, from: one({ email: 'ann@a.example' }) })).toBe('Same e-mail address');
    expect(reasonText(same, { into: known, from: one({ claims: { email: 'ann@a.example' } }) })).toBe('Same e-mail address, claimed');
    // What the company knows of somebody may be another address than the one that they claim.
    const other = one({ email: 'bob@b.example', claims: { email: 'ann@a.example' } });
    expect(reasonText(same, { into: known, from: other })).toBe('Same e-mail address, claimed');
    expect(claimOf(one({ email: 'a@a.example', claims: { email: 'a@a.example' } }), 'email')).toBeNull();
  });

  it('does not take two equal masks for a match', () => {
    const masked = { email: '****@a.example', masked: ['email'] };
    const claims = { email: '****@a.example' };
    expect(reasonText(same, { into: one(masked), from: one({ ...masked, claims }) })).toBe('Same e-mail address, claimed');
  });

  it('shows a comparison that is newer than the catalogue in the server’s words', () => {
    expect(reasonText({ what: 'shoe_size', level: 'same', weight: 1 }, { into: one(), from: one() })).toBe('shoe_size: same');
  });

  it('writes a weight with its sign', () => {
    expect([13.87, -4.6, 0].map((weight) => weightText(weight, 'en'))).toEqual(['+13.9', '-4.6', '0.0']);
  });

  it('compares attributes of which both say something', () => {
    const into = one({ attributes: { tariff: 'vip', town: 'Bonn', vip: false } });
    expect(sharedAttributes({ into, from: one({ attributes: { tariff: null, vip: true, town: 'Köln' } }) })).toEqual(['town', 'vip']);
  });
});
