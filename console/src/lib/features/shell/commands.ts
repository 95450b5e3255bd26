import { goto } from '$app/navigation';
import { api, type Permission, type Theme } from '$lib/api';
import { m } from '$lib/messages';
import { LANGUAGE_CODES, LANGUAGES, type Language } from '$lib/messages/languages';
import { words } from '$lib/messages/words.svelte';
import { here } from '$lib/state/presence.svelte';
import { session } from '$lib/state/session.svelte';
import { applyTheme } from '$lib/state/theme';
import { toasts } from '$lib/state/toasts.svelte';
import type { IconName } from '$lib/ui/icons';
import type { MenuItem } from '$lib/ui/menu';

export interface Command {
  label: string;
  group: string;
  icon: IconName;
  /** Beside the label: a shortcut, or what tells two of one name apart. */
  hint?: string;
  run: () => void;
}

/** One sign may stand in anything; it has to begin a word. */
const PART = 2;

/** Every word of the question stands in a word of the label: “hook” finds “New webhook”. */
export function matches(label: string, question: string): boolean {
  const words = label.toLowerCase().split(/\s+/);
  return question
    .toLowerCase()
    .split(/\s+/)
    .filter(Boolean)
    .every((part) => words.some((word) => (part.length < PART ? word.startsWith(part) : word.includes(part))));
}

/** A whole e-mail address, phone number or reference, not the beginning of a page's name. */
export function looksExact(text: string): boolean {
  return /^\S+@\S+\.\S{2,}$/.test(text) || /^\+?[\d\s().-]{6,}$/.test(text) || /^C-\d+$/i.test(text);
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
    ...open(m.engagements.create, 'plus', '/engagements?new', 'engagement.write'),
    ...open(m.channels.create, 'plus', '/channels?new', 'channel.write'),
    ...open(m.widgets.create, 'plus', '/widgets?new', 'widget.write'),
    ...open(m.sites.create, 'plus', '/sites?new', 'site.write'),
    ...open(m.invitations.create, 'plus', '/invitations?new', 'site.write'),
    ...open(m.attributes.create, 'plus', '/attributes?new', 'attribute.write'),
    ...open(m.rules.create, 'plus', '/rules/new', 'rule.write'),
    ...open(m.rules.tryOut, 'play', '/rules?view=try', 'rule.read'),
    ...open(m.flows.create, 'plus', '/phone/flows?new', 'phone.write'),
    ...open(m.replies.create, 'plus', '/canned-replies?new', 'case.write'),
    ...open(m.prompts.create, 'plus', '/phone/prompts?new', 'phone.write'),
    ...open(m.hours.create, 'plus', '/business-hours?new', 'calendar.write'),
    ...open(m.phoneNumbers.create, 'plus', '/phone/numbers?new', 'phone.write'),
    ...open(m.lookUps.create, 'plus', '/phone/look-ups/new', 'phone.write'),
    ...open(m.callWidgets.create, 'plus', '/phone/call-widgets/new', 'phone.write'),
    ...open(m.policies.create, 'plus', '/verification/policies?new', 'verification.write'),
    ...open(m.topics.create, 'plus', '/verification/topics?new', 'verification.write'),
    ...open(m.people.invite, 'plus', '/people?new', 'user.write'),
    ...open(m.groups.create, 'plus', '/people?view=groups&new', 'group.write'),
    ...open(m.developers.createKey, 'plus', '/developers?new', 'api_key.write'),
    ...themeItems(null).map((item) => ({ label: `${m.theme.label}: ${item.label}`, group, icon: 'theme' as const, run: item.run })),
    ...presenceItems().map((item) => ({ label: `${m.presence.label}: ${item.label}`, group, icon: 'person' as const, run: item.run })),
    ...languageItems().map((item) => ({ label: `${m.nav.language}: ${item.label}`, group, icon: 'globe' as const, run: item.run })),
    { label: m.nav.me, group, icon: 'person', run: () => void goto('/me') },
    { label: m.nav.shortcuts, group, icon: 'keyboard', run: onhelp },
    { label: m.nav.logOut, group, icon: 'logout', run: onlogout }
  ];
}

export const THEMES = ['system', 'light', 'dark'] as const;

interface Choice extends MenuItem {
  run: () => void;
}

export function themeItems(current: Theme | null): Choice[] {
  return THEMES.map((theme) => ({ label: m.theme[theme], checked: theme === current, run: () => void save({ theme }) }));
}

export function presenceItems(): Choice[] {
  const states = ['online', 'away'] as const;
  return states.map((state) => ({ label: m.presence[state], checked: state === here.chosen, run: () => here.choose(state) }));
}

export function languageItems(): Choice[] {
  return LANGUAGE_CODES.map((code) => ({
    label: LANGUAGES[code],
    checked: code === words.language,
    run: () => void save({ language: code })
  }));
}

/** Holds at once, and for the next log-in wherever that is. */
export async function save(choice: { theme?: Theme; language?: Language }): Promise<void> {
  try {
    if (choice.theme) applyTheme(choice.theme);
    if (choice.language) await words.speak(choice.language);
    await api.me.update(choice);
    await session.refresh();
  } catch (error) {
    toasts.say(error instanceof Error ? error.message : String(error), { tone: 'danger' });
  }
}
