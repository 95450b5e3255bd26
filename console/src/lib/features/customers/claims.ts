import type { Profile } from '$lib/api';

export type ClaimName = keyof Profile['claims'];

/** What a channel said about somebody, without what it said nothing about. */
export function claimsOf(profile: Profile | undefined): [ClaimName, string][] {
  const names: ClaimName[] = ['name', 'email', 'phone'];
  return names.flatMap((name): [ClaimName, string][] => {
    const value = profile?.claims[name];
    return value ? [[name, value]] : [];
  });
}
