export interface SavedView {
  name: string;
  /** Filters as they stand in the address; they never hold personal data. */
  search: string;
  /** Columns that it does without. */
  hidden: string[];
}

const MOST = 20;

/** Views of one table that somebody keeps in this browser, and the columns they do without now. */
export class Views {
  saved = $state.raw<SavedView[]>([]);
  hidden = $state.raw<string[]>([]);
  readonly #store: string;

  constructor(table: string) {
    this.#store = `countersign.views.${table}`;
    const kept = read(this.#store);
    this.saved = kept.saved;
    this.hidden = kept.hidden;
  }

  toggle(column: string): void {
    this.hidden = this.hidden.includes(column) ? this.hidden.filter((id) => id !== column) : [...this.hidden, column];
    this.#write();
  }

  /** A view of the same name is replaced. */
  save(name: string, search: string): void {
    const others = this.saved.filter((view) => view.name !== name);
    this.saved = [...others, { name, search, hidden: this.hidden }].slice(-MOST);
    this.#write();
  }

  remove(name: string): SavedView | undefined {
    const gone = this.saved.find((view) => view.name === name);
    this.saved = this.saved.filter((view) => view.name !== name);
    this.#write();
    return gone;
  }

  restore(view: SavedView): void {
    this.saved = [...this.saved, view];
    this.#write();
  }

  choose(view: SavedView | null): void {
    this.hidden = view?.hidden ?? [];
    this.#write();
  }

  current(search: string): SavedView | undefined {
    return this.saved.find((view) => view.search === search && sameSet(view.hidden, this.hidden));
  }

  #write(): void {
    try {
      localStorage.setItem(this.#store, JSON.stringify({ saved: this.saved, hidden: this.hidden }));
    } catch {
      // Without storage they last as long as the page.
    }
  }
}

function sameSet(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every((one) => b.includes(one));
}

function read(store: string): { saved: SavedView[]; hidden: string[] } {
  try {
    const kept = JSON.parse(localStorage.getItem(store) ?? '{}') as { saved?: unknown; hidden?: unknown };
    const texts = (value: unknown) => (Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []);
    const saved = (Array.isArray(kept.saved) ? (kept.saved as Partial<SavedView>[]) : [])
      .filter((view) => typeof view?.name === 'string' && typeof view.search === 'string')
      .map((view) => ({ name: view.name!, search: view.search!, hidden: texts(view.hidden) }));
    return { saved, hidden: texts(kept.hidden) };
  } catch {
    return { saved: [], hidden: [] };
  }
}
