import { describe, expect, it } from 'vitest';
import type { Visit, VisitEvent, VisitIdentity, VisitPage, VisitSession, WholeVisit } from '$lib/api';
import { mergeVisits } from './merge';
import { customerOf, mayBe, nameOf, pathOf, percent, shortUrl, ticking } from './names';
import { story } from './story';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 22, 10, minute)).toISOString();

const person = (id: string, more: Partial<VisitIdentity> = {}): VisitIdentity => ({
  id, scope: 'authenticated', name: id, value: null, profile: null, assurance: 'al3', ...more
});
const anna = person('anna');
const ben = person('ben');

const page = (id: string, minute: number, more: Partial<VisitPage> = {}): VisitPage => ({
  id, visit: 'v', url: null, title: id, categories: [], entered_at: at(minute), exited_at: null, active_ms: null, identity: null, session: null, ...more
});
const session = (id: string, identity: VisitIdentity, from: number, to: number | null): VisitSession => ({
  id, visit: 'v', identity, started_at: at(from), ended_at: to === null ? null : at(to), is_signed: true
});
const event = (name: string, minute: number, more: Partial<VisitEvent> = {}): VisitEvent => ({
  id: `${name} ${minute}`, type: 'business', name, at: at(minute), received_at: at(minute), visit: 'v', page: null, session: null, url: null, title: null,
  categories: [], data: {}, ...more
});

const visit = (more: Partial<WholeVisit>): WholeVisit => ({
  id: 'v', site: { id: 's', name: 'Shop' }, device: null, state: 'anonymous', confidence: null, assurance: 'al0', identity: null, candidates: [],
  is_live: true, started_at: at(0), last_at: at(1), ended_at: null, pages_count: 0, events_count: 0, current_page: null, entry_page: null,
  referrer: null, source: null, language: null, user_agent: null, is_shared_device: false, pages: [], sessions: [], identities: [], ...more
});

describe('the story of a visit', () => {
  it('is cut where somebody signs in and out, and says whose each part is', () => {
    const told = story(
      visit({
        pages: [
          page('home', 0, { identity: 'anna' }),
          page('account', 2, { identity: 'anna', session: 'one' }),
          page('bye', 5, { identity: 'anna' }),
          page('hello', 8, { identity: 'ben', session: 'two' })
        ],
        sessions: [session('two', ben, 7, null), session('one', anna, 1, 4)],
        identities: [anna, ben]
      }),
      [event('AddToCart', 3), event('Left', 6)]
    );
    expect(told.map((band) => [band.kind, band.identity?.id ?? null, band.steps.map((step) => (step.kind === 'page' ? step.page.id : step.kind === 'event' ? step.event.name : step.kind))])).toEqual([
      ['before', 'anna', ['home']],
      ['session', 'anna', ['in', 'account', 'AddToCart', 'out']],
      ['recognised', 'anna', ['bye']],
      ['anonymous', null, ['Left']],
      ['session', 'ben', ['in', 'hello']]
    ]);
    expect(told.map((band) => band.isAfter)).toEqual([false, false, true, true, false]);
    expect(told.at(-1)!.to).toBeNull();
  });

  it('never shows a page with somebody whom the server does not name for it', () => {
    const told = story(
      visit({ pages: [page('a', 1, { session: 'one', identity: 'anna' }), page('nobody', 5), page('b', 7, { session: 'two', identity: 'ben' })], sessions: [session('one', anna, 0, 4), session('two', ben, 6, 9)], identities: [anna, ben] }),
      []
    );
    const owner = (title: string) => told.find((band) => band.steps.some((step) => step.kind === 'page' && step.page.id === title))?.identity?.id ?? null;
    expect([owner('a'), owner('nobody'), owner('b')]).toEqual(['anna', null, 'ben']);
  });

  it('leaves out what pages and sessions tell already, and keeps what the page said of somebody', () => {
    const told = story(visit({ pages: [page('home', 0)] }), [
      event('PageEntered', 0, { type: 'system' }), event('SignIn', 1, { type: 'system' }), event('UserInfo', 2, { type: 'system' }), event('SignIn', 3)
    ]);
    expect(told.flatMap((band) => band.steps).map((step) => step.id)).toEqual(['home', 'UserInfo 2', 'SignIn 3']);
  });

  it('begins before a sign-in of the same moment', () => {
    const told = story(visit({ pages: [page('log-in', 1, { identity: 'anna' })], sessions: [session('one', anna, 1, null)], identities: [anna] }), []);
    expect(told.map((band) => [band.kind, band.steps.length])).toEqual([['before', 1], ['session', 1]]);
  });

  it('ends when the visit ended', () => {
    const [band] = story(visit({ is_live: false, ended_at: at(30), pages: [page('home', 0)] }), []);
    expect(band!.to).toBe(at(30));
    expect(story(visit({}), [])).toEqual([]);
  });
});

