import type { Messages } from './shape';

const PLAIN = 'aAbBcCdDeEfFgGhHiIjJkKlLmMnNoOpPrRsStTuUvVwWyYzZ';
const ACCENTED = [...'åÅƀƁçÇđÐéÉƒƑĝĜĥĤîÎĵĴķĶļĻɱṀñÑöÖþÞŕŔšŠţŢûÛṽṼŵŴýÝžŽ'];

/** English with accents, 40 % longer and in brackets: what overflows, is cut or was not translated shows at once. */
export function pseudo(english: Messages): Messages {
  return branch(english) as Messages;
}

function branch(value: unknown): unknown {
  if (typeof value === 'string') return stretch(value);
  if (typeof value === 'function') return (...args: unknown[]) => stretch(String((value as (...a: unknown[]) => string)(...args)));
  return Object.fromEntries(Object.entries(value as object).map(([key, inner]) => [key, branch(inner)]));
}

export function stretch(text: string): string {
  if (!/\p{L}/u.test(text)) return text;
  const accented = [...text].map((sign) => ACCENTED[PLAIN.indexOf(sign)] ?? sign).join('');
  const words = 'one two three four five six seven eight nine ten'.split(' ');
  let tail = '';
  for (let at = 0; tail.length < text.length * 0.4; at++) tail += ` ${words[at % words.length]}`;
  return `[${accented}${tail}]`;
}
