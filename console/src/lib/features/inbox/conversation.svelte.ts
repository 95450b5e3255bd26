import { api, isAbort, type Case, type Firing, type Link, type Message, type Profile } from '$lib/api';
import { Coalescer } from '$lib/live/coalesce';
import type { LiveEvent } from '$lib/live/live.svelte';
import { Resource } from '$lib/state/resource.svelte';
import { session } from '$lib/state/session.svelte';
import { mergeLatest } from './messages';

/** How long a sign of typing counts; another one comes sooner while they write. */
const TYPING_MS = 6000;
/** Pages that are read back for one message. */
const REACH_PAGES = 25;

type Part = 'case' | 'messages' | 'person' | 'firings';

/** One open conversation: the case, its messages, and the customer behind it. */
export class Conversation {
  readonly id: string;
  readonly item: Resource<Case>;
  readonly person: Resource<{ profile: Profile; links: Link[] }>;
  readonly latest: Resource<Message[]>;
  messages = $state.raw<Message[]>([]);
  earlier = $state.raw<string | null>(null);
  /** What rules did, as far back as messages are shown. */
  firings = $state.raw<Firing[]>([]);
  /** The customer is writing at this moment. */
  typing = $state(false);
  #moreFirings: string | null = null;
  #opened: Promise<void> = Promise.resolve();
  #typingEnds: ReturnType<typeof setTimeout> | undefined;
  readonly #onCase: (item: Case) => void;
  readonly #refresh = new Coalescer<Part>((parts) => this.#refetch(parts));

  constructor(id: string, onCase: (item: Case) => void) {
    this.id = id;
    this.#onCase = onCase;
    this.item = new Resource((signal) => api.cases.get(id, signal));
    this.latest = new Resource(async (signal) => {
      const page = await api.cases.messages(id, {}, signal);
      const merged = mergeLatest(this.messages, page.data);
      if (this.messages.length === 0 || merged.gap) this.earlier = page.next_cursor ?? null;
      this.messages = merged.items;
      return page.data;
    });
    this.person = new Resource(async (signal) => {
      const profile = this.item.data?.identity.profile.id;
      if (!profile) throw new DOMException('No case yet', 'AbortError');
      const [view, links] = await Promise.all([api.profiles.get(profile, signal), api.profiles.links(profile, signal)]);
      return { profile: view, links: links.data };
    });
  }

