import { locale } from './locale.svelte';
import { formatter } from './formatter';

/** The name of a language in the language of now; what is no tag of a language stays as it is. */
export function languageName(tag: string): string {
  try {
    return formatter('DisplayNames', locale(), { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** The name of a country in the language of now. */
export function countryName(code: string): string {
  try {
    return formatter('DisplayNames', locale(), { type: 'region' }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** Languages with two letters that a browser can name, by their name. */
export function languages(): string[] {
  const names = formatter('DisplayNames', locale(), { type: 'language', fallback: 'none' });
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  return letters
    .flatMap((first) => letters.map((second) => first + second))
    .filter((code) => new Intl.Locale(code).language === code)
    .map((code) => ({ code, name: names.of(code) ?? '' }))
    .filter(({ name }) => name !== '')
    .sort((a, b) => a.name.localeCompare(b.name, locale()))
    .map(({ code }) => code);
}

/** Groups of countries, and codes that name none. */
const NO_COUNTRIES = ['EU', 'EZ', 'QO', 'UN', 'XA', 'XB', 'ZZ'];

/** The countries that have a name in the language of now, by that name. */
export function countries(): { code: string; name: string }[] {
  const names = formatter('DisplayNames', locale(), { type: 'region', fallback: 'none' });
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  return letters
    .flatMap((first) => letters.map((second) => first + second))
    // A code of former times turns into the one of today, and would stand there twice.
    .filter((code) => !NO_COUNTRIES.includes(code) && new Intl.Locale(`und-${code}`).region === code)
    .map((code) => ({ code, name: names.of(code) ?? '' }))
    .filter(({ name }) => name !== '')
    .sort((a, b) => a.name.localeCompare(b.name, locale()));
}
