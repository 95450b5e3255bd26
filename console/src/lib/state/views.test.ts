import { beforeEach, describe, expect, it } from 'vitest';
import { Views } from './views.svelte';

beforeEach(() => localStorage.clear());

describe('saved views', () => {
  it('keep filters and columns under a name, and are there after a reload', () => {
    const views = new Views('people');
    views.toggle('email');
    views.save('Agents', '?role=agent');
    const again = new Views('people');
    expect(again.saved).toEqual([{ name: 'Agents', search: '?role=agent', hidden: ['email'] }]);
    expect(again.current('?role=agent')?.name).toBe('Agents');
    again.choose(null);
    expect(again.current('?role=agent')).toBeUndefined();
    expect(new Views('codes').saved).toEqual([]);
  });

  it('replace one of the same name, and a removed one can be put back', () => {
    const views = new Views('people');
    views.save('Mine', '?a');
    views.save('Mine', '?b');
    expect(views.saved.map(({ search }) => search)).toEqual(['?b']);
    const gone = views.remove('Mine')!;
    expect(views.saved).toEqual([]);
    views.restore(gone);
    expect(views.saved).toHaveLength(1);
  });

  it('survive whatever stands in the storage', () => {
    localStorage.setItem('countersign.views.people', '{"saved":[null,{"name":1}],"hidden":"x"}');
    expect(new Views('people')).toMatchObject({ saved: [], hidden: [] });
    localStorage.setItem('countersign.views.people', 'no JSON');
    expect(new Views('people').saved).toEqual([]);
  });
});
