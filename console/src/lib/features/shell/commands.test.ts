import { describe, expect, it } from 'vitest';
import { matches } from './commands';

describe('the palette', () => {
  it('finds by parts of words, each of them, and by one letter only what begins with it', () => {
    expect(matches('New webhook', 'hook new')).toBe(true);
    expect(matches('Business hours', 'ours')).toBe(true);
    expect(matches('Business hours', 'hours x1')).toBe(false);
    expect(matches('Channels', 'n')).toBe(false);
    expect(matches('New channel', 'n')).toBe(true);
  });
});
