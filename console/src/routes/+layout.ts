import { words } from '$lib/messages/words.svelte';

// The server holds no console code: everything runs in the browser, against the API.
export const ssr = false;
export const prerender = false;

/** No page is drawn before its language is there. */
export const load = () => words.ready();
