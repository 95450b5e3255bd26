import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { PluralForms } from '../format/plural';
import { chooseLanguage, LANGUAGE_CODES, type Language } from './languages';
import { stretch } from './pseudo';
import { complete } from './shape';

type Sentence = string | ((...args: unknown[]) => string);

/** The forms that a sentence asked `plural` for, while it was being said. */
const asked: PluralForms[] = [];

vi.mock('../format/plural', () => ({
  number: (value: unknown) => String(value),
  plural: (count: unknown, forms: PluralForms) => {
    asked.push(forms);
    return forms.other.replaceAll('#', String(count));
  }
}));

const isServed = (path: string) => /^(server|explanation)\./.test(path);

const catalogues = new Map<Language, Map<string, Sentence>>();

beforeAll(async () => {
  vi.resetModules();
  for (const language of LANGUAGE_CODES) {
    const { default: catalogue } = (await import(`./${language}/index.ts`)) as { default: object };
    catalogues.set(language, flatten(catalogue));
  }
  // What the server says stands in English on the server: every language has the same codes.
  const served = [...catalogues.values()].flatMap((own) => [...own.keys()].filter(isServed));
  for (const path of served) of('en').set(path, of('de').get(path) ?? '');
});

function flatten(branch: object, path = '', found = new Map<string, Sentence>()): Map<string, Sentence> {
  for (const [key, value] of Object.entries(branch) as [string, Sentence | object][]) {
    const here = path ? `${path}.${key}` : key;
    if (typeof value === 'object') flatten(value, here, found);
    else found.set(here, value);
  }
  return found;
}

const of = (language: Language) => catalogues.get(language)!;

/** Says the sentence with arguments that can be found again in it: numbers, or texts where it wants texts. */
function say(sentence: Sentence): { text: string; forms: PluralForms[] } {
  asked.length = 0;
  if (typeof sentence === 'string') return { text: sentence, forms: [] };
  const args = Array.from({ length: sentence.length }, (_, at) => 7001 + at);
  try {
    return { text: sentence(...args), forms: [...asked] };
  } catch {
    asked.length = 0;
    return { text: sentence(...args.map(String)), forms: [...asked] };
  }
}

const marks = (text: string) => [...new Set(text.match(/700\d|\{\w+\}/g) ?? [])].sort().join(' ');

/** The forms that whole numbers take. */
function categories(language: Language): string[] {
  const rules = new Intl.PluralRules(language);
  return [...new Set(Array.from({ length: 1001 }, (_, n) => rules.select(n)))];
}

const others = LANGUAGE_CODES.filter((language) => language !== 'en');

describe.each(others)('the catalogue in %s', (language) => {
  it('has every sentence of the English one, and no other', () => {
    const missing = [...of('en').keys()].filter((path) => !of(language).has(path));
    const left = [...of(language).keys()].filter((path) => !of('en').has(path));
    expect({ missing, left }).toEqual({ missing: [], left: [] });
  });

  it('takes the same values into each sentence', () => {
    const wrong = [...of(language)].flatMap(([path, sentence]) => {
      const english = of('en').get(path);
      if (english === undefined) return [];
      if (typeof english !== typeof sentence) return [`${path}: a ${typeof sentence}, in English a ${typeof english}`];
      const [own, base] = [marks(say(sentence).text), marks(say(english).text)];
      return own === base ? [] : [`${path}: “${own}”, in English “${base}”`];
    });
    expect(wrong).toEqual([]);
  });

  it('has every form that its numbers take', () => {
    const wrong = [...of(language)].flatMap(([path, sentence]) =>
      say(sentence).forms.flatMap((forms) =>
        categories(language)
          .filter((category) => !(category in forms))
          .map((category) => `${path}: ${category}`)
      )
    );
    expect(wrong).toEqual([]);
  });

  it('leaves nothing empty, and no sentence in English by mistake', () => {
    const same = [...of(language)].filter(([path, sentence]) => {
      const text = say(sentence).text;
      const english = of('en').get(path);
      if (isServed(path)) return text.trim() === '';
      return text.trim() === '' || (english !== undefined && text === say(english).text && /\p{L}{3,} \p{L}{2,} \p{L}{2,}/u.test(text));
    });
    expect(same.map(([path]) => path)).toEqual([]);
  });
});

