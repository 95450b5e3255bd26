import { beforeEach, describe, expect, it } from 'vitest';
import { Folding } from './folding.svelte';
import { groups } from './pages';

const all = groups();
const by = (id: string) => all.find((group) => group.id === id)!;
const open = (folding: Folding, path: string, of = all) => of.filter((group) => folding.isOpen(group, of, path)).map(({ id }) => id);

beforeEach(() => localStorage.clear());

describe('the groups of the navigation', () => {
  it('begin with work and setting up; the one where somebody is is open too', () => {
    expect(open(new Folding(), '/inbox')).toEqual(['work', 'setUp']);
    expect(open(new Folding(), '/phone/flows/ivr_1')).toEqual(['work', 'setUp', 'phone']);
    expect(open(new Folding(), '/systematic')).toEqual(['work', 'setUp']);
  });

  it('are all open for whoever sees few pages', () => {
    const few = [by('work'), { ...by('phone'), pages: by('phone').pages.slice(0, 1) }];
    expect(open(new Folding(), '/inbox', few)).toEqual(['work', 'phone']);
  });

  it('stay as they were left, in the next visit too', () => {
    const folding = new Folding();
    folding.turn(by('setUp'), false, '/inbox');
    folding.turn(by('manage'), true, '/inbox');
    expect(open(folding, '/inbox')).toEqual(['work', 'manage']);
    expect(open(new Folding(), '/inbox')).toEqual(['work', 'manage']);
  });

  it('can be closed on their own page, until somebody goes to another of their pages', () => {
    const folding = new Folding();
    folding.turn(by('setUp'), false, '/rules');
    expect(open(folding, '/rules')).toEqual(['work']);
    expect(open(folding, '/rules/rule_1')).toEqual(['work', 'setUp']);
    folding.turn(by('setUp'), true, '/rules');
    expect(open(folding, '/rules')).toEqual(['work', 'setUp']);
  });

  it('begin anew where what is kept cannot be read', () => {
    for (const said of ['{', 'null', '[1]', '"x"']) {
      localStorage.setItem('countersign.navigation', said);
      expect(open(new Folding(), '/inbox')).toEqual(['work', 'setUp']);
    }
  });
});
