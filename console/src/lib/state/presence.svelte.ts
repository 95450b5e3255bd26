import { api, type Presence, type PresenceState } from '../api';
import { Coalescer } from '../live/coalesce';
import { live } from '../live/live.svelte';
import { isIdle, readShared, writeShared, type Shared } from './presence';
import { session } from './session.svelte';

const BEAT_MS = 30_000;
/** What changes together is said once. */
const SOON_MS = 60;
/** Input is written down for the other tabs no more often than this. */
const NOTED_EVERY_MS = 15_000;

/** Who of the team is here. Each console says so for its own person; one tab speaks for all tabs of a browser. */
class Here {
  people = $state.raw<Presence[]>([]);
  chosen = $state<PresenceState>('online');
  readonly #tab = crypto.randomUUID();
  #shared: Shared = {};
  #case: string | null = null;
  #said: PresenceState | null = null;
  /** Nobody touched any tab for a while: colleagues see it, and so does the person. */
  #idle = $state(false);
  #beats: Coalescer<'mine' | 'all'> | null = null;
  #stop: (() => void) | null = null;

  /** How somebody is now; `undefined` for those who are not here. */
  of(user: string | undefined): PresenceState | undefined {
    if (user === session.user?.id) return this.#idle ? 'away' : this.chosen;
    return this.people.find((one) => one.id === user)?.state;
  }

  /** Who else has a case open. */
  beside(item: string): Presence[] {
    return this.people.filter((one) => one.case === item && one.id !== session.user?.id);
  }

  /** Begins for whoever is logged in; answers with its end. */
  start(): () => void {
    this.#stop?.();
    this.#shared = readShared();
    this.chosen = this.#shared.chosen ?? 'online';
    const list = new Coalescer<'all'>(() => this.#load());
    const off = live.on((event) => {
      const concerns = event.type === 'presence.updated' && event.id !== session.user?.id;
      if (concerns || event.type === 'resync') list.add('all');
    });
    // The list may have been read before somebody came and the stream have begun after that was told.
    const unheard = live.whenOpen(() => list.add('all'));
    const end = new AbortController();
    const on = { signal: end.signal, passive: true, capture: true };
    for (const input of ['pointerdown', 'keydown', 'wheel']) addEventListener(input, () => this.#input(), on);
    addEventListener('focus', () => this.#input(true), on);
    addEventListener('storage', () => (this.chosen = readShared().chosen ?? 'online'), on);
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.#input(true), on);
    const beats = (this.#beats = new Coalescer((whose) => this.#beat(whose.includes('mine')), SOON_MS));
    const timer = setInterval(() => {
      beats.add('all');
      // Nobody tells of those who fall silent.
      if (document.visibilityState === 'visible') list.add('all');
    }, BEAT_MS);
    this.#stop = () => {
      end.abort();
      clearInterval(timer);
      off();
      unheard();
      list.stop();
      beats.stop();
      this.people = [];
      this.#said = null;
      this.#case = null;
      this.#stop = null;
      this.#beats = null;
    };
    this.#input(true);
    list.add('all');
    return this.#stop;
  }

  choose(state: PresenceState): void {
    this.chosen = state;
    this.#write({ chosen: state });
    this.#beats?.add('mine');
  }

  /** Before somebody logs out: colleagues need not wait until silence says so. */
  async leave(): Promise<void> {
    if (!this.#stop) return;
    this.#stop();
    await api.me.present('away', null).catch(() => {});
  }

  /** Which case is on screen. */
  visit(item: string | null): void {
    if (this.#case === item) return;
    this.#case = item;
    this.#beats?.add('mine');
  }

  #input(isArrival = false): void {
    const now = Date.now();
    const known = this.#shared;
    const isNews = isArrival || known.tab !== this.#tab || now - (known.input ?? 0) > NOTED_EVERY_MS;
    if (!isNews) return;
    this.#write({ tab: this.#tab, input: now });
    if (isArrival || this.#idle || this.#said === 'away') this.#beats?.add('mine');
  }

  /** The sign of life. A tab that somebody else looks past stays silent, so that two windows do not contradict each other. */
  async #beat(isMine: boolean): Promise<void> {
    if (document.visibilityState !== 'visible') return;
    this.#shared = readShared(this.#shared);
    const now = Date.now();
    const { tab, input = 0, beat = 0 } = this.#shared;
    this.#idle = isIdle(input, now);
    if (!isMine && tab !== this.#tab && now - beat < 1.5 * BEAT_MS) return;
    const state = this.chosen === 'away' || this.#idle ? 'away' : 'online';
    this.#write({ beat: now });
    this.#said = state;
    // Nobody waits for it; the next one comes by itself.
    await api.me.present(state, this.#case).catch(() => {});
  }

  #write(news: Partial<Shared>): void {
    this.#shared = { ...readShared(this.#shared), ...news };
    writeShared(this.#shared);
  }

  async #load(): Promise<void> {
    this.people = (await api.presence()).data;
  }
}

export const here = new Here();
