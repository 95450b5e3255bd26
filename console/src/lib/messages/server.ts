import type { ApiError, Evidence, TimelineEntry } from '../api';
import { fill } from './fill';
import { m } from './index';
import type { Messages } from './shape';
import { words } from './words.svelte';

type Area = keyof Messages['server'];

/**
 * The sentence in the language of now; in English, and for codes newer than the catalogue, the server's own. Its numbers
 * and names come from `from`, the English sentence that it stands for.
 */
function said(area: Area, code: string, own: string, from = own): string {
  const sentences = (m as Partial<Messages>).server;
  // They come with the pages that say most of them; whoever needs one earlier sees it change.
  if (!sentences) queueMicrotask(() => void words.whole());
  const translated = sentences?.[area][code];
  return (translated && fill(translated, from)) || own;
}

export const explanation = (evidence: Evidence) => m.explanation[evidence.method] ?? evidence.explanation;

export const happened = (entry: TimelineEntry) => said('event', entry.kind, entry.summary);

export const permissionText = (permission: string, own: string) => said('permission', permission, own);

export const eventText = (type: string, own: string) => said('event', type, own);

/** What went wrong, in one to three sentences: what, why, what to do. */
export function problemText(error: ApiError): { what: string; why: string; todo: string } {
  const translated = said('problem', error.code, '', error.detail);
  // A form may not show the field that was refused; the hint of the server speaks to programs.
  const [refused] = error.code === 'invalid-request' ? error.fields : [];
  if (refused) return { what: translated || m.fields.refused, why: fieldText(refused.code, refused.detail), todo: '' };
  if (translated) return { what: translated, why: '', todo: '' };
  const why = error.detail === error.message ? '' : error.detail;
  return { what: error.message, why, todo: error.hint };
}

/** The complaint about a name that something else has: it belongs to the field, not to the form. */
export function takenText(error: ApiError | null): string | null {
  if (error?.code !== 'name-taken') return null;
  const said = problemText(error);
  return said.why || said.what;
}

/** The complaint about one field. */
export const fieldText = (code: string, own: string) => said('field', code, own);
