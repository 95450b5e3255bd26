import { en } from './en';

/** A catalogue in another language has exactly the shape of the English one; a missing sentence does not compile. */
export type Messages = typeof en;

export const m: Messages = en;
