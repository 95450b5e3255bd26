import type { Attribute, AttributeMask, MaskedField, MaskFormat, Masking, Role } from '$lib/api';

export const ROLES: Role[] = ['admin', 'team_manager', 'agent'];
export const FIELDS: MaskedField[] = ['name', 'email', 'phone', 'ids', 'text', 'attributes'];

/** The masks that are offered; others can be set by API and are shown as what they are. */
export type MaskChoice = Exclude<MaskFormat, 'keep'> | 'ends' | 'last4' | 'other';

/** What of an attribute's values may be shown, by its type: of few values one letter would tell which. */
export function choicesFor(type: Attribute['type']): MaskChoice[] {
  switch (type) {
    case 'text':
      return ['hidden', 'last4', 'ends', 'name', 'email', 'phone', 'town'];
    case 'text_area':
      return ['hidden', 'town'];
    case 'number':
      return ['hidden', 'last4', 'ends'];
    case 'date':
      return ['year', 'hidden'];
    default:
      return ['hidden'];
  }
}

/** The choice that a mask is. */
export function choiceOf(attribute: Attribute): MaskChoice {
  const { format, first = 0, last = 0 } = attribute.mask;
  if (format === 'auto') return attribute.type === 'date' ? 'year' : 'hidden';
  if (format !== 'keep') return format;
  return first === 2 && last === 2 ? 'ends' : first === 0 && last === 4 ? 'last4' : 'other';
}

/** The mask of a choice, for the same roles as before. */
export function maskOf(choice: Exclude<MaskChoice, 'other'>, before: AttributeMask): AttributeMask {
  const { roles } = before;
  if (choice === 'ends') return { format: 'keep', first: 2, last: 2, roles };
  if (choice === 'last4') return { format: 'keep', first: 0, last: 4, roles };
  return { format: choice, roles };
}

/** Whether a role sees the values of an attribute masked. */
export function isMasked(attribute: Attribute, role: Role, masking: Masking): boolean {
  return attribute.mask.roles[role] ?? masking.roles[role].attributes;
}

/** The attribute's mask after a toggle: where it says what the role's own toggle says, it says nothing of its own. */
export function toggled(attribute: Attribute, role: Role, masked: boolean, masking: Masking): AttributeMask {
  const own = masked === masking.roles[role].attributes ? null : masked;
  return { ...attribute.mask, roles: { ...attribute.mask.roles, [role]: own } };
}
