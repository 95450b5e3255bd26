import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Live, type LiveEvent, type LiveSource } from './live.svelte';

class FakeSource implements LiveSource {
  readyState = 0;
  closed = false;
  onopen: ((event: Event) => void) | null = null;
  onerror: ((event: Event) => void) | null = null;
  readonly #listeners = new Map<string, (event: MessageEvent<string>) => void>();

  addEventListener(type: string, listener: (event: MessageEvent<string>) => void) {
    this.#listeners.set(type, listener);
  }

  close() {
    this.closed = true;
    this.readyState = 2;
  }

  open() {
    this.readyState = 1;
    this.onopen?.(new Event('open'));
  }

  fail(readyState: number) {
    this.readyState = readyState;
    this.onerror?.(new Event('error'));
  }

  emit(type: string, data: string) {
    this.#listeners.get(type)?.(new MessageEvent(type, { data }));
  }
}

function setUp() {
  const sources: FakeSource[] = [];
  const live = new Live(() => {
    const source = new FakeSource();
    sources.push(source);
    return source;
  });
  const heard: LiveEvent[] = [];
  live.on((event) => heard.push(event));
  live.start();
  return { live, sources, heard };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('Live', () => {
  it('says once when it stands, to those who read before it did', () => {
    const { live, sources } = setUp();
    const early = vi.fn();
    const gone = vi.fn();
    live.whenOpen(early);
    live.whenOpen(gone)();
    sources[0]?.open();
    const late = vi.fn();
    live.whenOpen(late);
    sources[0]?.fail(0);
    sources[0]?.open();
    expect([early, gone, late].map((one) => one.mock.calls.length)).toEqual([1, 0, 0]);
  });

  it('passes names on and ignores what it cannot read', () => {
    const { sources, heard } = setUp();
    sources[0]?.open();
    sources[0]?.emit('case.updated', '{"id":"case_1"}');
    sources[0]?.emit('message.created', '{"id":"case_1","more":true}');
    sources[0]?.emit('case.updated', 'nonsense');
    sources[0]?.emit('resync', '');
    expect(heard).toEqual([
      { type: 'case.updated', id: 'case_1' },
      { type: 'message.created', id: 'case_1' },
      { type: 'resync', id: '' }
    ]);
  });

  it('is stale only after ten seconds without a connection', async () => {
    const { live, sources } = setUp();
    sources[0]?.open();
    sources[0]?.fail(0);
    await vi.advanceTimersByTimeAsync(9_999);
    expect(live.stale).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(live.stale).toBe(true);
    sources[0]?.open();
    expect(live.stale).toBe(false);
  });

  it('opens anew after the browser gave up, and then fetches everything', async () => {
    const { sources, heard } = setUp();
    sources[0]?.open();
    sources[0]?.fail(2);
    await vi.advanceTimersByTimeAsync(1000);
    expect(sources).toHaveLength(2);
    sources[1]?.open();
    expect(heard).toEqual([{ type: 'resync', id: '' }]);
  });

  it('gives its connection back while nobody looks', async () => {
    const { live, sources, heard } = setUp();
    sources[0]?.open();
    live.visible(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sources[0]?.closed).toBe(true);
    live.visible(true);
    sources[1]?.open();
    expect(heard).toEqual([{ type: 'resync', id: '' }]);
  });

  it('does not reconnect after it was stopped', async () => {
    const { live, sources } = setUp();
    sources[0]?.fail(2);
    live.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sources).toHaveLength(1);
    expect(live.stale).toBe(false);
  });
});
