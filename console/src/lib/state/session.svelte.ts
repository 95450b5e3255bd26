import { api, client, type LogIn, type Me, type Permission } from '../api';
import { words } from '../messages/words.svelte';
import { applyTheme } from './theme';

class Session {
  me = $state.raw<Me | null>(null);
  /** The server ended it while somebody worked: the log-in page says so. */
  ended = false;
  #csrf: string | null = null;
  #asking: Promise<Me> | null = null;

  constructor() {
    client.csrf = () => this.#csrf;
  }

  get user() {
    return this.me?.user ?? null;
  }

  can(permission: Permission): boolean {
    return this.me?.permissions.includes(permission) ?? false;
  }

  /** Asks who this is, unless it is known already or asked at this moment. */
  async ensure(): Promise<Me> {
    if (this.me) return this.me;
    this.#asking ??= this.refresh().finally(() => (this.#asking = null));
    return this.#asking;
  }

  async refresh(): Promise<Me> {
    const me = await api.me.get();
    this.me = me;
    this.#csrf = me.csrf_token;
    applyTheme(me.user.theme);
    await words.follow(me.user.language);
    return me;
  }

  /** After log-in, set-up or an accepted invitation; whoever is new keeps the language that welcomed them. */
  async enter(answer: LogIn, isNew = false): Promise<void> {
    this.#csrf = answer.csrf_token;
    this.ended = false;
    if (isNew && answer.user.language !== words.language) await api.me.update({ language: words.language }).catch(() => {});
    await this.refresh();
  }

  forget(): void {
    client.forgetAhead();
    this.me = null;
    this.#csrf = null;
  }
}

export const session = new Session();
