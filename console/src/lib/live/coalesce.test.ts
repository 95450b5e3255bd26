import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Coalescer } from './coalesce';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('Coalescer', () => {
  it('turns a burst into one run over the distinct names', async () => {
    const run = vi.fn();
    const coalescer = new Coalescer<string>(run, 100);
    for (const id of ['a', 'b', 'a', 'a']) coalescer.add(id);
    await vi.advanceTimersByTimeAsync(100);
    expect(run.mock.calls).toEqual([[['a', 'b']]]);
  });

  it('runs once more for what came while it ran, and never twice at once', async () => {
    let finish = () => {};
    const run = vi.fn(() => new Promise<void>((resolve) => (finish = resolve)));
    const coalescer = new Coalescer<string>(run, 100);
    coalescer.add('a');
    await vi.advanceTimersByTimeAsync(100);
    coalescer.add('a');
    coalescer.add('b');
    await vi.advanceTimersByTimeAsync(1000);
    expect(run).toHaveBeenCalledTimes(1);
    finish();
    await vi.advanceTimersByTimeAsync(100);
    expect(run).toHaveBeenLastCalledWith(['a', 'b']);
  });

  it('goes on after a failure and stops when told', async () => {
    const run = vi.fn(() => Promise.reject(new Error('down')));
    const coalescer = new Coalescer<string>(run, 100);
    coalescer.add('a');
    await vi.advanceTimersByTimeAsync(100);
    coalescer.add('b');
    await vi.advanceTimersByTimeAsync(100);
    expect(run).toHaveBeenCalledTimes(2);
    coalescer.add('c');
    coalescer.stop();
    coalescer.add('d');
    await vi.advanceTimersByTimeAsync(1000);
    expect(run).toHaveBeenCalledTimes(2);
  });
});
