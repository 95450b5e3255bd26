/** What was done, to be undone. Steps that belong together, such as the letters of one word, count as one. */
export class History<T> {
  #past: T[] = [];
  #future: T[] = [];
  #now: T;
  #what = '';
  #at = 0;

  constructor(
    first: T,
    readonly max = 200,
    readonly togetherMs = 1200
  ) {
    this.#now = first;
  }

  get now(): T {
    return this.#now;
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** `what`: a step of the same name soon after the last is a part of it; without one it stands alone. */
  push(next: T, what: string, at: number): void {
    const joins = what !== '' && what === this.#what && at - this.#at < this.togetherMs && this.#past.length > 0;
    if (!joins) this.#past = [...this.#past, this.#now].slice(-this.max);
    this.#future = [];
    this.#now = next;
    this.#what = what;
    this.#at = at;
  }

  undo(): boolean {
    return this.#step(this.#past, this.#future);
  }

  redo(): boolean {
    return this.#step(this.#future, this.#past);
  }

  #step(from: T[], to: T[]): boolean {
    const next = from.pop();
    if (next === undefined) return false;
    to.push(this.#now);
    this.#now = next;
    this.#what = '';
    return true;
  }
}
