import { api, type Case, type Told } from '$lib/api';
import { Coalescer } from '$lib/live/coalesce';
import type { LiveEvent } from '$lib/live/live.svelte';

/** Something that concerns me; its id is distinct for each thing that happened. */
export type Notice = { id: string; at: string; item: string } & (
  | { kind: 'message' | 'assigned'; case: Case }
  | { kind: 'rule'; rule: string; text: string; masked: boolean }
  | { kind: 'chat_ends' }
);

/** The newest of my conversations; whoever has more open at once reads the queue, not this list. */
const MINE = 50;
const KEPT = 30;
/** Of both kinds, while they are listed. */
const SEEN_KEPT = 3 * KEPT;
/** One request for a burst, however many customers write. */
const WAIT_MS = 1500;
/** Nobody is told by a rule in bursts. */
const SOON_MS = 200;
const STORE = 'countersign.notices-read';
const STORE_SEEN = 'countersign.notices-seen';

export interface Sources {
  mine: (me: string) => Promise<Case[]>;
  told: () => Promise<Told[]>;
  /** The server knows about all or none. */
  readTold: () => Promise<void>;
}

const server: Sources = {
  mine: async (me) => (await api.cases.list({ assignee: me, status: 'open', sort: 'newest', limit: MINE })).data,
  told: async () => (await api.me.notices()).data,
  readTold: () => api.me.readNotices()
};

/**
 * What concerns me: messages in my conversations, conversations that became mine, and what the server told me: what rules say, and of
 * chats that end. The first two
 * are told from two readings of my own conversations, so nothing is kept on the server for them, and nothing personal
 * in the browser.
 */
export class Notices {
  /** What rules said could not be read. */
  failed = $state(false);
  readonly items: Notice[] = $derived.by(() => newest([...this.#told, ...this.#news]));
  #told = $state.raw<Notice[]>([]);
  #news = $state.raw<Notice[]>([]);
  /** Which of what rules said the server counts as unread. */
  #unreadTold = $state.raw<ReadonlySet<string>>(new Set());
  /** Until when all other things count as read. */
  #readUntil = $state(readStore(STORE));
  /** What was read one by one. */
  #seen = $state.raw<ReadonlySet<string>>(new Set(readStore(STORE_SEEN).split(' ').filter(Boolean)));
  #known: Map<string, Case> | null = null;
  #visited: string | null = null;
  readonly #me: string;
  readonly #from: Sources;
  readonly #refresh = new Coalescer<'mine'>(() => this.#loadMine(), WAIT_MS);
  readonly #refreshTold = new Coalescer<'told'>(() => this.#loadTold(), SOON_MS);

  constructor(me: string, from: Sources = server) {
    this.#me = me;
    this.#from = from;
  }

  get unread(): number {
    return this.items.filter((notice) => this.isUnread(notice)).length;
  }

  isUnread(notice: Notice): boolean {
    if (this.#seen.has(notice.id)) return false;
    return isTold(notice) ? this.#unreadTold.has(notice.id) : notice.at > this.#readUntil;
  }

  onLive(event: LiveEvent): void {
    const isAll = event.type === 'resync';
    if (isAll || event.type.startsWith('case.') || event.type === 'message.created') this.#refresh.add('mine');
    if (isAll || (event.type === 'notice.created' && event.id === this.#me)) this.#refreshTold.add('told');
  }

  /** Somebody looks at this conversation: what is in it is no news. */
  visit(item: string | null): void {
    this.#visited = item;
    if (item) this.#see(this.items.filter((notice) => notice.item === item));
  }

  read(notice: Notice): void {
    this.#see([notice]);
  }

  readAll(): void {
    this.#readUntil = this.#news.reduce((last, notice) => (notice.at > last ? notice.at : last), this.#readUntil);
    writeStore(STORE, this.#readUntil);
    this.#see(this.#told);
  }

  async load(): Promise<void> {
    await Promise.all([this.#loadMine(), this.#loadTold()]);
  }

  stop(): void {
    this.#refresh.stop();
    this.#refreshTold.stop();
  }

  async #loadMine(): Promise<void> {
    const cases = await this.#from.mine(this.#me);
    const known = this.#known;
    this.#known = new Map(cases.map((item) => [item.id, item]));
    const news = cases.flatMap((item) => newsOf(item, known));
    if (news.length === 0) return;
    const fresh = new Map([...news, ...this.#news].map((notice) => [notice.id, notice] as const).reverse());
    this.#news = newest([...fresh.values()]);
    this.#see(news.filter((notice) => notice.item === this.#visited));
  }

  async #loadTold(): Promise<void> {
    try {
      const told = await this.#from.told();
      this.failed = false;
      this.#unreadTold = new Set(told.filter((one) => !one.read_at).map((one) => one.id));
      this.#told = told.map(({ id, at, case: item, kind, rule, text, masked = [] }) =>
        kind === 'chat_ends' ? { id, at, item, kind } : { id, at, item, kind: 'rule', rule, text, masked: masked.includes('text') }
      );
      this.#see(this.#told.filter((notice) => notice.item === this.#visited));
    } catch {
      this.failed = true;
    }
  }

  #see(notices: readonly Notice[]): void {
    const unread = notices.filter((notice) => this.isUnread(notice));
    if (unread.length === 0) return;
    this.#seen = new Set([...this.#seen, ...unread.map((notice) => notice.id)].slice(-SEEN_KEPT));
    writeStore(STORE_SEEN, [...this.#seen].join(' '));
    const isLast = unread.some(isTold) && !this.#told.some((notice) => this.isUnread(notice));
    // The other devices hear of it once nothing is left; until then this browser remembers.
    if (isLast) void this.#from.readTold().catch(() => {});
  }
}

/** The server keeps it, and knows whether it was read. */
const isTold = (notice: Notice) => notice.kind === 'rule' || notice.kind === 'chat_ends';

const newest = (notices: Notice[]) => notices.sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, KEPT);

/** What happened to one of my conversations since the last reading; at the first, only what waits unread. */
function newsOf(item: Case, known: Map<string, Case> | null): Notice[] {
  const before = known?.get(item.id);
  const last = item.last_message;
  const of = { item: item.id, case: item };
  if (known && !before) return [{ id: `${item.id}@${item.updated_at}`, kind: 'assigned', at: item.updated_at, ...of }];
  const isNew = last?.direction === 'inbound' && item.unread_count > 0 && last.id !== before?.last_message?.id;
  return last && isNew ? [{ id: last.id, kind: 'message', at: last.at, ...of }] : [];
}

function readStore(name: string): string {
  try {
    return localStorage.getItem(name) ?? '';
  } catch {
    return '';
  }
}

function writeStore(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Without storage they are unread again after a reload.
  }
}
