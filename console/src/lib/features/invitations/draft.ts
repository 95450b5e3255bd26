import type { ChatInvitation, InvitationInput } from '$lib/api';
import { m } from '$lib/messages';
import { fromLines, toLines } from '$lib/state/lines';

export const STATES = ['anonymous', 'recognised', 'assumed', 'authenticated'] as const;
export const DEVICES = ['desktop', 'mobile', 'tablet'] as const;

/** An invitation as its form holds it. */
export interface Draft {
  name: string;
  site: string;
  channel: string;
  position: number | null;
  url: string;
  categories: string;
  pages: number | null;
  seconds: number | null;
  states: string[];
  sources: string;
  returning: '' | 'yes' | 'no';
  languages: string;
  devices: string[];
  texts: { language: string; text: string }[];
  calendar: string;
  online: boolean;
  days: number | null;
  waiting: number | null;
  minute: number | null;
}

export function toDraft(of: ChatInvitation | null, site: string, channel: string, language: string): Draft {
  const when = of?.when;
  return {
    name: of?.name ?? '',
    site: of?.site ?? site,
    channel: of?.channel ?? channel,
    position: of?.position ?? null,
    url: fromLines(when?.url_contains),
    categories: fromLines(when?.categories),
    pages: when?.pages_at_least || null,
    seconds: when?.seconds_at_least || null,
    states: [...(when?.states ?? [])],
    sources: fromLines(when?.sources),
    returning: when?.returning == null ? '' : when.returning ? 'yes' : 'no',
    languages: fromLines(when?.languages),
    devices: [...(when?.devices ?? [])],
    texts: of ? Object.entries(of.texts).map(([language, text]) => ({ language, text })) : [{ language, text: '' }],
    calendar: of?.calendar ?? '',
    online: of?.only_when_online ?? true,
    days: of?.per_visitor_days ?? 7,
    waiting: of?.waiting_max ?? 3,
    minute: of?.per_minute_max ?? 10
  };
}

/** What is sent. An empty number field of a condition asks for nothing, one of a limit is what it is without saying. */
export function fromDraft(draft: Draft): InvitationInput {
  return {
    name: draft.name.trim(),
    site: draft.site,
    channel: draft.channel,
    ...(draft.position && { position: draft.position }),
    when: {
      url_contains: toLines(draft.url),
      categories: toLines(draft.categories),
      pages_at_least: draft.pages ?? 0,
      seconds_at_least: draft.seconds ?? 0,
      states: STATES.filter((state) => draft.states.includes(state)),
      sources: toLines(draft.sources),
      returning: draft.returning === '' ? null : draft.returning === 'yes',
      languages: toLines(draft.languages),
      devices: DEVICES.filter((device) => draft.devices.includes(device))
    },
    texts: Object.fromEntries(draft.texts.map(({ language, text }) => [language, text.trim()])),
    calendar: draft.calendar || null,
    only_when_online: draft.online,
    per_visitor_days: draft.days ?? 7,
    waiting_max: draft.waiting ?? 3,
    per_minute_max: draft.minute ?? 10
  };
}

/** Whom an invitation means, in words; each is one condition. */
export function whom({ when }: Pick<ChatInvitation, 'when'>, number: (n: number) => string): string[] {
  const words = m.invitations;
  const one = (list: string[], say: (text: string) => string) => (list.length > 0 ? [say(list.join(' / '))] : []);
  const all = [
    ...one(when.url_contains, words.sUrl),
    ...one(when.categories, words.sCategories),
    ...(when.pages_at_least > 0 ? [words.sPages(number(when.pages_at_least))] : []),
    ...(when.seconds_at_least > 0 ? [words.sSeconds(number(when.seconds_at_least))] : []),
    ...one(when.states.map((state) => m.visits.state[state]), (text) => text),
    ...one(when.sources, words.sSources),
    ...(when.returning === null ? [] : [`${words.returning}: ${when.returning ? words.before : words.first}`]),
    ...one(when.languages, (text) => text),
    ...one(when.devices.map((device) => m.visit.devices[device]), (text) => text)
  ];
  return all.length > 0 ? all : [words.everybody];
}

/** How many of those who saw it, as a whole percentage; nothing while nobody did. */
export function share(part: number, whole: number): number | null {
  return whole > 0 ? Math.round((part / whole) * 100) / 100 : null;
}
