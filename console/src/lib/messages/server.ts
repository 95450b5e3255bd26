import type { ApiError, Evidence, TimelineEntry } from '../api';
import { m } from './index';
import type { Messages } from './shape';

type Area = keyof Messages['server'];

/** The sentence in the language of now; in English, and for codes newer than the catalogue, the server's own. */
function said(area: Area, code: string, own: string): string {
  return m.server[area][code] ?? own;
}

export const explanation = (evidence: Evidence) => said('explanation', evidence.method, evidence.explanation);

export const happened = (entry: TimelineEntry) => said('event', entry.kind, entry.summary);

export const permissionText = (permission: string, own: string) => said('permission', permission, own);

export const eventText = (type: string, own: string) => said('event', type, own);

/** What went wrong, in one to three sentences: what, why, what to do. */
export function problemText(error: ApiError): { what: string; why: string; todo: string } {
  const translated = m.server.problem[error.code];
  if (translated) return { what: translated, why: '', todo: '' };
  const why = error.detail === error.message ? '' : error.detail;
  return { what: error.message, why, todo: error.hint };
}

/** The complaint about one field. */
export const fieldText = (code: string, own: string) => said('field', code, own);
