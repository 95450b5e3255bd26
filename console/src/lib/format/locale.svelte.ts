/**
 * The locale of numbers and dates follows the language of the words, in the variant that the browser prefers. Arabic is
 * written with the digits of codes, phones and ids, so that a number looks the same wherever it stands.
 */
export function pickLocale(language: string, preferred: readonly string[]): string {
  const tag = preferred.find((one) => one.toLowerCase().split('-')[0] === language) ?? language;
  return language === 'ar' && !tag.includes('-u-') ? `${tag}-u-nu-latn` : tag;
}

let current = $state('en');

export function setLocale(language: string, preferred: readonly string[] = globalThis.navigator?.languages ?? []) {
  current = pickLocale(language, preferred);
}

export function locale(): string {
  return current;
}
