import type { Case } from '$lib/api';
import { m } from '$lib/messages';
import { directory } from '$lib/state/directory.svelte';
import type { IconName } from '$lib/ui/icons';

/** The best name there is: what we know, else what the channel says, else the account itself. */
export function customerName(item: Case): { text: string; field: string } {
  const { profile } = item.identity;
  if (!profile.anonymous && profile.name) return { text: profile.name, field: 'profile_name' };
  if (item.account.name) return { text: item.account.name, field: 'name' };
  if (profile.name) return { text: profile.name, field: 'profile_name' };
  return { text: profile.reference || m.common.unnamed, field: '' };
}

/** Drawn by us: no messenger's own sign. */
const CHANNEL_ICONS: Partial<Record<string, IconName>> = {
  web_chat: 'channel',
  email: 'mail',
  telegram: 'bot',
  whatsapp: 'bubble-check',
  messenger: 'bubbles',
  instagram: 'picture',
  sms: 'mobile',
  viber: 'bubble-dots',
  line: 'bubble-text',
  matrix: 'network'
};

/** The channel's own id of somebody; of a sender whom nobody vouches for, the address alone. */
export const shownUser = (id: string) => id.replace(/^unproved:(.*)#[0-9a-f]+$/, '$1');

export function channelIcon(kind: string): IconName {
  return CHANNEL_ICONS[kind] ?? 'custom';
}

/** The name of the group it is with; none for whoever may not read groups. */
export function groupName(item: Pick<Case, 'group'>): string | undefined {
  return item.group ? directory.groups.items.find((group) => group.id === item.group)?.name : undefined;
}

/** A variable of a text, as people call what it says. */
export function variableName(word: string): string {
  const [of, kind, key] = word.split('.');
  const known: Record<string, string> = {
    name: m.common.name, email: m.panel.email, phone: m.panel.phone, external_id: m.panel.externalId
  };
  if (kind !== 'attributes') return (of === 'profile' && known[kind ?? '']) || word;
  return directory.attributes.items.find((one) => one.level === of && one.key === key)?.label ?? word;
}
