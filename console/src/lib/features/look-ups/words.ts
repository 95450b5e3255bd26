import { m } from '$lib/messages';

/** Why a look-up is unavailable, with what to do; for words newer than the catalogue, the server's own sentence. */
export const whyText = (why: string, own: string | null = null): string => m.lookUps.why[why] ?? own ?? why;
