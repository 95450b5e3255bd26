import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { api, type SavedView as Stored } from '../api';
import { session } from './session.svelte';
import { shelf, Views } from './views.svelte';

let kept: Stored[] = [];

beforeEach(() => {
  kept = [];
  localStorage.clear();
  shelf.forget();
  vi.spyOn(session, 'user', 'get').mockReturnValue({ id: 'usr_1' } as never);
  vi.spyOn(api.me, 'views').mockImplementation(() => Promise.resolve({ data: kept }));
  vi.spyOn(api.me, 'saveView').mockImplementation((body) => {
    const made: Stored = { audience: 'personal', group: null, changeable: true, ...body, id: `view_${kept.length + 1}`, created_at: '' };
    kept = [...kept, made];
    return Promise.resolve(made);
  });
  vi.spyOn(api.me, 'updateView').mockImplementation((id, body) => {
    kept = kept.map((view) => (view.id === id ? { ...view, ...body } : view));
    return Promise.resolve(kept.find((view) => view.id === id)!);
  });
  vi.spyOn(api.me, 'removeView').mockImplementation((id) => {
    kept = kept.filter((view) => view.id !== id);
    return Promise.resolve();
  });
});

afterEach(() => void vi.restoreAllMocks());

const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('saved views', () => {
  it('keep filters and columns under a name, and are there on another device', async () => {
    const views = new Views('people');
    views.toggle('email');
    await views.save('Agents', '?role=agent');
    expect(kept[0]).toMatchObject({ page: 'people', name: 'Agents', query: 'role=agent&hide=email' });
    localStorage.clear();
    shelf.forget();
    const again = new Views('people');
    await settled();
    expect(again.saved).toMatchObject([{ name: 'Agents', search: '?role=agent', hidden: ['email'] }]);
    expect(again.current('?role=agent')).toBeUndefined();
    again.choose(again.saved[0] ?? null);
    expect(again.current('?role=agent')?.name).toBe('Agents');
    expect(new Views('codes').saved).toEqual([]);
  });

  it('replace one of the same name, and a removed one can be put back', async () => {
    const views = new Views('people');
    await views.save('Mine', '?a=1');
    await views.save('Mine', '?b=1');
    expect(views.saved.map(({ search }) => search)).toEqual(['?b=1']);
    const gone = await views.remove(views.saved[0]!.id);
    expect(views.saved).toEqual([]);
    await views.restore(gone!);
    expect(views.saved).toHaveLength(1);
  });

  it('stand in the order that somebody gave them, and one of a colleague is not replaced', async () => {
    kept = [{ id: 'view_9', page: 'inbox', name: 'Ours', query: 'a=1', audience: 'everybody', group: null, changeable: false, created_at: '' }];
    const views = new Views('inbox');
    await settled();
    await views.save('Ours', '?b=1');
    expect(views.saved.map(({ search }) => search)).toEqual(['?a=1', '?b=1']);
    shelf.arrange([views.saved[1]!.id, 'view_9']);
    expect(views.saved.map(({ search }) => search)).toEqual(['?b=1', '?a=1']);
  });

  it('find the view of the address whatever the order of its filters', async () => {
    const views = new Views('inbox');
    await views.save('Both', '?a=1&b=2');
    expect(views.current('?b=2&a=1')?.name).toBe('Both');
  });

  it('survive whatever stands in the storage', () => {
    localStorage.setItem('countersign.columns.people', '{"x":[null]}');
    expect(new Views('people').hidden).toEqual([]);
    localStorage.setItem('countersign.columns.people', 'no JSON');
    expect(new Views('people').hidden).toEqual([]);
  });
});
