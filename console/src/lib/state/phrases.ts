/** Languages that widget and web chat come with. */
export const OURS = ['en', 'ar', 'de', 'es', 'fr', 'pl', 'sv', 'uk'] as readonly string[];

export type Phrases = Record<string, Record<string, string>>;

/** What is kept: no empty text, and no language without one. */
export function keptPhrases(phrases: Phrases): Phrases {
  return Object.fromEntries(
    Object.entries(phrases)
      .map(([language, set]) => [language, Object.fromEntries(Object.entries(set).filter(([, text]) => text.trim() !== ''))] as const)
      .filter(([, set]) => Object.keys(set).length > 0)
  );
}

/** The known ones, and any others that were written already. */
export const phraseNames = (known: object, phrases: Phrases): string[] => [
  ...new Set([...Object.keys(known), ...Object.values(phrases).flatMap((set) => Object.keys(set))])
];
