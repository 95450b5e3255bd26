import { locale } from '$lib/format/locale.svelte';

/** The beginning of a label that elsewhere stands inside a sentence. */
export const upperFirst = (text: string): string => text.charAt(0).toLocaleUpperCase(locale()) + text.slice(1);
