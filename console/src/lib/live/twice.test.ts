import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Twice } from './twice';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('reads once more after the last news of a name, however many came before', async () => {
  const runs: string[][] = [];
  const twice = new Twice<string>((keys) => void runs.push(keys), 100);
  twice.add('a');
  await vi.advanceTimersByTimeAsync(1000);
  expect(runs).toEqual([['a']]);
  twice.add('a');
  await vi.advanceTimersByTimeAsync(1000);
  expect(runs).toEqual([['a'], ['a']]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(runs).toEqual([['a'], ['a'], ['a']]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(runs).toHaveLength(3);
});

it('reads nothing after it was stopped', async () => {
  const run = vi.fn();
  const twice = new Twice<string>(run, 100);
  twice.add('a');
  twice.stop();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(run).not.toHaveBeenCalled();
});