  open(): Promise<void> {
    return (this.#opened = this.#open());
  }

  close(): void {
    clearTimeout(this.#typingEnds);
    this.#refresh.stop();
    this.item.stop();
    this.latest.stop();
    this.person.stop();
  }

  put(item: Case): void {
    const before = this.item.data?.identity.profile.id;
    this.item.data = item;
    this.#onCase(item);
    if (before !== item.identity.profile.id) this.#refresh.add('person');
  }

  /** What changed of the customer on screen; another may be there by now. */
  putPerson(profile: Profile): void {
    const shown = this.person.data;
    if (shown?.profile.id === profile.id) this.person.data = { ...shown, profile };
  }

  add(message: Message): void {
    this.messages = mergeLatest(this.messages, [message]).gap
      ? [...this.messages, message]
      : [...this.messages.filter((known) => known.id !== message.id), message];
  }

  replaceMessage(message: Message): void {
    this.messages = this.messages.map((known) => (known.id === message.id ? message : known));
  }

  async loadEarlier(limit?: number): Promise<void> {
    const before = this.earlier;
    if (!before) return;
    const page = await api.cases.messages(this.id, { before, limit });
    const known = new Set(this.messages.map((message) => message.id));
    this.messages = [...page.data.filter((message) => !known.has(message.id)), ...this.messages];
    this.earlier = page.next_cursor ?? null;
    await this.#coverFirings();
  }

  /** Reads back until a message is there; not for ever. */
  async reach(message: string): Promise<boolean> {
    await this.#opened;
    const isHere = () => this.messages.some((known) => known.id === message);
    for (let page = 0; !isHere() && this.earlier && page < REACH_PAGES; page++) await this.loadEarlier(200);
    return isHere();
  }

  /** It may have gone on since it was read. */
  async catchUp(): Promise<void> {
    await this.#opened;
    for (const part of ['case', 'messages', 'firings'] as const) this.#refresh.add(part);
  }

  onLive(event: LiveEvent): void {
    const item = this.item.data;
    if (event.type === 'customer.typing') {
      if (event.id === this.id) this.#showTyping(true);
      return;
    }
    if (event.type === 'message.created' && event.id === this.id) this.#showTyping(false);
    if (event.type === 'resync') this.#wantAll();
    // Whether chats end by themselves is said there.
    else if (event.type === 'settings.updated') this.#refresh.add('case');
    else if (event.type === 'case.updated' && event.id === this.id) {
      // Rules tell of what they did by the case.
      for (const part of ['case', 'messages', 'firings'] as const) this.#refresh.add(part);
    } else if (event.type === 'message.created' || event.type === 'message.updated') {
      if (event.id === this.id) this.#refresh.add('messages');
    } else if (event.type === 'profile.updated' && event.id === item?.identity.profile.id) {
      this.#refresh.add('person');
    } else if (event.type === 'link.created' || event.type === 'link.ended') {
      this.#refresh.add('case');
      this.#refresh.add('person');
    }
  }

  async markRead(): Promise<void> {
    const item = this.item.data;
    if (!item || item.unread_count === 0 || !session.can('case.write') || document.visibilityState !== 'visible') return;
    try {
      await api.cases.read(this.id);
      this.put({ ...item, unread_count: 0 });
    } catch (error) {
      // Reading marks nothing important; the next message tries again.
      if (isAbort(error)) throw error;
    }
  }

  #showTyping(isTyping: boolean): void {
    clearTimeout(this.#typingEnds);
    this.typing = isTyping;
    if (isTyping) this.#typingEnds = setTimeout(() => (this.typing = false), TYPING_MS);
  }

  #wantAll(): void {
    for (const part of ['case', 'messages', 'person', 'firings'] as const) this.#refresh.add(part);
  }

  async #open(): Promise<void> {
    await Promise.all([this.#loadCase(), this.latest.load()]);
    // The conversation does not wait for them.
    void this.#loadFirings();
    await this.markRead();
  }

  async #loadCase(): Promise<void> {
    await this.item.load();
    if (this.item.data) {
      this.#onCase(this.item.data);
      if (session.can('profile.read')) await this.person.load();
    }
  }

  /** They explain the conversation; one that cannot be explained is shown all the same. */
  async #loadFirings(): Promise<void> {
    try {
      const page = await api.cases.firings(this.id, {});
      const known = new Set(page.data.map((firing) => firing.id));
      const overlaps = this.firings.some((firing) => known.has(firing.id));
      if (!overlaps) this.#moreFirings = page.next_cursor ?? null;
      this.firings = [...page.data, ...(overlaps ? this.firings.filter((firing) => !known.has(firing.id)) : [])];
      await this.#coverFirings();
    } catch {
      // The next event tries again.
    }
  }

  /** As far back as messages are shown. */
  async #coverFirings(): Promise<void> {
    const since = this.earlier === null ? '' : (this.messages[0]?.received_at ?? '');
    while (this.#moreFirings && (this.firings[this.firings.length - 1]?.at ?? '') > since) {
      const page = await api.cases.firings(this.id, { cursor: this.#moreFirings });
      this.#moreFirings = page.next_cursor ?? null;
      this.firings = [...this.firings, ...page.data];
    }
  }

  async #refetch(parts: Part[]): Promise<void> {
    const before = this.item.data?.identity;
    const work: Promise<void>[] = [];
    if (parts.includes('messages')) work.push(this.latest.load());
    if (parts.includes('case')) work.push(this.item.load());
    if (parts.includes('firings')) work.push(this.#loadFirings());
    await Promise.all(work);
    const item = this.item.data;
    if (item && parts.includes('case')) this.#onCase(item);
    const other = before?.profile.id !== item?.identity.profile.id || before?.link !== item?.identity.link;
    if (session.can('profile.read') && (other || parts.includes('person'))) await this.person.load();
    await this.markRead();
  }
}
