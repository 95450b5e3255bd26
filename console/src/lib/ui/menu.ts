import type { PresenceState } from '$lib/api';
import type { IconName } from './icons';

export interface MenuItem {
  label: string;
  icon?: IconName;
  /** Somebody: their picture, and whether they are here. */
  person?: { name: string; presence: PresenceState | undefined };
  /** After the label, less loud. */
  hint?: string | undefined;
  danger?: boolean;
  /** One of several, of which one holds. */
  checked?: boolean;
  /** One of several, of which any hold; the menu stays open. */
  ticked?: boolean;
  disabled?: boolean;
  /** Further choices, shown in place of these. */
  items?: (MenuItem | 'line')[];
  run?: () => void;
}