describe('the word for what callers walk through', () => {
  const word: Record<Exclude<Language, 'en'>, RegExp> = {
    de: /Telefonmenü/, es: /menús? telefónico/, fr: /menus? téléphonique/, sv: /telefonmeny/i, pl: /menu telefoniczn/i, uk: /телефонн\S+ меню/, ar: /قوائم (ال)?هاتف/
  };

  it('is phone menu, and never flow', () => {
    const wrong = [...of('en')].filter(([, sentence]) => /\bflows?\b/i.test(say(sentence).text)).map(([path]) => path);
    expect(wrong).toEqual([]);
  });

  it.each(Object.entries(word))('is one in %s, in what the server refuses too', (language, right) => {
    const about = ['group-is-named', 'calendar-is-named', 'prompt-in-use', 'look-up-in-use', 'too-many-flows'].map((code) => `server.problem.${code}`);
    const sentences = of(language as Language);
    expect(about.filter((path) => !right.test(say(sentences.get(path)!).text))).toEqual([]);
    expect(say(sentences.get('nav.flows')!).text).toMatch(new RegExp(right.source, 'i'));
  });
});

describe('what the server says', () => {
  const source = (path: string) => readFileSync(join(process.cwd(), '..', path), 'utf8');
  const words = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((found) => found[1]!);

  it.each([
    ['permission', 'crates/types/src/permission.rs', /^ {4}\w+ "([a-z_]+\.[a-z]+)" "/gm],
    ['event', 'crates/types/src/event.rs', /^ {8}\w+ = "([a-z_]+\.[a-z_]+)",/gm],
    ['problem', 'docs/ERRORS.md', /^\| `([a-z-]+)`.*\| 4(?:01|09|29) \|/gm]
  ])('has a sentence for every %s', (area, path, pattern) => {
    // Codes that only programs and companies' pages meet.
    const elsewhere = /^(api-key-|bad-api|bad-signature|token-|chat-|idempotency)/;
    const codes = words(source(path), pattern).filter((code) => !elsewhere.test(code));
    expect(codes.length).toBeGreaterThan(2);
    expect(codes.filter((code) => !of('de').has(`server.${area}.${code}`))).toEqual([]);
  });
});

describe('how somebody was found out', () => {
  it('has words for every method, wherever evidence is shown', () => {
    const source = readFileSync(join(process.cwd(), '../crates/types/src/evidence.rs'), 'utf8');
    const methods = [...source.matchAll(/^ {8}\w+ = "([a-z_]+)",/gm)].map((found) => found[1]!);
    expect(methods.length).toBeGreaterThan(10);
    for (const method of methods) expect([...of('de').keys()]).toEqual(expect.arrayContaining([`customer.method.${method}`, `explanation.${method}`]));
  });
});

describe('the audit log', () => {
  it('has a sentence for everything that the server writes into it', () => {
    const folder = join(process.cwd(), '../crates/service/src');
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.rs'));
    const written = sources.flatMap((name) =>
      [...readFileSync(join(folder, name), 'utf8').matchAll(/(?:\.audit|record_list|record_drawn)\([^;"]*"([a-z_]+\.[a-z_]+)"/g)].map((found) => found[1]!)
    );
    expect(new Set(written).size).toBeGreaterThan(100);
    expect([...new Set(written)].filter((word) => !of('en').has(`auditPage.action.${word}`))).toEqual([]);
  });
});

describe('the languages', () => {
  it('answer a wish in the nearest language, and in English where nobody translated', () => {
    expect(chooseLanguage(['de-AT', 'en'])).toBe('de');
    expect(chooseLanguage(['it', 'ar_EG'])).toBe('ar');
    expect(chooseLanguage([null, 'zh'])).toBe('en');
    expect(chooseLanguage(['constructor'])).toBe('en');
  });

  it('fall back to English, sentence by sentence', () => {
    const english = { a: { one: 'One', two: 'Two' }, b: 'B' };
    expect(complete(english, { a: { one: 'Eins' } })).toEqual({ a: { one: 'Eins', two: 'Two' }, b: 'B' });
  });

  it('have a pseudo-language that is at least 40 % longer', () => {
    expect(stretch('Save changes')).toMatch(/^\[Šåṽé çĥåñĝéš one two.*\]$/);
    expect(stretch('Save changes').length).toBeGreaterThan('Save changes'.length * 1.4);
    expect(stretch('24')).toBe('24');
  });
});
