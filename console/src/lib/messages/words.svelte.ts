import { setLocale } from '../format/locale.svelte';
import { chooseLanguage, direction, type Language } from './languages';
import { complete, type Messages, type Translation } from './shape';

const STORE = 'countersign.language';

/** Each catalogue is a file of its own: a visit loads one language, and English too only where that one has gaps. */
const catalogues: Record<Language, () => Promise<{ default: Translation }>> = {
  ar: () => import('./ar'),
  de: () => import('./de'),
  en: () => import('./en'),
  es: () => import('./es'),
  fr: () => import('./fr'),
  pl: () => import('./pl'),
  sv: () => import('./sv'),
  uk: () => import('./uk')
};

const PSEUDO = 'en-XA';

class Words {
  language = $state<Language>('en');
  #messages = $state.raw<Messages | null>(null);
  #wanted: string | null = null;
  #first: Promise<void> | null = null;

  get messages(): Messages {
    if (!this.#messages) throw new Error('A sentence was asked for before its language was there.');
    return this.#messages;
  }

  /** Before anybody is logged in: what was chosen here last, then what the browser prefers. */
  ready(): Promise<void> {
    return (this.#first ??= this.speak(this.#asked() ?? chooseLanguage([stored(), ...navigator.languages])));
  }

  /** The language that somebody saved as theirs; one that nobody translated leaves the browser's in place. */
  async follow(saved: string | null): Promise<void> {
    if (this.#asked()) return;
    await this.speak(chooseLanguage([saved, stored(), ...navigator.languages]));
  }

  async speak(language: Language | typeof PSEUDO): Promise<void> {
    if (this.#wanted === language) return this.#first ?? undefined;
    this.#wanted = language;
    const messages = await load(language);
    // The last wish counts, whichever file comes last.
    if (this.#wanted === language) this.take(language === PSEUDO ? 'en' : language, messages);
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

async function load(language: Language | typeof PSEUDO): Promise<Messages> {
  if (language === PSEUDO) {
    const [{ pseudo }, { default: english }] = await Promise.all([import('./pseudo'), import('./en')]);
    return pseudo(english);
  }
  const own = catalogues[language]();
  if (language === 'en') return (await own).default as Messages;
  const hasGaps = import.meta.env.DEV || __LANGUAGES_WITH_GAPS__.includes(language);
  if (!hasGaps) return (await own).default as Messages;
  const [translation, english] = await Promise.all([own, import('./en')]);
  return complete<Messages>(english.default, translation.default);
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
