import { listOf } from '../format/list';
import { number } from '../format/plural';

/** What the server's English sentence says besides its words. */
function values(own: string): Record<string, string | undefined> {
  const words = [...own.matchAll(/`([^`]+)`/g)].map((found) => found[1]!);
  const numbers = (own.replace(/`[^`]*`/g, '').match(/\d[\d,]*/g) ?? []).map((text) => number(Number(text.replaceAll(',', ''))));
  return {
    '{1}': numbers[0],
    '{2}': numbers[1],
    '{name}': /“([^”]*)”/.exec(own)?.[1],
    '{all}': words.length > 0 ? listOf(words) : undefined
  };
}

/**
 * A translation with the values of the sentence that it stands for: its first two numbers, the name in quotation marks,
 * and all words in code. What stands in `[…]` goes when the sentence has no such value; a sentence that cannot do without
 * one is no translation of it.
 */
export function fill(translation: string, own: string): string | null {
  const known = values(own);
  const marks = /\{(?:1|2|name|all)\}/g;
  const has = (part: string) => (part.match(marks) ?? []).every((mark) => known[mark] !== undefined);
  const rest = translation.replace(/\[([^\]]*)\]/g, (_, part: string) => (has(part) ? part : ''));
  return has(rest) ? rest.replace(marks, (mark) => known[mark] ?? '') : null;
}
