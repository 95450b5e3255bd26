import type { FieldProblem } from '$lib/api';

const PLACES = { case: '/attributes/', profile: '/profile/attributes/' } as const;

/** The keys of the attributes without which the server does not close a conversation. */
export function wanting(fields: readonly FieldProblem[]): Record<keyof typeof PLACES, string[]> {
  const at = (place: string) => fields.filter((one) => one.pointer.startsWith(place)).map((one) => one.pointer.slice(place.length));
  return { case: at(PLACES.case), profile: at(PLACES.profile) };
}
