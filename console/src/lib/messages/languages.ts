/** The languages of the console, by the names that their speakers give them. */
export const LANGUAGES = {
  ar: 'العربية',
  de: 'Deutsch',
  en: 'English',
  es: 'Español',
  fr: 'Français',
  pl: 'Polski',
  sv: 'Svenska',
  uk: 'Українська'
} as const;

export type Language = keyof typeof LANGUAGES;

export const LANGUAGE_CODES = Object.keys(LANGUAGES) as Language[];

const RIGHT_TO_LEFT: readonly string[] = ['ar'];

export function direction(language: string): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.includes(language) ? 'rtl' : 'ltr';
}

/** The first wish that the console can speak; `de-AT` is answered in German, what nobody translated in English. */
export function chooseLanguage(wishes: readonly (string | null | undefined)[]): Language {
  for (const wish of wishes) {
    const main = wish?.toLowerCase().split(/[-_]/)[0] ?? '';
    if (Object.hasOwn(LANGUAGES, main)) return main as Language;
  }
  return 'en';
}
