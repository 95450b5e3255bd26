import { locale } from './locale.svelte';
import { formatter } from './formatter';

/** Names as a sentence lists them: “Ann, Ben and Eva”. Each keeps its own direction. */
export function listOf(names: string[], language = locale()): string {
  return formatter('ListFormat', language, { type: 'conjunction' }).format(names.map((name) => `\u2068${name}\u2069`));
}

/** Names that go on, with what follows said by the sentence around them: “Ann, Ben, Eva”. */
export function namesOf(names: string[], language = locale()): string {
  return formatter('ListFormat', language, { type: 'unit' }).format(names.map((name) => `\u2068${name}\u2069`));
}
