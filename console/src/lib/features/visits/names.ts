import type { Visit, VisitIdentity } from '$lib/api';
import { locale } from '$lib/format/locale.svelte';
import type { IconName } from '$lib/ui/icons';
import { formatter } from '$lib/format/formatter';

export interface Shown {
  text: string;
  masked: string[];
  field: string;
}

/** The best name there is: the customer's, what the site says, what the site calls them. */
export function nameOf(identity: VisitIdentity | null): Shown | null {
  if (!identity) return null;
  const profile = typeof identity.profile === 'string' ? null : identity.profile;
  if (profile?.name) return { text: profile.name, masked: [...(profile.masked ?? []), ...(identity.masked ?? [])], field: profile.masked?.includes('name') ? 'name' : 'profile.name' };
  if (identity.name) return { text: identity.name, masked: identity.masked ?? [], field: 'name' };
  if (identity.value) return { text: identity.value, masked: identity.masked ?? [], field: 'value' };
  return null;
}

/** The customer's id. */
export const customerOf = (identity: VisitIdentity | null): string | null =>
  typeof identity?.profile === 'string' ? identity.profile : (identity?.profile?.id ?? null);

/** Whom an uncertain visit may belong to. */
export function mayBe(visit: Pick<Visit, 'state' | 'identity' | 'confidence' | 'candidates'>): { identity: VisitIdentity; confidence: number | null }[] {
  if (visit.state === 'authenticated') return [];
  const told = visit.identity && visit.state !== 'anonymous' ? [{ identity: visit.identity, confidence: visit.confidence }] : [];
  return [...told, ...visit.candidates.filter((one) => one.identity.id !== visit.identity?.id)];
}

export function percent(share: number, language = locale()): string {
  return formatter('NumberFormat', language, { style: 'percent', maximumFractionDigits: 0 }).format(share);
}

/** `4:07`, `1:02:09`: what ticks must not change its width with each second. */
export function ticking(ms: number): string {
  const all = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** An address as people read it: without the scheme. */
export const shortUrl = (url: string): string => url.replace(/^https?:\/\//, '').replace(/\/$/, '');

/** The part after the host, for lists of one site's pages. */
export function pathOf(url: string): string {
  const found = /^https?:\/\/[^/]+(\/.*)?$/.exec(url);
  return found ? (found[1] ?? '/') : url;
}

const DEVICES: Record<'desktop' | 'mobile' | 'tablet', IconName> = { desktop: 'widget', mobile: 'mobile', tablet: 'panel' };

export const deviceIcon = (device: 'desktop' | 'mobile' | 'tablet' | undefined): IconName => (device && DEVICES[device]) || 'widget';
