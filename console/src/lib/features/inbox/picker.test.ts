import { describe, expect, it } from 'vitest';
import type { CannedReply } from '$lib/api';
import { ranked, tokenAt } from './picker';

const reply = (name: string, more: Partial<CannedReply> = {}) =>
  ({ id: name, name, title: '', text: '', use_count: 0, ...more }) as CannedReply;

describe('the slash', () => {
  it('opens the list at the beginning of a word, and nowhere else', () => {
    expect(tokenAt('/', 1)).toEqual({ from: 0, to: 1, query: '' });
    expect(tokenAt('Hi /gre', 7)).toEqual({ from: 3, to: 7, query: 'gre' });
    expect(tokenAt('Hi\n/gre and more', 7)).toEqual({ from: 3, to: 7, query: 'gre' });
    expect(tokenAt('/grüß', 5)?.query).toBe('grüß');
    for (const text of ['and/or', 'https://example.org/', '24/7', '/two words', 'Hi', '//']) {
      expect(tokenAt(text, text.length), text).toBeNull();
    }
  });

  it('finds by name before title before text, whatever the accents, and what is used most among equals', () => {
    const all = [
      reply('body', { text: 'Many greetings' }), reply('x', { title: 'Greet somebody' }), reply('re-greet'),
      reply('greeting'), reply('grete', { use_count: 3 }), reply('other')
    ];
    expect(ranked(all, 'gré').map((one) => one.name)).toEqual(['grete', 'greeting', 're-greet', 'x', 'body']);
    expect(ranked(all, 'nothing')).toEqual([]);
    expect(ranked(all, '', 2)).toHaveLength(2);
  });
});
