import { words } from '$lib/messages/words.svelte';

export const load = () => words.whole();
