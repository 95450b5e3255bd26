import { m } from '../messages';

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

export const isControl = (node: EventTarget | null): node is Control =>
  node instanceof HTMLInputElement || node instanceof HTMLSelectElement || node instanceof HTMLTextAreaElement;

/** What a browser finds wrong with a field, in the language of the console: the browser says it in its own. */
export function complaint(control: Control): string | null {
  const { validity } = control;
  if (validity.valid) return null;
  const says = m.fields;
  const limit = (name: string) => Number(control.getAttribute(name));
  if (validity.badInput) return says.number;
  if (validity.valueMissing) return control instanceof HTMLSelectElement ? says.choose : says.missing;
  if (validity.tooShort) return says.short(limit('minlength'));
  if (validity.tooLong) return says.long(limit('maxlength'));
  if (validity.rangeUnderflow) return says.least(limit('min'));
  if (validity.rangeOverflow) return says.most(limit('max'));
  if (validity.typeMismatch) return control.type === 'email' ? says.email : says.url;
  if (validity.stepMismatch) return says.whole;
  return says.form;
}

/** Whether it is the one at which the reader has to begin. */
export const isFirstWrong = (control: Control): boolean =>
  [...(control.form?.elements ?? [])].find((one) => isControl(one) && one.willValidate && !one.validity.valid) === control;
