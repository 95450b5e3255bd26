import { api, type Case } from '$lib/api';
import { Coalescer } from '$lib/live/coalesce';
import type { LiveEvent } from '$lib/live/live.svelte';

export interface Notice {
  /** Distinct for each thing that happened. */
  id: string;
  kind: 'message' | 'assigned';
  case: Case;
  at: string;
}

/** The newest of my conversations; whoever has more open at once reads the queue, not this list. */
const MINE = 50;
const KEPT = 30;
/** One request for a burst, however many customers write. */
const WAIT_MS = 1500;
const STORE = 'countersign.notices-read';

type Fetch = (me: string) => Promise<Case[]>;

const mine: Fetch = async (me) => (await api.cases.list({ assignee: me, status: 'open', sort: 'newest', limit: MINE })).data;

/**
 * What concerns me: messages in my conversations, and conversations that became mine. It is told from two readings of
 * my own conversations, so nothing is kept on the server for it, and nothing personal in the browser.
 */
export class Notices {
  items = $state.raw<Notice[]>([]);
  /** Until when everything counts as read. */
  #readUntil = $state(readStore());
  #known: Map<string, Case> | null = null;
  #visited: string | null = null;
  readonly #me: string;
  readonly #fetch: Fetch;
  readonly #refresh = new Coalescer<'all'>(() => this.load(), WAIT_MS);

  constructor(me: string, fetch: Fetch = mine) {
    this.#me = me;
    this.#fetch = fetch;
  }

  get unread(): number {
    return this.items.filter((notice) => this.isUnread(notice)).length;
  }

  isUnread(notice: Notice): boolean {
    return notice.at > this.#readUntil && !this.#seen.has(notice.id);
  }

  #seen = $state.raw<ReadonlySet<string>>(new Set());

  onLive(event: LiveEvent): void {
    if (event.type === 'resync' || event.type.startsWith('case.') || event.type === 'message.created') this.#refresh.add('all');
  }

  /** Somebody looks at this conversation: what is in it is no news. */
  visit(item: string | null): void {
    this.#visited = item;
    if (item) this.#see(this.items.filter((notice) => notice.case.id === item));
  }

  readAll(): void {
    const newest = this.items.reduce((last, notice) => (notice.at > last ? notice.at : last), this.#readUntil);
    this.#readUntil = newest;
    try {
      localStorage.setItem(STORE, newest);
    } catch {
      // Without storage they are unread again after a reload.
    }
  }

  async load(): Promise<void> {
    const cases = await this.#fetch(this.#me);
    const known = this.#known;
    this.#known = new Map(cases.map((item) => [item.id, item]));
    const news = cases.flatMap((item) => newsOf(item, known));
    if (news.length === 0) return;
    const fresh = new Map([...news, ...this.items].map((notice) => [notice.id, notice] as const).reverse());
    this.items = [...fresh.values()].sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, KEPT);
    this.#see(news.filter((notice) => notice.case.id === this.#visited));
  }

  stop(): void {
    this.#refresh.stop();
  }

  #see(notices: readonly Notice[]): void {
    if (notices.length > 0) this.#seen = new Set([...this.#seen, ...notices.map((notice) => notice.id)]);
  }
}

/** What happened to one of my conversations since the last reading; at the first, only what waits unread. */
function newsOf(item: Case, known: Map<string, Case> | null): Notice[] {
  const before = known?.get(item.id);
  const last = item.last_message;
  const news: Notice[] = [];
  if (known && !before) news.push({ id: `${item.id} ${item.updated_at}`, kind: 'assigned', case: item, at: item.updated_at });
  const isNew = last?.direction === 'inbound' && item.unread_count > 0 && last.id !== before?.last_message?.id;
  if (last && isNew && news.length === 0) news.push({ id: last.id, kind: 'message', case: item, at: last.at });
  return news;
}

function readStore(): string {
  try {
    return localStorage.getItem(STORE) ?? '';
  } catch {
    return '';
  }
}
