import {
  api, type Attribute, type Calendar, type CannedReply, type Channel, type Group, type Page, type Permission, type RuleGroup, type User
} from '../api';
import { live, type LiveEventName } from '../live/live.svelte';
import { session } from './session.svelte';

/** Names for menus and labels; whoever has more of them than this needs another control than a menu. */
const MOST_PAGES = 10;

/** A small list that many pages name things from: fetched once, and again when the server says it changed. */
class Shelf<T> {
  items = $state.raw<T[]>([]);
  #asked = false;
  readonly #needs: Permission;
  readonly #fetch: (cursor: string | undefined) => Promise<Page<T>>;

  constructor(needs: Permission, fetch: (cursor: string | undefined) => Promise<Page<T>>, changedBy: LiveEventName) {
    this.#needs = needs;
    this.#fetch = fetch;
    live.on((event) => {
      if (this.#asked && (event.type === changedBy || event.type === 'resync')) void this.#load();
    });
  }

  /** Call where the names are needed; without the permission the list stays empty. */
  want(): void {
    if (this.#asked || !session.can(this.#needs)) return;
    this.#asked = true;
    void this.#load();
  }

  /** What this page has just changed is not waited for. */
  refresh(): void {
    if (this.#asked) void this.#load();
  }

  forget(): void {
    this.#asked = false;
    this.items = [];
  }

  async #load(): Promise<void> {
    try {
      const all: T[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < MOST_PAGES; page++) {
        const answer = await this.#fetch(cursor);
        all.push(...answer.data);
        cursor = answer.next_cursor ?? undefined;
        if (!cursor) break;
      }
      this.items = all;
    } catch {
      // Names are a comfort; the page that needs the list itself shows its own error.
      this.#asked = false;
    }
  }
}

export const directory = {
  users: new Shelf<User>('user.read', (cursor) => api.users.list({ cursor }), 'user.updated'),
  channels: new Shelf<Channel>('channel.read', (cursor) => api.channels.list({ cursor }), 'channel.updated'),
  attributes: new Shelf<Attribute>('attribute.read', (cursor) => api.attributes.list({ cursor }), 'attribute.updated'),
  groups: new Shelf<Group>('group.read', (cursor) => api.groups.list({ cursor }), 'group.updated'),
  calendars: new Shelf<Calendar>('calendar.read', (cursor) => api.calendars.list({ cursor }), 'calendar.updated'),
  replies: new Shelf<CannedReply>('case.write', () => api.replies.list({ usable: true }), 'canned_reply.updated'),
  ruleGroups: new Shelf<RuleGroup>('rule.read', () => api.ruleGroups.list(), 'rule.updated')
};

export function forgetDirectory(): void {
  for (const shelf of Object.values(directory)) shelf.forget();
}
