import { createSubscriber } from 'svelte/reactivity';

/** Ticks only while somebody on screen reads it. */
class Clock {
  readonly #subscribe: () => void;

  constructor(everyMs: number) {
    this.#subscribe = createSubscriber((update) => {
      const timer = setInterval(update, everyMs);
      return () => clearInterval(timer);
    });
  }

  get now(): number {
    this.#subscribe();
    return Date.now();
  }
}

export const seconds = new Clock(1000);
export const slowly = new Clock(15_000);
