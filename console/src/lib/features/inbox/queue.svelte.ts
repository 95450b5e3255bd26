import { SvelteSet } from 'svelte/reactivity';
import { api, type Case } from '$lib/api';
import { Coalescer } from '$lib/live/coalesce';
import type { LiveEvent } from '$lib/live/live.svelte';
import { PagedList } from '$lib/state/resource.svelte';
import { belongs, toQuery, type Filters } from './filters';

const TINT_MS = 1500;

/** The list of conversations: rows change where they stand, new ones wait behind the pill until somebody asks. */
export class Queue {
  readonly list: PagedList<Case>;
  readonly fresh = new SvelteSet<string>();
  readonly changed = new SvelteSet<string>();
  #fetched: Promise<void> = Promise.resolve();
  readonly #filters: () => Filters;
  readonly #me: () => string;
  readonly #refresh = new Coalescer<string>((ids) => this.#refetch(ids));

  constructor(filters: () => Filters, me: () => string) {
    this.#filters = filters;
    this.#me = me;
    this.list = new PagedList<Case>((cursor, signal) => api.cases.list({ ...toQuery(filters()), cursor }, signal));
  }

  fetchAnew(): Promise<void> {
    this.fresh.clear();
    return (this.#fetched = this.list.fresh());
  }

  /** It may have gone on since it was read. */
  async catchUp(): Promise<void> {
    await this.#fetched;
    await this.list.load();
  }

  /** What the pill does: the order is the server's again. */
  showFresh(): Promise<void> {
    this.fresh.clear();
    return this.list.load();
  }

  onLive(event: LiveEvent): void {
    if (event.type === 'resync') void this.showFresh();
    else if (event.type === 'case.created' || event.type === 'case.updated') this.#refresh.add(event.id);
  }

  /** A view fetched elsewhere on the page is as good as one fetched here. */
  put(item: Case): void {
    this.list.replace(item);
  }

  stop(): void {
    this.#refresh.stop();
    this.list.stop();
  }

  async #refetch(ids: string[]): Promise<void> {
    await Promise.all(
      ids.map(async (id) => {
        const item = await api.cases.get(id).catch(() => null);
        if (!item) return;
        if (this.list.items.some((row) => row.id === id)) {
          this.list.replace(item);
          this.#tint(id);
        } else if (belongs(item, this.#filters(), this.#me())) {
          // Where nothing stands, nothing can move under the pointer.
          if (this.list.items.length === 0) await this.list.load();
          else this.fresh.add(id);
        }
      })
    );
  }

  #tint(id: string): void {
    this.changed.add(id);
    setTimeout(() => this.changed.delete(id), TINT_MS);
  }
}
