import { setLocale } from '../format/locale.svelte';
import { chooseLanguage, direction, type Language } from './languages';
import { complete, type Messages, type Translation } from './shape';

const STORE = 'countersign.language';

interface Parts {
  first: () => Promise<{ default: Translation }>;
  rest: () => Promise<{ default: Translation }>;
}

/**
 * Each catalogue is two files of its own, so that a visit loads one language, and of that first what the inbox says.
 * English is loaded beneath a language only where that one has gaps.
 */
const catalogues: Record<Language, Parts> = {
  ar: { first: () => import('./ar/first'), rest: () => import('./ar/rest') },
  de: { first: () => import('./de/first'), rest: () => import('./de/rest') },
  en: { first: () => import('./en/first'), rest: () => import('./en/rest') },
  es: { first: () => import('./es/first'), rest: () => import('./es/rest') },
  fr: { first: () => import('./fr/first'), rest: () => import('./fr/rest') },
  pl: { first: () => import('./pl/first'), rest: () => import('./pl/rest') },
  sv: { first: () => import('./sv/first'), rest: () => import('./sv/rest') },
  uk: { first: () => import('./uk/first'), rest: () => import('./uk/rest') }
};

const PSEUDO = 'en-XA';

class Words {
  language = $state<Language>('en');
  #messages = $state.raw<Messages | null>(null);
  #wanted: Language | typeof PSEUDO | null = null;
  #wantsWhole = false;
  #latest: Promise<void> | null = null;

  get messages(): Messages {
    if (!this.#messages) throw new Error('A sentence was asked for before its language was there.');
    return this.#messages;
  }

  /** Before anybody is logged in: what was chosen here last, then what the browser prefers. */
  ready(): Promise<void> {
    return this.#latest ?? this.speak(this.#asked() ?? chooseLanguage([stored(), ...navigator.languages]));
  }

  /** The language that somebody saved as theirs; one that nobody translated leaves the browser's in place. */
  async follow(saved: string | null): Promise<void> {
    if (this.#asked()) return;
    await this.speak(chooseLanguage([saved, stored(), ...navigator.languages]));
  }

  speak(language: Language | typeof PSEUDO): Promise<void> {
    if (this.#wanted === language && this.#latest) return this.#latest;
    this.#wanted = language;
    return (this.#latest = this.#load(language));
  }

  /** The sentences of every page, not only of the inbox. */
  whole(): Promise<void> {
    if (this.#wantsWhole && this.#latest) return this.#latest;
    this.#wantsWhole = true;
    return (this.#latest = this.#load(this.#wanted ?? 'en'));
  }

  async #load(language: Language | typeof PSEUDO): Promise<void> {
    const whole = this.#wantsWhole;
    const messages = await load(language, whole);
    // The last wish counts, whichever file comes last.
    if (this.#wanted !== language || whole !== this.#wantsWhole) return this.#latest ?? undefined;
    this.take(language === PSEUDO ? 'en' : language, messages);
  }

  take(language: Language, messages: Messages): void {
    this.#messages = messages;
    this.language = language;
    setLocale(language);
    const root = document.documentElement;
    root.lang = language;
    root.dir = direction(language);
    store(language);
  }

  /** `?lang=ar` while developing, `?lang=en-XA` for texts that are longer and stranger than any language. */
  #asked(): Language | typeof PSEUDO | null {
    if (!import.meta.env.DEV) return null;
    const wish = new URLSearchParams(location.search).get('lang');
    return wish === PSEUDO ? PSEUDO : wish ? chooseLanguage([wish]) : null;
  }
}

async function load(language: Language | typeof PSEUDO, whole: boolean): Promise<Messages> {
  if (language === PSEUDO) return (await import('./pseudo')).pseudo(await parts('en', whole));
  const hasGaps = language !== 'en' && (import.meta.env.DEV || __LANGUAGES_WITH_GAPS__.includes(language));
  if (!hasGaps) return parts(language, whole);
  const [own, english] = await Promise.all([parts(language, whole), parts('en', whole)]);
  return complete<Messages>(english, own);
}

async function parts(language: Language, whole: boolean): Promise<Messages> {
  const { first, rest } = catalogues[language];
  const [begun, more] = await Promise.all([first(), whole ? rest() : null]);
  return { ...begun.default, ...more?.default } as Messages;
}

function stored(): string | null {
  try {
    return localStorage.getItem(STORE);
  } catch {
    return null;
  }
}

function store(language: Language): void {
  try {
    localStorage.setItem(STORE, language);
  } catch {
    // Storage may be switched off; the language then holds for this page.
  }
}

export const words = new Words();
