import { locale } from './locale.svelte';
import { formatter } from './formatter';

export type PluralForms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** `#` stands for the number, written the way the language writes it. */
export function plural(count: number, forms: PluralForms, language = locale()): string {
  const form = forms[formatter('PluralRules', language, {}).select(count)] ?? forms.other;
  return form.replaceAll('#', number(count, language));
}

export function number(value: number, language = locale()): string {
  return formatter('NumberFormat', language, {}).format(value);
}

const STEPS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

export function bytes(size: number, language = locale()): string {
  let step = 0;
  let value = size;
  while (value >= 1000 && step < STEPS.length - 1) {
    value /= 1000;
    step++;
  }
  return formatter('NumberFormat', language, {
    style: 'unit',
    unit: STEPS[step] ?? 'byte',
    // The short form of a byte has no plural in English.
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: value < 10 && step > 0 ? 1 : 0
  }).format(value);
}
