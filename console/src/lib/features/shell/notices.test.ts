import { beforeEach, describe, expect, it } from 'vitest';
import type { Case } from '$lib/api';
import { Notices } from './notices.svelte';

const conversation = (id: string, last: { id: string; at: string; direction?: 'inbound' | 'outbound' } | null, unread = 1) =>
  ({
    id, unread_count: unread, updated_at: last?.at ?? '2026-01-01T00:00:00Z',
    last_message: last && { direction: 'inbound', preview: '', ...last }
  }) as unknown as Case;

const at = (minute: number) => `2026-01-01T10:${String(minute).padStart(2, '0')}:00Z`;

describe('notifications', () => {
  let cases: Case[] = [];
  let notices: Notices;

  beforeEach(() => {
    localStorage.clear();
    notices = new Notices('me', () => Promise.resolve(cases));
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
    const again = new Notices('me', () => Promise.resolve(cases));
    await again.load();
    expect(again.unread).toBe(0);
  });
});
