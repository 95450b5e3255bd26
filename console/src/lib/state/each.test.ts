import { describe, expect, it } from 'vitest';
import { each } from './each';

describe('each', () => {
  it('tries all, a few at a time, and says which were done', async () => {
    let now = 0;
    let most = 0;
    const { done, error } = await each([1, 2, 3, 4, 5, 6, 7], async (n) => {
      most = Math.max(most, ++now);
      await Promise.resolve();
      now -= 1;
      if (n % 3 === 0) throw new Error(`no ${n}`);
    });
    expect(done).toEqual([1, 2, 4, 5, 7]);
    expect(error).toEqual(new Error('no 3'));
    expect(most).toBe(4);
  });

  it('has nothing to say about nothing', async () => {
    expect(await each([], () => Promise.reject(new Error('never')))).toEqual({ done: [], error: null });
  });
});
