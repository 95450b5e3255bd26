import type { Call } from '$lib/api';
import type { LiveEvent } from '$lib/live/live.svelte';

export interface PopsApi {
  get: (call: string) => Promise<Call>;
  live: () => Promise<Call[]>;
}

/** Calls that ring for whoever looks at this page, newest first. */
export class Pops {
  calls = $state.raw<readonly Call[]>([]);
  readonly #api: PopsApi;
  readonly #me: () => string;
  readonly #aside = new Set<string>();

  constructor(api: PopsApi, me: () => string) {
    this.#api = api;
    this.#me = me;
  }

  async hear(event: LiveEvent): Promise<void> {
    if (event.type === 'resync') return this.load();
    const isShown = this.calls.some(({ id }) => id === event.id);
    if (event.type === 'call.ringing' || (event.type === 'call.updated' && isShown)) await this.#look(event.id);
  }

  /** Those that rang before anybody listened. */
  async load(): Promise<void> {
    try {
      const ringing = (await this.#api.live()).filter((call) => this.#rings(call));
      this.calls = ringing.filter(({ id }) => !this.#aside.has(id));
    } catch {
      // What is shown stays; the next event looks again.
    }
  }

  async #look(id: string): Promise<void> {
    let call: Call | null = null;
    try {
      call = await this.#api.get(id);
    } catch {
      // Gone, or not for whoever is here.
    }
    if (!call || !this.#rings(call) || this.#aside.has(id)) this.#drop(id);
    else if (this.calls.some((one) => one.id === id)) this.calls = this.calls.map((one) => (one.id === id ? call : one));
    else this.calls = [call, ...this.calls];
  }

  /** It waits for somebody, and not for somebody else. */
  #rings = (call: Call): boolean => call.state === 'ringing' && (call.agent === null || call.agent === this.#me());

  /** Put aside: it goes on ringing, elsewhere. */
  dismiss(id: string): void {
    this.#aside.add(id);
    this.#drop(id);
  }

  #drop(id: string): void {
    this.calls = this.calls.filter((call) => call.id !== id);
  }
}
