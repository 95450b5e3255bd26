interface Options {
  DateTimeFormat: Intl.DateTimeFormatOptions;
  DisplayNames: Intl.DisplayNamesOptions;
  ListFormat: Intl.ListFormatOptions;
  NumberFormat: Intl.NumberFormatOptions;
  PluralRules: Intl.PluralRulesOptions;
  RelativeTimeFormat: Intl.RelativeTimeFormatOptions;
}

type Kind = keyof Options;

const made = new Map<string, unknown>();

/**
 * `new Intl[kind](language, options)`, made once for each language and options: making one takes longer than drawing a
 * row of a list, and every row asks for several.
 */
export function formatter<K extends Kind>(kind: K, language: string, options: Options[K]): InstanceType<(typeof Intl)[K]> {
  const key = `${kind} ${language} ${JSON.stringify(options)}`;
  let one = made.get(key);
  if (!one) {
    const Made = Intl[kind] as new (language: string, options: Options[K]) => unknown;
    made.set(key, (one = new Made(language, options)));
  }
  return one as InstanceType<(typeof Intl)[K]>;
}
