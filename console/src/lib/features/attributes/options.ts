import type { AttributeOption } from '$lib/api';

/** One option a line: `value = Label`, or a label alone, from which the value is made. */
export function parseOptions(text: string): AttributeOption[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const at = line.indexOf('=');
      if (at > 0) return { value: line.slice(0, at).trim(), label: line.slice(at + 1).trim() };
      return { value: toValue(line), label: line };
    });
}

export function formatOptions(options: readonly AttributeOption[]): string {
  return options
    .filter((option) => !option.retired)
    .map((option) => (toValue(option.label) === option.value ? option.label : `${option.value} = ${option.label}`))
    .join('\n');
}

/** A key from a label: small letters, digits and `_`. */
export function toValue(label: string): string {
  return label
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '');
}
