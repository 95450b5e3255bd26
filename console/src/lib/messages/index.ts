import type { Messages } from './shape';
import { words } from './words.svelte';

export type { Messages, Translation } from './shape';

/**
 * The sentences in the language of now. Each look is a reactive read, so what stands on screen changes with the
 * language; a module must not copy a sentence when it is loaded, because no language is there yet.
 */
export const m = new Proxy({} as Messages, {
  get: (_, area) => words.messages[area as keyof Messages]
});
