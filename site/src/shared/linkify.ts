/** Finds the links in a text. What is not plainly http or https stays text; nothing here makes markup. */
import { h, safeUrl } from "./dom";

export type Piece = string | { text: string; href: string };

// Stops at space, quotes, angle brackets, and the marks that reorder text: a link must be what it looks like.
const LINK = /https?:\/\/[^\s/<>"'`][^\s<>"'`\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/gi;

export function linkify(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    const shown = trim(match[0]);
    const href = safeUrl(shown);
    // `blob:https://…` and the like are something else.
    if (href === undefined || /[\w:]/.test(text[match.index - 1] ?? "")) continue;
    if (match.index > end) pieces.push(text.slice(end, match.index));
    pieces.push({ text: shown, href });
    end = match.index + shown.length;
  }
  if (end < text.length) pieces.push(text.slice(end));
  return pieces;
}

/** The full stop after a link belongs to the sentence; a bracket to whoever opened it. */
function trim(link: string): string {
  const pairs: Record<string, string> = { ")": "(", "]": "[", "}": "{" };
  const count: Record<string, number> = {};
  for (const character of link) count[character] = (count[character] ?? 0) + 1;
  let end = link.length;
  for (; end > 0; end--) {
    const last = link[end - 1]!;
    const opener = pairs[last];
    if (opener !== undefined && count[last]! > (count[opener] ?? 0)) count[last]!--;
    else if (!/[.,;:!?…»”’*_~。、，！？]/.test(last)) break;
  }
  return link.slice(0, end);
}

export function linked(text: string): (HTMLAnchorElement | string)[] {
  return linkify(text).map((piece) =>
    typeof piece === "string" ? piece : h("a", { href: piece.href, target: "_blank", rel: "noopener noreferrer nofollow", dir: "ltr" }, piece.text),
  );
}