describe('visitors on screen', () => {
  const one = (id: string, minute: number, more: Partial<Visit> = {}): Visit => visit({ id, started_at: at(minute), ...more });

  it('keep their places; who came stands apart, newest first', () => {
    const rows = [one('b', 2), one('a', 1)];
    const merged = mergeVisits(rows, [one('a', 1, { state: 'authenticated' }), one('d', 4), one('c', 3), one('e', 4)], new Set());
    expect(merged.items.map((visit) => visit.id)).toEqual(['b', 'a']);
    expect(merged.items[1]!.state).toBe('authenticated');
    expect(merged.arrivals.map((visit) => visit.id)).toEqual(['e', 'd', 'c']);
    expect(merged.changed).toEqual(['a']);
  });

  it('leave when an answer that should name them does not', () => {
    const rows = [one('b', 2), one('a', 1)];
    expect(mergeVisits(rows, [], new Set(['a'])).items.map((visit) => visit.id)).toEqual(['b']);
    expect(mergeVisits(rows, [], new Set()).items).toEqual(rows);
  });
});

describe('names', () => {
  it('are the best there are, with their masks', () => {
    expect(nameOf(null)).toBeNull();
    expect(nameOf(person('x', { name: null, value: 'u•••', masked: ['value'] }))).toEqual({ text: 'u•••', masked: ['value'], field: 'value' });
    expect([customerOf(person('x', { profile: 'pro_1' })), customerOf(person('x', { profile: { id: 'pro_2', name: null } })), customerOf(anna)]).toEqual(['pro_1', 'pro_2', null]);
    const known = nameOf(person('x', { profile: { id: 'p', name: 'A•••', masked: ['name'] } }))!;
    expect([known.text, known.masked.includes(known.field)]).toEqual(['A•••', true]);
  });

  it('of a certain visit are not asked about; of an uncertain one each once', () => {
    const candidates = [{ identity: anna, confidence: 0.6 }, { identity: ben, confidence: 0.2 }];
    expect(mayBe({ state: 'authenticated', identity: anna, confidence: null, candidates })).toEqual([]);
    expect(mayBe({ state: 'recognised', identity: anna, confidence: 0.9, candidates }).map(({ identity, confidence }) => [identity.id, confidence])).toEqual([['anna', 0.9], ['ben', 0.2]]);
    expect(mayBe({ state: 'anonymous', identity: anna, confidence: null, candidates: [] })).toEqual([]);
  });

  it('of addresses and times are short', () => {
    expect(shortUrl('https://shop.example/')).toBe('shop.example');
    expect(pathOf('https://shop.example')).toBe('/');
    expect(pathOf('https://shop.example/a?b=c')).toBe('/a?b=c');
    expect([ticking(-5), ticking(67_000), ticking(3_729_000)]).toEqual(['0:00', '1:07', '1:02:09']);
    expect(percent(0.395, 'en')).toBe('40%');
  });
});
