import type { VisitEvent, VisitIdentity, VisitPage, WholeVisit } from '$lib/api';

/** What a visit is told in: stretches of time in which it belonged to one person, or to nobody. */
export type BandKind = 'before' | 'session' | 'recognised' | 'anonymous';

export type Step =
  | { kind: 'page'; id: string; at: string; page: VisitPage }
  | { kind: 'event'; id: string; at: string; event: VisitEvent }
  | { kind: 'in' | 'out'; id: string; at: string };

export interface Band {
  key: string;
  kind: BandKind;
  /** Whom it is shown with. */
  identity: VisitIdentity | null;
  from: string;
  /** `null`: it goes on. */
  to: string | null;
  isSigned: boolean;
  /** It follows a sign-out. */
  isAfter: boolean;
  steps: Step[];
}

/** System events that pages and sessions tell already. */
const TOLD = new Set(['VisitStarted', 'PageEntered', 'PageExited', 'SignIn', 'SignOut']);

/** Of two things in one moment: somebody signs out, signs in, enters a page, does something. */
const RANK: Record<Step['kind'], number> = { out: 0, in: 2, page: 3, event: 4 };
/** What belongs to no session was there before somebody signed in within the same moment. */
const LOOSE = 1;

interface Placed {
  step: Step;
  key: string;
  rank: number;
}

/** The visit in its order, cut where somebody signed in or out. */
export function story(visit: WholeVisit, events: readonly VisitEvent[]): Band[] {
  const people = new Map([...visit.identities, ...visit.sessions.map((session) => session.identity)].map((one) => [one.id, one]));
  const sessions = [...visit.sessions].sort((one, other) => one.started_at.localeCompare(other.started_at));
  const first = sessions[0]?.started_at ?? null;
  const isBefore = (at: string) => first !== null && at <= first;
  // Where there is no session: whose it is, and on which side of which session.
  const round = (at: string) => sessions.filter((session) => session.started_at < at).length;
  const loose = (identity: string | null, at: string) => `${isBefore(at) ? 'before' : identity ? 'known' : 'none'} ${round(at)} ${identity ?? ''}`;
  const pages = new Map(visit.pages.map((page) => [page.id, page]));

  const sessionAt = (at: string) => sessions.find((one) => one.started_at <= at && (one.ended_at === null || at < one.ended_at));
  const placed: Placed[] = [];
  const put = (step: Step, session: string | null, identity: string | null) =>
    placed.push({ step, key: session ?? loose(identity, step.at), rank: session ? RANK[step.kind] : LOOSE });
  for (const page of visit.pages) put({ kind: 'page', id: page.id, at: page.entered_at, page }, page.session, page.identity);
  for (const session of sessions) {
    put({ kind: 'in', id: `${session.id} in`, at: session.started_at }, session.id, null);
    if (session.ended_at) put({ kind: 'out', id: `${session.id} out`, at: session.ended_at }, session.id, null);
  }
  for (const event of events) {
    if (event.type === 'system' && TOLD.has(event.name)) continue;
    const identity = event.identity ?? ((event.page && pages.get(event.page)?.identity) || null);
    put({ kind: 'event', id: event.id, at: event.at, event }, event.session ?? sessionAt(event.at)?.id ?? null, identity);
  }
  placed.sort((one, other) => one.step.at.localeCompare(other.step.at) || one.rank - other.rank);
  return bands(placed, visit, people);
}

function bands(placed: readonly Placed[], visit: WholeVisit, people: ReadonlyMap<string, VisitIdentity>): Band[] {
  const made: Band[] = [];
  let last = '';
  for (const { step, key } of placed) {
    if (key !== last || made.length === 0) made.push(begin(key, step, made.length, visit, people));
    last = key;
    const band = made[made.length - 1]!;
    band.steps.push(step);
    if (band.kind !== 'session') band.to = step.at;
  }
  for (const [at, band] of made.entries()) {
    const next = made[at + 1];
    if (band.kind !== 'session') band.to = next ? next.from : visit.is_live ? null : (visit.ended_at ?? band.to);
    band.isAfter = band.kind !== 'session' && made.slice(0, at).some((one) => one.kind === 'session');
  }
  return made;
}

function begin(key: string, step: Step, at: number, visit: WholeVisit, people: ReadonlyMap<string, VisitIdentity>): Band {
  const base = { key: `${at} ${key}`, from: step.at, isSigned: false, isAfter: false, steps: [] };
  const session = visit.sessions.find((one) => one.id === key);
  if (session) return { ...base, kind: 'session', identity: session.identity, to: session.ended_at, isSigned: session.is_signed };
  const [side, , person] = key.split(' ');
  const identity = people.get(person ?? '') ?? null;
  const kind = side === 'before' ? 'before' : identity ? 'recognised' : 'anonymous';
  return { ...base, kind, identity, to: null };
}
