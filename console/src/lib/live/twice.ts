import { Coalescer } from './coalesce';

/** The stream names a visit at most once a second; what happened within that second is told by nothing after it. */
const AGAIN_MS = 1200;

/** A `Coalescer` that runs once more for each name, when no news of it came for a moment. */
export class Twice<K> {
  readonly #runs: Coalescer<K>;
  readonly #again = new Map<K, ReturnType<typeof setTimeout>>();

  constructor(run: (keys: K[]) => Promise<void> | void, delayMs?: number) {
    this.#runs = new Coalescer(run, delayMs);
  }

  add(key: K): void {
    this.#runs.add(key);
    clearTimeout(this.#again.get(key));
    const timer = setTimeout(() => {
      this.#again.delete(key);
      this.#runs.add(key);
    }, AGAIN_MS);
    this.#again.set(key, timer);
  }

  stop(): void {
    for (const timer of this.#again.values()) clearTimeout(timer);
    this.#again.clear();
    this.#runs.stop();
  }
}
