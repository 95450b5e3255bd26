import { api, type SavedView as Stored, type ViewAudience, type ViewCount } from '../api';
import { Coalescer } from '../live/coalesce';
import { live } from '../live/live.svelte';
import { session } from './session.svelte';

export interface SavedView {
  name: string;
  /** Filters as they stand in the address; they never hold personal data. */
  search: string;
  /** Columns that it does without. */
  hidden: string[];
}

/** A view that the server keeps. */
export interface KeptView extends SavedView, ViewAudience {
  id: string;
  changeable: boolean;
}

const HIDE = 'hide';
/** Counts follow what happens at this pace, however much that is. */
const COUNT_MS = 4000;

/** The saved views that a person has of all pages: read once, kept by the server, so that they are there on every device. */
class Shelf {
  items = $state.raw<Stored[]>([]);
  counts = $state.raw<ReadonlyMap<string, ViewCount>>(new Map());
  loaded = $state(false);
  #owner: string | null = null;
  #counted = 0;
  readonly #news = new Coalescer<'views' | 'counts'>(async (what) => {
    if (what.includes('views')) await this.#read();
    if (what.includes('counts')) await this.#count();
  }, COUNT_MS);

  constructor() {
    live.on(({ type }) => {
      if (!this.#owner) return;
      if (type === 'saved_view.updated' || type === 'resync') void this.#read();
      if (type === 'case.updated' || type === 'case.created' || type === 'resync') this.#news.add('counts');
    });
  }

  /** Reads them, unless they are read already for whoever is logged in. */
  want(): void {
    const user = session.user?.id ?? null;
    if (!user || this.#owner === user) return;
    this.#owner = user;
    this.items = [];
    this.loaded = false;
    void this.#read();
  }

  /** Counts them from now on, until what is answered is called. */
  count(): () => void {
    this.#counted++;
    void this.#count();
    return () => void this.#counted--;
  }

  async add(page: string, view: SavedView & Partial<ViewAudience>): Promise<void> {
    const { name, audience, group } = view;
    const query = toQuery(view);
    const old = this.items.find((known) => known.page === page && known.name === name && known.audience === 'personal');
    if (old) return this.change(old.id, { query });
    const shared = audience && audience !== 'personal' ? { audience, ...(group && { group }) } : {};
    const made = await api.me.saveView({ page, name, query, ...shared });
    this.items = [...this.items, made];
    void this.#count();
  }

  async change(id: string, body: { name?: string; query?: string } & Partial<ViewAudience>): Promise<void> {
    const now = await api.me.updateView(id, body);
    this.items = this.items.map((known) => (known.id === id ? now : known));
    if (body.query !== undefined) void this.#count();
  }

  async drop(id: string): Promise<void> {
    await api.me.removeView(id);
    this.items = this.items.filter((known) => known.id !== id);
  }

  /** Shown at once; the server is told when somebody has let go. */
  arrange(ids: readonly string[]): void {
    const place = (view: Stored) => (ids.includes(view.id) ? ids.indexOf(view.id) : ids.length);
    this.items = [...this.items].sort((a, b) => place(a) - place(b));
  }

  async keepOrder(): Promise<void> {
    const ids = this.items.map((view) => view.id);
    await api.me.orderViews(ids);
    // What was read meanwhile stands in the order before.
    this.arrange(ids);
  }

  forget(): void {
    this.#owner = null;
    this.items = [];
    this.counts = new Map();
    this.loaded = false;
  }

  async #read(): Promise<void> {
    const owner = this.#owner;
    try {
      const page = await api.me.views();
      if (this.#owner !== owner) return;
      this.items = page.data;
      this.loaded = true;
      void this.#count();
    } catch {
      // Views are a comfort: without them the filters are still there. The next page that wants them tries again.
      if (this.#owner === owner && !this.loaded) this.#owner = null;
    }
  }

  async #count(): Promise<void> {
    const isSeen = this.#counted > 0 && document.visibilityState === 'visible';
    if (!isSeen || !session.can('case.read') || !this.items.some((view) => view.page === 'inbox')) return;
    try {
      const page = await api.me.viewCounts();
      this.counts = new Map(page.data.map((one) => [one.view, one]));
    } catch {
      // The next event tries again.
    }
  }
}

export const shelf = new Shelf();

/** Views of one table, and the columns it does without now. */
export class Views {
  hidden = $state.raw<string[]>([]);
  readonly saved = $derived.by(() => shelf.items.filter((view) => view.page === this.#page).map(fromStored));
  readonly #page: string;
  readonly #store: string;

  constructor(table: string) {
    this.#page = table;
    this.#store = `countersign.columns.${table}`;
    this.hidden = readColumns(this.#store);
    shelf.want();
  }

  toggle(column: string): void {
    this.hidden = this.hidden.includes(column) ? this.hidden.filter((id) => id !== column) : [...this.hidden, column];
    this.#keepColumns();
  }

  /** A view of the same name is replaced. */
  save(name: string, search: string): Promise<void> {
    return shelf.add(this.#page, { name, search, hidden: this.hidden });
  }

  async remove(id: string): Promise<KeptView | undefined> {
    const gone = this.saved.find((view) => view.id === id);
    if (!gone) return undefined;
    await shelf.drop(id);
    return gone;
  }

  restore(view: KeptView): Promise<void> {
    return shelf.add(this.#page, view);
  }

  choose(view: SavedView | null): void {
    this.hidden = view?.hidden ?? [];
    this.#keepColumns();
  }

  current(search: string): KeptView | undefined {
    return this.saved.find((view) => sameSearch(view.search, search) && sameSet(view.hidden, this.hidden));
  }

  #keepColumns(): void {
    try {
      localStorage.setItem(this.#store, JSON.stringify(this.hidden));
    } catch {
      // Without storage they last as long as the page.
    }
  }
}

function toQuery(view: SavedView): string {
  const params = new URLSearchParams(view.search);
  if (view.hidden.length > 0) params.set(HIDE, view.hidden.join('.'));
  return decodeURIComponent(params.toString());
}

function fromStored(view: Stored): KeptView {
  const params = new URLSearchParams(view.query);
  const hidden = (params.get(HIDE) ?? '').split('.').filter(Boolean);
  params.delete(HIDE);
  const text = params.toString();
  const { id, name, audience, group, changeable } = view;
  return { id, name, search: text ? `?${text}` : '', hidden, audience, group, changeable };
}

function sameSearch(a: string, b: string): boolean {
  const sorted = (search: string) => {
    const params = new URLSearchParams(search);
    params.sort();
    return params.toString();
  };
  return sorted(a) === sorted(b);
}

function sameSet(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every((one) => b.includes(one));
}

function readColumns(store: string): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(store) ?? '[]');
    return Array.isArray(kept) ? kept.filter((one): one is string => typeof one === 'string') : [];
  } catch {
    return [];
  }
}
