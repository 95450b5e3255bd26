/**
 * Turns a burst of names into one run over the distinct ones. While a run is under way, new names wait for it, so that
 * an answer that set out earlier never overwrites a later one.
 */
export class Coalescer<K> {
  readonly #run: (keys: K[]) => Promise<void> | void;
  readonly #delay: number;
  readonly #waiting = new Set<K>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running = false;
  #stopped = false;

  constructor(run: (keys: K[]) => Promise<void> | void, delayMs = 150) {
    this.#run = run;
    this.#delay = delayMs;
  }

  add(key: K): void {
    if (this.#stopped) return;
    this.#waiting.add(key);
    this.#schedule();
  }

  stop(): void {
    this.#stopped = true;
    this.#waiting.clear();
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#running || this.#timer !== undefined || this.#waiting.size === 0) return;
    this.#timer = setTimeout(() => void this.#flush(), this.#delay);
  }

  async #flush(): Promise<void> {
    this.#timer = undefined;
    const keys = [...this.#waiting];
    this.#waiting.clear();
    this.#running = true;
    try {
      await this.#run(keys);
    } catch {
      // The views show their own errors; the next event tries again.
    } finally {
      this.#running = false;
      if (!this.#stopped) this.#schedule();
    }
  }
}
