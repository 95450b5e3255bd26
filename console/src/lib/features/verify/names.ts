import type { BriefProfile } from '$lib/api';
import { m } from '$lib/messages';
import { directory } from '$lib/state/directory.svelte';

/** What a field is called: by the policy, by the product, by the workspace's attributes, else by its key. */
export function fieldName(field: string, label: string | null | undefined = null): string {
  const own = m.verify.fields[field] ?? directory.attributes.items.find(({ key, level }) => level === 'profile' && key === field)?.label;
  return label && label !== field ? label : (own ?? field.replaceAll('_', ' '));
}

export const nameOf = (profile: BriefProfile): string => profile.name ?? profile.reference ?? m.common.unnamed;
export const channelName = (channel: string): string => m.verify.channels[channel] ?? channel.replaceAll('_', ' ');
