import type { CannedReply } from '$lib/api';

/** What stands behind a `/` at the beginning of a word, up to the cursor. */
export interface Token {
  from: number;
  to: number;
  query: string;
}

const TOKEN = /(?:^|\s)\/([\p{L}\p{M}\p{N}._-]{0,40})$/u;

export function tokenAt(text: string, cursor: number): Token | null {
  const found = TOKEN.exec(text.slice(0, cursor));
  if (!found) return null;
  const query = found[1] ?? '';
  return { from: cursor - query.length - 1, to: cursor, query };
}

const fold = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** How well it fits: the name before the title before the text. */
function rank(reply: CannedReply, wanted: string): number {
  const name = fold(reply.name);
  if (name.startsWith(wanted)) return 0;
  if (name.includes(wanted)) return 1;
  if (fold(reply.title).includes(wanted)) return 2;
  return fold(reply.text).includes(wanted) ? 3 : 4;
}

/** Those that fit, the best first; among equals what is used most. */
export function ranked(replies: readonly CannedReply[], query: string, limit = 50): CannedReply[] {
  const wanted = fold(query);
  return replies
    .map((reply) => ({ reply, rank: rank(reply, wanted) }))
    .filter((one) => one.rank < 4)
    .sort((a, b) => a.rank - b.rank || b.reply.use_count - a.reply.use_count || a.reply.name.localeCompare(b.reply.name))
    .slice(0, limit)
    .map((one) => one.reply);
}
