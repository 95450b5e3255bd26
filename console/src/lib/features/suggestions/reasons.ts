import type { MergeSuggestion, Profile, SuggestionReason } from '$lib/api';
import { locale } from '$lib/format/locale.svelte';
import { m } from '$lib/messages';

/** Fields that a channel may say something about without proof. */
export const CLAIMABLE = ['name', 'email', 'phone'] as const;
export type Claimable = (typeof CLAIMABLE)[number];

/** What was said without proof and is not what the company knows anyway. */
export function claimOf(profile: Profile, field: Claimable): string | null {
  const claim = profile.claims[field] ?? null;
  // Two masks may look the same over different values.
  const isKnown = claim === profile[field] && !profile.masked?.includes(field);
  return isKnown ? null : claim;
}

/** Whether a match may rest on a claim: it does not where the company's own fields are seen to match. */
function mayBeClaimed(field: Claimable, into: Profile, from: Profile): boolean {
  const isMasked = [into, from].some((one) => one.masked?.includes(field));
  const isKnown = into[field] !== null && into[field] === from[field] && !isMasked;
  return !isKnown && [into, from].some((one) => claimOf(one, field) !== null);
}

/** The comparison in words; one that is newer than the catalogue, in the server's. */
export function reasonText(reason: SuggestionReason, { into, from }: Pick<MergeSuggestion, 'into' | 'from'>): string {
  const said = m.suggestions.reason[reason.what]?.[reason.level] ?? `${reason.what}: ${reason.level}`;
  const field = CLAIMABLE.find((one) => one === reason.what);
  // Whoever types the address of somebody must not look as sure as that somebody.
  const isClaimed = field !== undefined && reason.weight > 0 && mayBeClaimed(field, into, from);
  return isClaimed ? m.suggestions.isClaimed(said) : said;
}

/** With its sign, since a weight may speak against. */
export function weightText(weight: number, language = locale()): string {
  return new Intl.NumberFormat(language, { signDisplay: 'exceptZero', minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(weight);
}

/** Keys of attributes of which both say something: what else could be compared. */
export function sharedAttributes({ into, from }: Pick<MergeSuggestion, 'into' | 'from'>): string[] {
  const says = (profile: Profile, key: string) => (profile.attributes[key] ?? null) !== null;
  return Object.keys(into.attributes).filter((key) => says(into, key) && says(from, key));
}
