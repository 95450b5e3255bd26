import { api, type SavedView as Stored } from '../api';
import { session } from './session.svelte';

export interface SavedView {
  name: string;
  /** Filters as they stand in the address; they never hold personal data. */
  search: string;
  /** Columns that it does without. */
  hidden: string[];
}

const HIDE = 'hide';

/** A person's saved views of all pages: read once, kept by the server, so that they are there on every device. */
class Shelf {
  items = $state.raw<Stored[]>([]);
  #owner: string | null = null;

  /** Reads them, unless they are read already for whoever is logged in. */
  want(): void {
    const user = session.user?.id ?? null;
    if (!user || this.#owner === user) return;
    this.#owner = user;
    this.items = [];
    api.me.views().then(
      (page) => {
        if (this.#owner === user) this.items = page.data;
      },
      // Views are a comfort: without them the filters are still there. The next page that wants them tries again.
      () => (this.#owner = null)
    );
  }

  async add(page: string, view: SavedView): Promise<void> {
    const old = this.items.find((known) => known.page === page && known.name === view.name);
    if (old) await this.drop(old);
    const made = await api.me.saveView({ page, name: view.name, query: toQuery(view) });
    this.items = [...this.items, made];
  }

  async drop(view: Stored): Promise<void> {
    await api.me.removeView(view.id);
    this.items = this.items.filter((known) => known.id !== view.id);
  }

  forget(): void {
    this.#owner = null;
    this.items = [];
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

  async remove(name: string): Promise<SavedView | undefined> {
    const gone = shelf.items.find((view) => view.page === this.#page && view.name === name);
    if (!gone) return undefined;
    await shelf.drop(gone);
    return fromStored(gone);
  }

  restore(view: SavedView): Promise<void> {
    return shelf.add(this.#page, view);
  }

  choose(view: SavedView | null): void {
    this.hidden = view?.hidden ?? [];
    this.#keepColumns();
  }

  current(search: string): SavedView | undefined {
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

function fromStored(view: Stored): SavedView {
  const params = new URLSearchParams(view.query);
  const hidden = (params.get(HIDE) ?? '').split('.').filter(Boolean);
  params.delete(HIDE);
  const text = params.toString();
  return { name: view.name, search: text ? `?${text}` : '', hidden };
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
