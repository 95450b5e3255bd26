import { describe, expect, it } from 'vitest';
import type { Case, Message } from '$lib/api';
import { belongs, readFilters, toQuery, writeFilters } from './filters';
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
    expect(days.map((day) => day.messages.length)).toEqual([1, 2]);
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
    const filters = readFilters(new URLSearchParams('status=any&assignee=me&level=al3&channel=chan_1&sort=newest&x=1'));
    expect(readFilters(new URLSearchParams(writeFilters(filters).slice(1)))).toEqual(filters);
    expect(readFilters(new URLSearchParams('status=nonsense&level=al9'))).toMatchObject({ status: 'open', assurance: null });
    expect(writeFilters(readFilters(new URLSearchParams()))).toBe('');
  });

  it('ask the server for any status by saying nothing', () => {
    expect(toQuery(readFilters(new URLSearchParams('status=any'))).status).toBeUndefined();
  });

  it('know which new case belongs into the view', () => {
    const item = {
      status: 'open', channel: { id: 'chan_1' }, assignee: null, identity: { assurance: 'al0' }
    } as unknown as Case;
    const view = (query: string) => belongs(item, readFilters(new URLSearchParams(query)), 'usr_1');
    expect(view('')).toBe(true);
    expect(view('assignee=none')).toBe(true);
    expect(view('assignee=me')).toBe(false);
    expect(view('level=al3')).toBe(false);
    expect(view('channel=chan_2')).toBe(false);
    expect(view('status=closed')).toBe(false);
  });
});
