import { goto } from '$app/navigation';
import { page } from '$app/state';
import { m } from '../messages';
import type { MenuItem } from '../ui/menu';
import { withoutParam } from './address';
import { Action, type PagedList } from './resource.svelte';

/** A list whose rows are made and changed in a form and deleted after a question; `?new` in the address opens the form. */
export class Editor<T extends { id: string }> {
  editing = $state.raw<T | null>(null);
  removing = $state.raw<T | null>(null);
  readonly removal = new Action();
  readonly #list: PagedList<T>;
  readonly #mayWrite: () => boolean;
  readonly #remove: (id: string) => Promise<unknown>;

  constructor(list: PagedList<T>, mayWrite: () => boolean, remove: (id: string) => Promise<unknown>) {
    this.#list = list;
    this.#mayWrite = mayWrite;
    this.#remove = remove;
  }

  get isOpen(): boolean {
    return this.editing !== null || this.#isNew;
  }

  get #isNew(): boolean {
    return page.url.searchParams.has('new') && this.#mayWrite();
  }

  /** What stands in the menu of a row. */
  items(item: T): (MenuItem | 'line')[] {
    return [
      { label: m.common.edit, icon: 'note', run: () => (this.editing = item) },
      'line',
      { label: m.common.delete, icon: 'trash', danger: true, run: () => (this.removing = item) }
    ];
  }

  close = async (): Promise<void> => {
    this.editing = null;
    if (this.#isNew) await goto(withoutParam(page.url, 'new'), { noScroll: true });
  };

  saved = async (item: T): Promise<void> => {
    if (this.editing) this.#list.replace(item);
    else this.#list.prepend(item);
    await this.close();
  };

  keep = (): void => {
    this.removing = null;
    this.removal.clear();
  };

  remove = async (): Promise<void> => {
    const gone = this.removing;
    if (!gone) return;
    const done = await this.removal.run(() => this.#remove(gone.id));
    if (!done.ok) return;
    this.removing = null;
    this.#list.remove(gone.id);
  };
}
