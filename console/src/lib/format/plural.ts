import { locale } from './locale.svelte';

export type PluralForms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

const rules = new Map<string, Intl.PluralRules>();
const numbers = new Map<string, Intl.NumberFormat>();

/** `#` stands for the number, written the way the language writes it. */
export function plural(count: number, forms: PluralForms, language = locale()): string {
  let rule = rules.get(language);
  if (!rule) rules.set(language, (rule = new Intl.PluralRules(language)));
  const form = forms[rule.select(count)] ?? forms.other;
  return form.replaceAll('#', number(count, language));
}

export function number(value: number, language = locale()): string {
  let format = numbers.get(language);
  if (!format) numbers.set(language, (format = new Intl.NumberFormat(language)));
  return format.format(value);
}

const STEPS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

export function bytes(size: number, language = locale()): string {
  let step = 0;
  let value = size;
  while (value >= 1000 && step < STEPS.length - 1) {
    value /= 1000;
    step++;
  }
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: STEPS[step] ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: value < 10 && step > 0 ? 1 : 0
  }).format(value);
}
