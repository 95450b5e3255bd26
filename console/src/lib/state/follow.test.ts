import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Live, type LiveSource } from '../live/live.svelte';
import { following } from './follow.svelte';

class Source implements LiveSource {
  readyState = 0;
  onopen: ((event: Event) => void) | null = null;
  onerror: ((event: Event) => void) | null = null;
  readonly listeners = new Map<string, (event: MessageEvent<string>) => void>();
  addEventListener = (type: string, listener: (event: MessageEvent<string>) => void) => void this.listeners.set(type, listener);
  close = () => undefined;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp(isOpen: boolean) {
  const source = new Source();
  const live = new Live(() => source);
  live.start();
  if (isOpen) source.onopen?.(new Event('open'));
  const load = vi.fn(() => Promise.resolve());
  return { source, load, end: following(live, ['code.updated'], load) };
}

it('reads again what was read before the stream stood: nothing tells what changed in between', async () => {
  const { source, load } = setUp(false);
  await vi.advanceTimersByTimeAsync(1000);
  expect(load).not.toHaveBeenCalled();
  source.onopen?.(new Event('open'));
  await vi.advanceTimersByTimeAsync(1000);
  expect(load).toHaveBeenCalledOnce();
});

it('reads once where the stream stands, for each burst of its own events', async () => {
  const { source, load } = setUp(true);
  await vi.advanceTimersByTimeAsync(1000);
  expect(load).not.toHaveBeenCalled();
  for (const type of ['code.updated', 'case.updated', 'code.updated']) {
    source.listeners.get(type)?.(new MessageEvent(type, { data: '{"id":"x"}' }));
  }
  await vi.advanceTimersByTimeAsync(1000);
  expect(load).toHaveBeenCalledOnce();
});

it('reads nothing any more once its page is gone', async () => {
  const { source, load, end } = setUp(false);
  end();
  source.onopen?.(new Event('open'));
  source.listeners.get('code.updated')?.(new MessageEvent('code.updated', { data: '{"id":"x"}' }));
  await vi.advanceTimersByTimeAsync(1000);
  expect(load).not.toHaveBeenCalled();
});
