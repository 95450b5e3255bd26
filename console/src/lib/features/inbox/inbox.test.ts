import { describe, expect, it } from 'vitest';
import type { Case, Firing, Message } from '$lib/api';
import { belongs, readFilters, toQuery, writeFilters } from './filters';
import { isDone, nextToAnswer } from './next';
import { byDay, mergeLatest, webAddress, whereabouts } from './messages';

const message = (id: string, text = '', at = '2026-11-21T10:00:00Z') => ({ id, text, received_at: at }) as Message;

describe('messages', () => {
  it('lays the newest page over what is shown', () => {
    const shown = [message('1'), message('2', 'queued'), message('3')];
    const { items, gap } = mergeLatest(shown, [message('2', 'sent'), message('3'), message('4')]);
    expect(gap).toBe(false);
    expect(items.map((item) => item.id)).toEqual(['1', '2', '3', '4']);
    expect(items[1]?.text).toBe('sent');
  });

  it('does not pretend to be whole when more came than a page holds', () => {
    const { items, gap } = mergeLatest([message('1')], [message('8'), message('9')]);
    expect(gap).toBe(true);
    expect(items.map((item) => item.id)).toEqual(['8', '9']);
  });

  it('groups by the day of the agent', () => {
    const days = byDay([message('1', '', '2026-11-20T12:00:00'), message('2', '', '2026-11-21T12:00:00'), message('3', '', '2026-11-21T13:00:00')]);
    expect(days.map((day) => day.entries.length)).toEqual([1, 2]);
  });

  it('has what rules did behind what set it off, and before what it said', () => {
    const at = (micros: string) => `2026-11-20T12:00:00.${micros}Z`;
    const fired = (id: string, time: string, detail = '') => ({ id, at: time, done: [{ detail }] }) as Firing;
    const line = { ...message('identified', '', at('000002')), kind: 'event' } as Message;
    const said = [message('asked', '', at('000001')), line, message('answered', '', at('000003')), message('later', '', at('900000'))];
    const firings = [fired('silent', at('000002')), fired('rule', at('000001'), 'answered'), fired('last', at('950000'))];
    const days = byDay(said, firings);
    expect(days.map((day) => day.entries.map(({ id }) => id))).toEqual([['asked', 'identified', 'rule', 'silent', 'answered', 'later', 'last']]);
  });

  it('makes links of web addresses only', () => {
    expect(webAddress('https://files.example/a.pdf')).toBe('https://files.example/a.pdf');
    for (const url of ['javascript:alert(1)', 'data:text/html,x', '//x', 'file:///etc/passwd', '', null]) {
      expect(webAddress(url)).toBeNull();
    }
  });

  it('tell of a file that was announced whether it is still to be expected, and tell nothing to who sees it masked', () => {
    const at = Date.parse('2026-01-01T12:00:00Z');
    const message = { direction: 'inbound', received_at: '2026-01-01T12:00:00Z' } as Message;
    const file = { id: null, url: null, name: 'a.pdf', mime_type: 'application/pdf', size_bytes: 1 };
    expect(whereabouts(message, file, at + 60_000)).toBe('coming');
    expect(whereabouts(message, file, at + 3_600_000)).toBe('lost');
    expect(whereabouts(message, { ...file, url: 'https://files.example/a' }, at)).toBe('here');
    expect(whereabouts(message, { ...file, id: 'att_1' }, at)).toBe('here');
    expect(whereabouts({ ...message, masked: ['attachments'] }, file, at)).toBe('here');
  });
});

describe('filters', () => {
  it('survive the address and drop what is not theirs', () => {
    const filters = readFilters(new URLSearchParams('status=any&assignee=me&group=grp_1&level=al3&channel=chan_1&sort=newest&x=1'));
    expect(readFilters(new URLSearchParams(writeFilters(filters).slice(1)))).toEqual(filters);
    expect(readFilters(new URLSearchParams('status=nonsense&level=al9'))).toMatchObject({ status: 'open', assurance: null });
    expect(writeFilters(readFilters(new URLSearchParams()))).toBe('');
  });

  it('ask the server for any status by saying nothing', () => {
    expect(toQuery(readFilters(new URLSearchParams('status=any'))).status).toBeUndefined();
  });

  it('know which new case belongs into the view', () => {
    const item = {
      status: 'open', channel: { id: 'chan_1' }, assignee: null, group: 'grp_1', identity: { assurance: 'al0' }
    } as unknown as Case;
    const view = (query: string) => belongs(item, readFilters(new URLSearchParams(query)), 'usr_1');
    expect(view('')).toBe(true);
    expect(view('assignee=none')).toBe(true);
    expect(view('assignee=me')).toBe(false);
    expect(view('group=grp_1')).toBe(true);
    expect(view('group=grp_2')).toBe(false);
    expect(view('level=al3')).toBe(false);
    expect(view('channel=chan_2')).toBe(false);
    expect(view('status=closed')).toBe(false);
  });
});

describe('the next conversation', () => {
  const row = (id: string, more: Partial<Case> = {}) =>
    ({ id, status: 'open', chat: 'live', assignee: null, group: null, waiting_since: null, channel: { id: 'c' }, identity: { assurance: 'al0' }, ...more }) as Case;
  const open = readFilters(new URLSearchParams());
  const waits = { waiting_since: '2026-11-21T10:00:00Z' };

  it('is the one behind that waits, else the first that waits, else the one behind', () => {
    const items = [row('a', waits), row('b'), row('c'), row('d', waits)];
    const from = (current: string | null, list = items) => nextToAnswer(list, current, open, 'me')?.id;
    expect([from('b'), from('d'), from(null)]).toEqual(['d', 'a', 'a']);
    expect(from('b', [row('a'), row('b'), row('c')])).toBe('c');
    expect(from('b', [row('a', { status: 'closed' }), row('b')])).toBeUndefined();
  });

  it('is offered to whoever has done with this one', () => {
    const done = (more: Partial<Case>, filters = open) => isDone(row('a'), row('a', more), filters, 'me');
    const ada = { id: 'ada', name: 'Ada' };
    expect([done({ chat: 'ended' }), done({ status: 'pending' }), done({ assignee: ada }), done({ group: 'grp_1' })]).toEqual([true, true, true, true]);
    expect([done({}), done({ priority: 'high' }), done({ assignee: { id: 'me', name: null } })]).toEqual([false, false, false]);
    expect(done({ assignee: { id: 'me', name: null } }, readFilters(new URLSearchParams('assignee=none')))).toBe(true);
  });
});
