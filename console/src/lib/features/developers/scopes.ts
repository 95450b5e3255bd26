import type { PermissionInfo } from '$lib/api';
import { m } from '$lib/messages';

/** Under the name of which page the scopes of a noun stand. */
const PAGES = {
  inbox: ['case', 'message'],
  customers: ['profile', 'personal_data', 'link'],
  visitors: ['visit'],
  reports: ['report'],
  channels: ['channel'],
  widgets: ['widget'],
  sites: ['site'],
  attributes: ['attribute'],
  codes: ['code'],
  rules: ['rule'],
  replies: ['canned_reply'],
  hours: ['calendar'],
  phone: ['phone', 'call'],
  verification: ['verification', 'engagement', 'mandate'],
  people: ['user', 'group'],
  developers: ['api_key', 'webhook', 'event', 'request'],
  audit: ['audit'],
  privacy: ['privacy'],
  settings: ['setting', 'masking'],
  system: ['system']
} as const satisfies Partial<Record<keyof typeof m.nav, readonly string[]>>;

type Page = keyof typeof PAGES;

export interface ScopeGroup {
  label: string;
  scopes: PermissionInfo[];
}

/** In the order of the navigation; what no page has to itself is for developers. */
export function byPage(scopes: readonly PermissionInfo[]): ScopeGroup[] {
  const pages = Object.keys(PAGES) as Page[];
  const pageOf = (scope: string): Page => {
    const noun = scope.split('.')[0] ?? '';
    return pages.find((page) => (PAGES[page] as readonly string[]).includes(noun)) ?? 'developers';
  };
  return pages
    .map((page) => ({ label: m.nav[page], scopes: scopes.filter(({ scope }) => pageOf(scope) === page) }))
    .filter((group) => group.scopes.length > 0);
}

/** What most keys are for, so that nobody ticks thirty boxes or gives more than is needed. */
const OF_PRESET = {
  codes: ['profile.read', 'profile.write', 'code.read', 'code.issue'],
  connector: ['message.receive'],
  all: null
} as const;

export const PRESETS = ['codes', 'connector', 'all'] as const satisfies (keyof typeof OF_PRESET)[];

export function scopesOf(preset: (typeof PRESETS)[number], known: readonly PermissionInfo[]): string[] {
  const wanted: readonly string[] | null = OF_PRESET[preset];
  return known.map(({ scope }) => scope).filter((scope) => wanted === null || wanted.includes(scope));
}
