import type { Call } from '$lib/api';
import type { LiveEvent } from '$lib/live/live.svelte';
import { isToTake } from './names';

export interface PopsApi {
  get: (call: string) => Promise<Call>;
  live: () => Promise<Call[]>;
}

/** Calls that ring for whoever looks at this page, newest first. */
export class Pops {
  calls = $state.raw<readonly Call[]>([]);
  readonly #api: PopsApi;
  readonly #me: () => string;
  readonly #taken: (call: Call) => void;
  readonly #aside = new Set<string>();
  /** Which look at a call is the newest: answers may overtake each other. */
  readonly #looks = new Map<string, number>();

  /** `taken`: whoever looks took one that was shown, on their telephone. */
  constructor(api: PopsApi, me: () => string, taken: (call: Call) => void = () => {}) {
    this.#api = api;
    this.#me = me;
    this.#taken = taken;
  }

  async hear(event: LiveEvent): Promise<void> {
    if (event.type === 'resync') return this.load();
    const isOurs = this.#looks.has(event.id);
    if (event.type === 'call.ringing' || (event.type === 'call.updated' && isOurs)) await this.#look(event.id);
  }

  /** Those that rang before anybody listened. */
  async load(): Promise<void> {
    try {
      const ringing = (await this.#api.live()).filter((call) => this.#rings(call));
      this.calls = this.calls.filter(({ id }) => ringing.some((call) => call.id === id));
      // Who has the caller's number is said by the call itself, and by no list.
      await Promise.all(ringing.map(({ id }) => this.#look(id)));
    } catch {
      // What is shown stays; the next event looks again.
    }
  }

  async #look(id: string): Promise<void> {
    let call: Call | null = null;
    const look = (this.#looks.get(id) ?? 0) + 1;
    this.#looks.set(id, look);
    try {
      call = await this.#api.get(id);
    } catch {
      // Gone, or not for whoever is here.
    }
    if (look !== this.#looks.get(id)) return;
    const isShown = this.calls.some((one) => one.id === id);
    if (isShown && call?.state === 'connected' && call.agent === this.#me()) this.#taken(call);
    if (!call || !this.#rings(call) || this.#aside.has(id)) this.#drop(id);
    else if (isShown) this.calls = this.calls.map((one) => (one.id === id ? call : one));
    else this.calls = [call, ...this.calls];
  }

  /** It waits for somebody, and not for somebody else. */
  #rings = (call: Call): boolean => isToTake(call) && call.rings_for_you !== false && (call.agent === null || call.agent === this.#me());

  /** Put aside: it goes on ringing, elsewhere. */
  dismiss(id: string): void {
    this.#aside.add(id);
    this.#drop(id);
  }

  #drop(id: string): void {
    // What ended or was taken does not ring again under this id; what rings again is told as ringing.
    this.calls = this.calls.filter((call) => call.id !== id);
  }
}
