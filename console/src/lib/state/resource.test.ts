import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../api';
import { Action, PagedList, Resource } from './resource.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const later = <T>(value: T, ms: number) => new Promise<T>((resolve) => setTimeout(() => resolve(value), ms));

describe('Resource', () => {
  it('shows a skeleton only when loading takes longer than a blink', async () => {
    const resource = new Resource(() => later('x', 300));
    const loading = resource.load();
    await vi.advanceTimersByTimeAsync(149);
    expect(resource.slow).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(resource.slow).toBe(true);
    await vi.advanceTimersByTimeAsync(150);
    await loading;
    expect(resource).toMatchObject({ data: 'x', slow: false, loading: false });
  });

  it('takes the last answer asked for, whichever comes last', async () => {
    const waits = [200, 50];
    let call = 0;
    const resource = new Resource(() => later(call, waits[call++] ?? 0));
    const both = Promise.all([resource.load(), resource.load()]);
    await vi.advanceTimersByTimeAsync(300);
    await both;
    expect(resource.data).toBe(1);
  });

  it('keeps what it shows when loading anew fails', async () => {
    const error = new ApiError({ status: 500, code: 'internal', title: 'Broken' });
    const fetch = vi.fn<() => Promise<string>>().mockResolvedValueOnce('old').mockRejectedValueOnce(error);
    const resource = new Resource(fetch);
    await resource.load();
    await resource.load();
    expect(resource).toMatchObject({ data: 'old', error });
  });
});

describe('PagedList', () => {
  it('reads on by cursor until there is none', async () => {
    const fetch = vi
      .fn()
      .mockResolvedValueOnce({ data: [{ id: 'a' }], next_cursor: 'two' })
      .mockResolvedValueOnce({ data: [{ id: 'b' }], next_cursor: null });
    const list = new PagedList<{ id: string }>(fetch);
    await list.load();
    await list.more();
    await list.more();
    expect(fetch.mock.calls.map((call) => call[0])).toEqual([undefined, 'two']);
    expect(list.items.map((item) => item.id)).toEqual(['a', 'b']);
  });
});

describe('PagedList, told of news', () => {
  const pages: Record<string, { data: { id: string }[]; next_cursor: string | null }> = {
    first: { data: [{ id: 'a' }], next_cursor: 'two' },
    two: { data: [{ id: 'b' }], next_cursor: 'three' },
    three: { data: [{ id: 'c' }], next_cursor: null }
  };
  const server = (waitMs = 0) => (cursor: string | undefined, signal: AbortSignal) =>
    new Promise<(typeof pages)[string]>((resolve, reject) => {
      setTimeout(() => resolve(pages[cursor ?? 'first']!), waitMs);
      signal.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
    });
  const ids = (list: PagedList<{ id: string }>) => list.items.map((item) => item.id);

  it('keeps the rows that somebody asked for', async () => {
    const list = new PagedList(server());
    for (const step of [() => list.load(), () => list.more(), () => list.load()]) {
      const done = step();
      await vi.advanceTimersByTimeAsync(10);
      await done;
    }
    expect([ids(list), list.cursor]).toEqual([['a', 'b'], 'three']);
  });

  it('brings the page that was under way when news came', async () => {
    const list = new PagedList(server(10));
    const first = list.load();
    await vi.advanceTimersByTimeAsync(10);
    await first;
    const both = Promise.all([list.more(), list.load()]);
    await vi.advanceTimersByTimeAsync(50);
    await both;
    expect([ids(list), list.cursor]).toEqual([['a', 'b'], 'three']);
    const fresh = list.fresh();
    await vi.advanceTimersByTimeAsync(50);
    await fresh;
    expect(ids(list)).toEqual(['a']);
  });

  it('is not slow because of a load that was given up', async () => {
    let call = 0;
    const resource = new Resource(() => later('x', call++ === 0 ? 500 : 10));
    const both = Promise.all([resource.load(), resource.load()]);
    await vi.advanceTimersByTimeAsync(600);
    await both;
    expect(resource.slow).toBe(false);
  });
});

describe('Action', () => {
  it('does not run twice at once and keeps the error beside the button', async () => {
    const action = new Action();
    const work = vi.fn(() => later('done', 10));
    const both = Promise.all([action.run(work), action.run(work)]);
    await vi.advanceTimersByTimeAsync(10);
    expect(await both).toEqual([{ ok: true, value: 'done' }, { ok: false }]);
    expect(work).toHaveBeenCalledOnce();
    await action.run(() => Promise.reject(new ApiError({ status: 409, code: 'conflict', title: 'Taken' })));
    expect(action.error?.code).toBe('conflict');
  });
});
