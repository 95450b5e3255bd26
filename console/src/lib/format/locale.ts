/** The locale of numbers and dates follows the language of the words, in the variant that the browser prefers. */
export function pickLocale(language: string, preferred: readonly string[]): string {
  return preferred.find((tag) => tag.toLowerCase().split('-')[0] === language) ?? language;
}

let current = 'en';

export function setLocale(language: string, preferred: readonly string[] = globalThis.navigator?.languages ?? []) {
  current = pickLocale(language, preferred);
}

export function locale(): string {
  return current;
}
