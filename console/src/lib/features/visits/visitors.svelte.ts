import { api, type Page, type Visit } from '$lib/api';
import type { Query } from '$lib/api/client';
import type { LiveEvent } from '$lib/live/live.svelte';
import { Twice } from '$lib/live/twice';
import { PagedList } from '$lib/state/resource.svelte';
import { arranged, mergeVisits } from './merge';

const PAGE = 100;
/** Nobody reads more at once; the rest is behind a button. */
const LIVE_PAGES = 5;
/** A busy site tells of many visits a second: they are read once a second, together. */
const EVERY_MS = 1000;
const TINT_MS = 600;

export interface Filters {
  isLive: boolean;
  site: string | null;
  state: string | null;
  profile: string | null;
  device: string | null;
  country: string | null;
}

/** The visits on screen. Those that come while somebody points at a row wait behind a button. */
export class Visitors {
  readonly list: PagedList<Visit>;
  waiting = $state.raw<Visit[]>([]);
  changed = $state.raw<ReadonlySet<string>>(new Set());
  /** Somebody is about to press: nothing may move. */
  isHeld = false;
  readonly #filters: () => Filters;
  readonly #refresh = new Twice<string>((ids) => this.#read(ids), EVERY_MS);
  #tint: ReturnType<typeof setTimeout> | undefined;
  /** Something happened before the first answer was there. */
  #early = false;
  /** Answers to an earlier question are dropped. */
  #question = 0;

  constructor(filters: () => Filters) {
    this.#filters = filters;
    this.list = new PagedList((cursor, signal) => (cursor ? this.#page({ cursor }, signal) : this.#first(signal)));
  }

  async fresh(): Promise<void> {
    this.#question += 1;
    this.waiting = [];
    await this.list.fresh();
    if (this.#early && this.list.loaded) {
      this.#early = false;
      await this.again();
    }
  }

  stop(): void {
    clearTimeout(this.#tint);
    this.#refresh.stop();
    this.list.stop();
  }

  onLive(event: LiveEvent): void {
    if (event.type === 'visit.updated') this.#refresh.add(event.id);
    else if (event.type === 'resync') void this.again();
  }

  /** Everything anew, in its place: certainty decays and visits end without an event. */
  async again(): Promise<void> {
    if (!this.list.loaded || this.list.loading) return;
    const question = this.#question;
    try {
      const page = await this.#first();
      // What stands beyond the pages that were read is unknown, not gone.
      const gone = this.#filters().isLive && !page.next_cursor ? this.#ids() : new Set<string>();
      if (question === this.#question) this.#lay(page.data, gone);
    } catch {
      // The next round tries again; the bar above says when the line is down.
    }
  }

  /** Lets those in that waited. */
  show(): void {
    this.list.items = [...this.waiting, ...this.list.items];
    this.waiting = [];
  }

  async #read(ids: string[]): Promise<void> {
    // The first answer may be older than what happened while it was on its way.
    if (!this.list.loaded) {
      this.#early = true;
      return;
    }
    if (ids.length > PAGE) return this.again();
    const question = this.#question;
    // What has just changed is what has the newest activity: it all stands on the first page.
    const page = await this.#page({ limit: Math.min(PAGE, ids.length + 10) });
    if (question === this.#question) this.#lay(page.data, this.#filters().isLive ? new Set(ids) : new Set());
  }

  #lay(fresh: readonly Visit[], gone: ReadonlySet<string>): void {
    const { items, arrivals, changed } = mergeVisits(this.list.items, fresh, gone);
    const read = new Set(fresh.map((visit) => visit.id));
    const waiting = [...arrivals, ...this.waiting.filter((visit) => !read.has(visit.id) && !gone.has(visit.id))];
    this.list.items = this.isHeld ? items : [...waiting, ...items];
    this.waiting = this.isHeld ? waiting : [];
    this.#mark(changed);
  }

  #mark(changed: string[]): void {
    if (changed.length === 0) return;
    clearTimeout(this.#tint);
    this.changed = new Set(changed);
    this.#tint = setTimeout(() => (this.changed = new Set()), TINT_MS);
  }

  #ids(): Set<string> {
    return new Set([...this.list.items, ...this.waiting].map((visit) => visit.id));
  }

  #page(query: Query, signal?: AbortSignal): Promise<Page<Visit>> {
    const { isLive, site, state, profile, device, country } = this.#filters();
    return api.visits.list({ live: isLive || null, site, state, profile, device, country, ...query }, signal);
  }

  /** Of those who are there, all of them at once, as far as somebody can read. */
  async #first(signal?: AbortSignal): Promise<Page<Visit>> {
    let page = await this.#page({ limit: this.#filters().isLive ? PAGE : null }, signal);
    if (!this.#filters().isLive) return page;
    let visits = page.data;
    for (let read = 1; page.next_cursor && read < LIVE_PAGES; read++) {
      page = await this.#page({ cursor: page.next_cursor, limit: PAGE }, signal);
      const known = new Set(visits.map((visit) => visit.id));
      visits = [...visits, ...page.data.filter((visit) => !known.has(visit.id))];
    }
    return { data: arranged(visits), next_cursor: page.next_cursor ?? null };
  }
}
