import { api, type Presence, type PresenceState } from '../api';
import { Coalescer } from '../live/coalesce';
import { live } from '../live/live.svelte';
import { isIdle, readShared, tabName, writeShared, type Shared } from './presence';
import { session } from './session.svelte';

const BEAT_MS = 30_000;
/** What changes together is said once. */
const SOON_MS = 60;
/** What failed is tried again before the next beat. */
const AGAIN_MS = 3000;
/** A window that nobody looks at says so, but not of each glance elsewhere. */
const LEFT_MS = 10_000;
/** How long a key counts as writing, and how often it is said meanwhile. */
const WRITING_MS = 8000;
const WRITING_EVERY_MS = 4000;
/** Input is written down for the other tabs no more often than this. */
const NOTED_EVERY_MS = 15_000;

/** Who of the team is here. Each window says so for itself and its conversation; none speaks for another. */
class Here {
  people = $state.raw<Presence[]>([]);
  chosen = $state<PresenceState>('online');
  readonly #tab = tabName();
  #shared: Shared = {};
  #case: string | null = null;
  #writesUntil = 0;
  #saidWriting = 0;
  #said: PresenceState | null = null;
  /** Nobody touched any tab for a while: colleagues see it, and so does the person. */
  #idle = $state(false);
  #beats: Coalescer<'mine'> | null = null;
  #list: Coalescer<'all'> | null = null;
  #again: ReturnType<typeof setTimeout> | undefined;
  #look: ReturnType<typeof setTimeout> | undefined;
  #stop: (() => void) | null = null;

  /** How somebody is now; `undefined` for those who are not here. */
  of(user: string | undefined): PresenceState | undefined {
    if (user === session.user?.id) return this.#idle ? 'away' : this.chosen;
    return this.people.find((one) => one.id === user)?.state;
  }

  /** Who else has a case open. */
  beside(item: string): Presence[] {
    return this.people.filter((one) => one.cases.some((seen) => seen.case === item) && one.id !== session.user?.id);
  }

  /** Who else writes in a case at this moment. */
  writing(item: string): Presence[] {
    return this.beside(item).filter((one) => one.cases.some((seen) => seen.case === item && seen.is_writing));
  }

  /** A key was pressed in the conversation on screen, or what was written is gone: sent, or deleted. */
  write(isWriting: boolean): void {
    const now = Date.now();
    const was = this.#writesUntil > now;
    this.#writesUntil = isWriting ? now + WRITING_MS : 0;
    if (isWriting === was && (!isWriting || now - this.#saidWriting < WRITING_EVERY_MS)) return;
    this.#saidWriting = now;
    this.#beats?.add('mine');
  }

  /** Begins for whoever is logged in; answers with its end. */
  start(): () => void {
    this.#stop?.();
    this.#shared = readShared();
    this.chosen = this.#shared.chosen ?? 'online';
    const list = (this.#list = new Coalescer<'all'>(() => this.#load()));
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
    const beats = (this.#beats = new Coalescer(() => this.#beat(), SOON_MS));
    addEventListener('storage', () => {
      const { chosen = 'online' } = readShared();
      if (chosen !== this.chosen) beats.add('mine');
      this.chosen = chosen;
    }, on);
    let left: ReturnType<typeof setTimeout> | undefined;
    document.addEventListener('visibilitychange', () => {
      clearTimeout(left);
      if (document.visibilityState === 'visible') this.#input(true);
      else left = setTimeout(() => void this.#say(null), LEFT_MS);
    }, on);
    // A window that closes is no longer here; one that comes back from the browser's memory says so itself.
    addEventListener('pagehide', () => void api.me.leave(this.#tab).catch(() => {}), on);
    addEventListener('pageshow', () => this.#input(true), on);
    const timer = setInterval(() => {
      beats.add('mine');
      // Nobody tells of those who fall silent.
      if (document.visibilityState === 'visible') list.add('all');
    }, BEAT_MS);
    this.#stop = () => {
      end.abort();
      clearInterval(timer);
      clearTimeout(left);
      clearTimeout(this.#again);
      clearTimeout(this.#look);
      off();
      unheard();
      list.stop();
      beats.stop();
      this.people = [];
      this.#said = null;
      this.#case = null;
      this.#stop = null;
      this.#beats = null;
      this.#list = null;
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
    await api.me.leave(this.#tab).catch(() => {});
  }

  /** Which case is on screen. */
  visit(item: string | null): void {
    if (this.#case === item) return;
    this.#case = item;
    this.#writesUntil = 0;
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

  /** The sign of life of a window that is looked at. */
  async #beat(): Promise<void> {
    if (document.visibilityState !== 'visible') return;
    this.#shared = readShared(this.#shared);
    this.#idle = isIdle(this.#shared.input ?? 0, Date.now());
    await this.#say(this.#case);
  }

  async #say(item: string | null): Promise<void> {
    const state = this.chosen === 'away' || this.#idle ? 'away' : 'online';
    this.#said = state;
    clearTimeout(this.#again);
    try {
      await api.me.present({ state, case: item, is_writing: this.#writesUntil > Date.now(), tab: this.#tab });
    } catch {
      // Nobody waits for it, but colleagues would not see this person until the next beat.
      this.#again = setTimeout(() => this.#beats?.add('mine'), AGAIN_MS);
    }
  }

  #write(news: Partial<Shared>): void {
    this.#shared = { ...readShared(this.#shared), ...news };
    writeShared(this.#shared);
  }

  async #load(): Promise<void> {
    clearTimeout(this.#look);
    const again = (ms: number) => (this.#look = setTimeout(() => this.#list?.add('all'), ms));
    try {
      this.people = (await api.presence()).data;
      // Nobody tells of those who stop writing without a word.
      if (this.people.some((one) => one.cases.some((seen) => seen.is_writing))) again(WRITING_MS + 2500);
    } catch {
      again(AGAIN_MS);
    }
  }
}

export const here = new Here();
