import { directory } from '$lib/state/directory.svelte';
import type { Named } from './fields';

/** The workspace as the directory knows it; whoever reads it in a template is drawn anew when a name changes. */
export const workspace: Named = {
  get attributes() { return directory.attributes.items; },
  get users() { return directory.users.items; },
  get channels() { return directory.channels.items; },
  get groups() { return directory.groups.items; },
  get calendars() { return directory.calendars.items; },
  get ruleGroups() { return directory.ruleGroups.items; }
};

export function wantNames(): void {
  for (const shelf of Object.values(directory)) shelf.want();
}
