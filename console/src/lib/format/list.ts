import { locale } from './locale.svelte';

/** Names as a sentence lists them: “Ann, Ben and Eva”. Each keeps its own direction. */
export function listOf(names: string[], language = locale()): string {
  return new Intl.ListFormat(language, { type: 'conjunction' }).format(names.map((name) => `\u2068${name}\u2069`));
}
