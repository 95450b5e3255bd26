import { expect, it } from 'vitest';
import { keptPhrases, phraseNames } from './phrases';

it('keeps no empty text and no language without one', () => {
  expect(keptPhrases({ de: { chat: 'Hallo', send: '  ' }, sv: { chat: '' }, uk: {} })).toEqual({ de: { chat: 'Hallo' } });
});

it('offers what a program wrote beside what has a name here, once', () => {
  expect(phraseNames({ chat: 'Name' }, { de: { chat: 'x', many: 'y' }, sv: { many: 'z' } })).toEqual(['chat', 'many']);
});
