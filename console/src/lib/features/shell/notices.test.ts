import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Case, Told } from '$lib/api';
import { Notices } from './notices.svelte';

const conversation = (id: string, last: { id: string; at: string; direction?: 'inbound' | 'outbound' } | null, unread = 1) =>
  ({
    id, unread_count: unread, updated_at: last?.at ?? '2026-01-01T00:00:00Z',
    last_message: last && { direction: 'inbound', preview: '', ...last }
  }) as unknown as Case;

const at = (minute: number) => `2026-01-01T10:${String(minute).padStart(2, '0')}:00Z`;

describe('notifications', () => {
  let cases: Case[] = [];
  let told: Told[] = [];
  let notices: Notices;
  const readTold = vi.fn(() => Promise.resolve());
  const sources = { mine: () => Promise.resolve(cases), told: () => Promise.resolve(told), readTold };

  beforeEach(() => {
    localStorage.clear();
    told = [];
    readTold.mockClear();
    notices = new Notices('me', sources);
  });

  it('begin with what waits unread, and tell a message once', async () => {
    cases = [conversation('a', { id: 'm1', at: at(1) }), conversation('b', { id: 'm2', at: at(2) }, 0)];
    await notices.load();
    await notices.load();
    expect(notices.items.map(({ id, kind }) => `${kind} ${id}`)).toEqual(['message m1']);
    expect(notices.unread).toBe(1);
  });

  it('tell that a conversation became mine, and nothing of my own replies', async () => {
    cases = [];
    await notices.load();
    cases = [conversation('a', { id: 'm1', at: at(1) })];
    await notices.load();
    expect(notices.items.map(({ kind }) => kind)).toEqual(['assigned']);
    cases = [conversation('a', { id: 'm2', at: at(2), direction: 'outbound' }, 0)];
    await notices.load();
    expect(notices.items).toHaveLength(1);
  });

  it('are read where somebody looks at the conversation, and all at once; a reload remembers that', async () => {
    notices.visit('a');
    cases = [conversation('a', { id: 'm1', at: at(1) }), conversation('b', { id: 'm2', at: at(2) })];
    await notices.load();
    expect(notices.items.map((notice) => notices.isUnread(notice))).toEqual([true, false]);
    notices.readAll();
    expect(notices.unread).toBe(0);
    const again = new Notices('me', sources);
    await again.load();
    expect(again.unread).toBe(0);
  });

  it('of rules are among the others by their time; the server hears once the last is read, and the browser remembers each', async () => {
    const rule = (id: string, minute: number, read_at: string | null = null): Told => ({ id, case: `case-${id}`, kind: 'rule', rule: 'VIP', text: 'Look', at: at(minute), read_at });
    cases = [conversation('a', { id: 'm1', at: at(2) })];
    told = [rule('n3', 3), rule('n1', 1), rule('n0', 0, at(1))];
    await notices.load();
    expect(notices.items.map(({ id }) => id)).toEqual(['n3', 'm1', 'n1', 'n0']);
    expect(notices.unread).toBe(3);
    notices.visit('case-n3');
    expect(readTold).not.toHaveBeenCalled();
    const again = new Notices('me', sources);
    await again.load();
    expect(again.items.filter((notice) => again.isUnread(notice)).map(({ id }) => id)).toEqual(['m1', 'n1']);
    again.readAll();
    expect([again.unread, readTold.mock.calls.length]).toEqual([0, 1]);
  });

  it('of rules that could not be read are said to be missing, and nothing else is', async () => {
    cases = [conversation('a', { id: 'm1', at: at(1) })];
    notices = new Notices('me', { ...sources, told: () => Promise.reject(new Error('down')) });
    await notices.load();
    expect([notices.failed, notices.items.length]).toEqual([true, 1]);
  });
});
