import { describe, expect, it } from 'vitest';
import type { Attribute, Masking } from '$lib/api';
import { choiceOf, choicesFor, isMasked, maskOf, toggled } from './masks';

const toggles = (attributes: boolean) => ({ name: false, email: false, phone: false, ids: false, attributes, text: false });
const masking: Masking = {
  roles: { admin: toggles(false), team_manager: toggles(false), agent: toggles(true) },
  reveals_per_hour: { admin: 30, team_manager: 30, agent: 30 }
};
const iban = (mask: Partial<Attribute['mask']> = {}): Attribute => ({
  id: 'attr_1', key: 'iban', label: 'IBAN', level: 'profile', type: 'text', options: [], pii: 'personal', forms: [], required_to_close: false,
  mask: { format: 'auto', roles: { admin: null, team_manager: null, agent: null }, ...mask }
});

describe('the masks of attributes', () => {
  it('follow the role until they say something of their own', () => {
    expect(isMasked(iban(), 'agent', masking)).toBe(true);
    const shown = iban(toggled(iban(), 'agent', false, masking));
    expect(isMasked(shown, 'agent', masking)).toBe(false);
    expect(toggled(shown, 'agent', true, masking).roles.agent).toBeNull();
  });

  it('keep their roles when another mask is chosen', () => {
    const before = iban({ roles: { admin: true, team_manager: null, agent: false } });
    const after = maskOf('ends', before.mask);
    expect(after).toEqual({ format: 'keep', first: 2, last: 2, roles: before.mask.roles });
    expect(choiceOf(iban(after))).toBe('ends');
    expect(choiceOf(iban({ format: 'keep', first: 1, last: 3 }))).toBe('other');
  });

  it('show nothing of what has few values', () => {
    expect(choicesFor('dropdown')).toEqual(['hidden']);
    expect(choicesFor('checkbox')).toEqual(['hidden']);
  });
});
