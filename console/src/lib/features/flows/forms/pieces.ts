import type { Piece } from '$lib/api';

export type PieceKind = 'say' | 'digits' | 'prompt';

export const PIECES_MAX = 20;

/** One piece or a list of them; the page shows a list. */
export function listOf(prompt: Piece | Piece[] | undefined): Piece[] {
  if (!prompt) return [];
  return Array.isArray(prompt) ? prompt : [prompt];
}

export const kindOf = (piece: Piece): PieceKind => (piece.prompt !== undefined ? 'prompt' : piece.digits !== undefined ? 'digits' : 'say');

/** What was written stays where another kind can say it too. */
export function turned(piece: Piece, kind: PieceKind, recordings: { id: string }[]): Piece {
  if (kind === 'prompt') return { prompt: recordings[0]?.id ?? 'prm_' };
  const text = piece.say ?? piece.digits ?? '';
  const language = piece.language ? { language: piece.language } : {};
  return kind === 'say' ? { say: text, ...language } : { digits: text, ...language };
}

/** In the languages that telephones speak most; `now` is one of them whatever it is. */
export function languagesWith(now: string | undefined): string[] {
  const codes = ['ar', 'cs', 'da', 'de', 'en', 'en-GB', 'en-US', 'es', 'fi', 'fr', 'it', 'nb', 'nl', 'pl', 'pt', 'ro', 'sv', 'tr', 'uk'];
  return now && !codes.includes(now) ? [...codes, now] : codes;
}
