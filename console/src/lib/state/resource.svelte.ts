import { ApiError, isAbort, type Page } from '../api';
import { appendPage, removeItem, replaceItem } from './list';

const SKELETON_AFTER_MS = 150;

export function asApiError(error: unknown): ApiError {
  return error instanceof ApiError
    ? error
    : new ApiError({ status: 0, code: 'console', title: error instanceof Error ? error.message : String(error) });
}

abstract class Loadable {
  error = $state.raw<ApiError | null>(null);
  loading = $state(false);
  /** Loading for long enough that a skeleton is kinder than nothing. */
  slow = $state(false);
  #abort: AbortController | null = null;

  /** Runs one load; an earlier one that has not answered yet is given up. */
  protected async attempt(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    // One that was given up may end late, and has no say in what is shown.
    const timer = setTimeout(() => {
      if (this.#abort === abort) this.slow = true;
    }, SKELETON_AFTER_MS);
    this.loading = true;
    try {
      await work(abort.signal);
      if (!abort.signal.aborted) this.error = null;
    } catch (error) {
      if (!isAbort(error) && !abort.signal.aborted) this.error = asApiError(error);
    } finally {
      clearTimeout(timer);
      if (this.#abort === abort) {
        this.loading = false;
        this.slow = false;
      }
    }
  }

  stop(): void {
    this.#abort?.abort();
  }
}

/** One thing from the server. */
export class Resource<T> extends Loadable {
  data = $state.raw<T | null>(null);
  readonly #fetch: (signal: AbortSignal) => Promise<T>;

  constructor(fetch: (signal: AbortSignal) => Promise<T>) {
    super();
    this.#fetch = fetch;
  }

  load(): Promise<void> {
    return this.attempt(async (signal) => {
      const data = await this.#fetch(signal);
      if (!signal.aborted) this.data = data;
    });
  }

  /** For another object: what was shown belongs to the last one. */
  fresh(): Promise<void> {
    this.data = null;
    this.error = null;
    return this.load();
  }
}

/** A list from the server, by cursor. */
export class PagedList<T extends { id: string }> extends Loadable {
  items = $state.raw<T[]>([]);
  loaded = $state(false);
  cursor = $state.raw<string | null>(null);
  /** How many pages were asked for, and whether the last of them is still to come. */
  #pages = 1;
  #isReadingOn = false;
  readonly #fetch: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<T>>;

  constructor(fetch: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<T>>) {
    super();
    this.#fetch = fetch;
  }

  /** Reads anew as much as was read, and what was being read on: news must not take rows away that somebody asked for. */
  load(): Promise<void> {
    return this.attempt(async (signal) => {
      let page = await this.#fetch(undefined, signal);
      let items = page.data;
      for (let read = 1; read < this.#pages && page.next_cursor; read++) {
        page = await this.#fetch(page.next_cursor, signal);
        items = appendPage(items, page.data);
      }
      if (signal.aborted) return;
      this.items = items;
      this.cursor = page.next_cursor ?? null;
      this.#isReadingOn = false;
      this.loaded = true;
    });
  }

  /** For other filters: old rows must not look like answers to the new question. */
  fresh(): Promise<void> {
    this.items = [];
    this.#pages = 1;
    this.#isReadingOn = false;
    this.cursor = null;
    this.loaded = false;
    this.error = null;
    return this.load();
  }

  more(): Promise<void> {
    const cursor = this.cursor;
    if (!cursor) return Promise.resolve();
    if (!this.#isReadingOn) this.#pages++;
    this.#isReadingOn = true;
    return this.attempt(async (signal) => {
      const page = await this.#fetch(cursor, signal);
      if (signal.aborted) return;
      this.items = appendPage(this.items, page.data);
      this.cursor = page.next_cursor ?? null;
      this.#isReadingOn = false;
    });
  }

  replace(item: T): void {
    this.items = replaceItem(this.items, item);
  }

  prepend(item: T): void {
    this.items = [item, ...removeItem(this.items, item.id)];
  }

  remove(id: string): void {
    this.items = removeItem(this.items, id);
  }
}

/** One thing a person asked for: at most once at a time, with its error beside the button. */
export class Action {
  busy = $state(false);
  error = $state.raw<ApiError | null>(null);

  async run<T>(work: () => Promise<T>): Promise<{ ok: true; value: T } | { ok: false }> {
    if (this.busy) return { ok: false };
    this.busy = true;
    this.error = null;
    try {
      return { ok: true, value: await work() };
    } catch (error) {
      this.error = asApiError(error);
      return { ok: false };
    } finally {
      this.busy = false;
    }
  }

  clear(): void {
    this.error = null;
  }
}
