import { goto } from '$app/navigation';
import { api, type Permission, type Theme } from '$lib/api';
import { m } from '$lib/messages';
import { session } from '$lib/state/session.svelte';
import { applyTheme } from '$lib/state/theme';
import { toasts } from '$lib/state/toasts.svelte';
import type { IconName } from '$lib/ui/icons';

export interface Command {
  label: string;
  group: string;
  icon: IconName;
  run: () => void;
}

/** Every word of the question begins a word of the label. */
export function matches(label: string, question: string): boolean {
  const words = label.toLowerCase().split(/\s+/);
  return question
    .toLowerCase()
    .split(/\s+/)
    .filter(Boolean)
    .every((part) => words.some((word) => word.startsWith(part)));
}

interface Doing {
  can: (permission: Permission) => boolean;
  onhelp: () => void;
  onlogout: () => void;
}

export function paletteActions({ can, onhelp, onlogout }: Doing): Command[] {
  const group = m.palette.actions;
  const open = (label: string, icon: IconName, href: string, needs: Permission): Command[] =>
    can(needs) ? [{ label, group, icon, run: () => void goto(href) }] : [];
  return [
    ...open(m.customers.create, 'plus', '/customers?new', 'profile.write'),
    ...open(m.channels.create, 'plus', '/channels?new', 'channel.write'),
    ...open(m.widgets.create, 'plus', '/widgets?new', 'widget.write'),
    ...open(m.attributes.create, 'plus', '/attributes?new', 'attribute.write'),
    ...open(m.people.invite, 'plus', '/people?new', 'user.write'),
    ...open(m.developers.createKey, 'plus', '/developers?new', 'api_key.write'),
    ...(['light', 'dark', 'system'] as const).map((theme) => ({
      label: `${m.theme.label}: ${m.theme[theme]}`,
      group,
      icon: 'settings' as const,
      run: () => void setTheme(theme)
    })),
    { label: m.nav.me, group, icon: 'person', run: () => void goto('/me') },
    { label: m.nav.shortcuts, group, icon: 'keyboard', run: onhelp },
    { label: m.nav.logOut, group, icon: 'logout', run: onlogout }
  ];
}

async function setTheme(theme: Theme): Promise<void> {
  applyTheme(theme);
  try {
    await api.me.update({ theme });
    await session.refresh();
  } catch (error) {
    toasts.say(error instanceof Error ? error.message : String(error), { tone: 'danger' });
  }
}
