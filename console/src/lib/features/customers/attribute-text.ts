import type { Attribute, AttributeValue } from '$lib/api';
import { shortDate } from '$lib/format/time';

/** The value of an attribute as people say it: the label of a choice, a date as a date. */
export function attributeText(attribute: Attribute | undefined, raw: AttributeValue, now: number): AttributeValue {
  const option = attribute?.options.find((one) => one.value === raw)?.label;
  if (option !== undefined) return option;
  const date = attribute?.type === 'date' && typeof raw === 'string' && /^\d{4}-\d\d-\d\d$/.test(raw);
  return date ? shortDate(`${raw}T12:00:00`, now) : raw;
}
