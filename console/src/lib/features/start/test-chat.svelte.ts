import { api, type Case, type Channel, type Widget } from '$lib/api';
import { randomKey } from '$lib/api/client';
import { Resource } from '$lib/state/resource.svelte';
import { callAsPage, isGone, signToken } from './page-api';

/** How the test's channel and widget are found again. */
const NAME = 'Test chat';
const ACCENT = '#2f5bd0';
const TOKEN_SECS = 120;
const KEYS_MAX = 2;

export interface IssuedCode {
  display: string;
  expires_at: string;
}

export interface ChatLine {
  id: string;
  direction: 'in' | 'out';
  text: string;
}

interface Ready {
  channel: string;
  widget: string;
  kid: string;
  secret: string;
  session: string;
}

/**
 * Both sides of an identification: a page with the widget and a customer in the web chat, by the calls that real pages
 * make. Nothing here has rights that a page has not; only the channel, the widget and its key are made as this person.
 */
export class TestChat {
  lines = $state.raw<ChatLine[]>([]);
  code = $state.raw<IssuedCode | null>(null);
  ready = $state.raw<Ready | null>(null);
  readonly seen: Resource<Case | null>;
  readonly #abort = new AbortController();

  constructor() {
    this.seen = new Resource(async (signal) => {
      if (!this.ready || this.lines.length === 0) return null;
      const page = await api.cases.list({ channel: this.ready.channel, sort: 'newest', limit: 1 }, signal);
      return page.data[0] ?? null;
    });
  }

  stop(): void {
    this.#abort.abort();
    this.seen.stop();
  }

  /** Makes what is missing. The key is new each time: its secret is shown once and kept in memory only. */
  async prepare(): Promise<void> {
    const channel = await this.#channel();
    const widget = await this.#widget(channel.id);
    const oldest = widget.keys[0];
    if (widget.keys.length >= KEYS_MAX && oldest) await api.widgets.removeKey(widget.id, oldest.kid);
    const key = await api.widgets.addKey(widget.id, { algorithm: 'HS256' });
    const session = await this.#open(channel.id);
    this.ready = { channel: channel.id, widget: widget.id, kid: key.kid, secret: key.secret ?? '', session };
    void this.#follow();
  }

  async getCode(name: string): Promise<void> {
    const ready = this.ready;
    if (!ready) return;
    const iat = Math.floor(Date.now() / 1000);
    const claims = { aud: ready.widget, sub: 'countersign-test', name, iat, exp: iat + TOKEN_SECS, jti: randomKey() };
    const token = await signToken(ready.kid, ready.secret, claims);
    this.code = await callAsPage<IssuedCode>('POST', `/public/widgets/${ready.widget}/codes`, { body: { token } });
  }

  async send(text: string): Promise<void> {
    const ready = this.ready;
    if (!ready) return;
    const line = await callAsPage<ChatLine>('POST', `/public/web-chats/${ready.channel}/messages`, {
      body: { id: randomKey(), text },
      bearer: ready.session
    });
    this.#add([line]);
    await this.seen.load();
  }

  async #channel(): Promise<Channel> {
    const page = await api.channels.list({});
    const known = page.data.find((c) => c.kind === 'web_chat' && c.name === NAME && c.config.origins?.includes(location.origin));
    if (known?.state === 'paused') return api.channels.update(known.id, { state: 'active' });
    const config = { origins: [location.origin], title: NAME, greeting: '', accent: ACCENT };
    return known ?? api.channels.create({ kind: 'web_chat', name: NAME, config });
  }

  async #widget(channel: string): Promise<Widget> {
    const page = await api.widgets.list({}, this.#abort.signal);
    const known = page.data.find((w) => w.name === NAME && w.origins.includes(location.origin) && w.mode === 'signed');
    return known ?? api.widgets.create({ name: NAME, origins: [location.origin], mode: 'signed', channels: [channel] });
  }

  async #open(channel: string): Promise<string> {
    const opened = await callAsPage<{ session: string }>('POST', `/public/web-chats/${channel}/sessions`, { body: {} });
    return opened.session;
  }

  #add(lines: ChatLine[]): void {
    const known = new Set(this.lines.map((line) => line.id));
    this.lines = [...this.lines, ...lines.filter((line) => !known.has(line.id))];
  }

  /** Fetches what the team answers, for as long as the page is open. */
  async #follow(): Promise<void> {
    const signal = this.#abort.signal;
    while (!signal.aborted && this.ready) {
      const { channel, session } = this.ready;
      const last = this.lines.at(-1)?.id;
      const query = `wait=25${last ? `&after=${last}` : ''}`;
      try {
        const news = await callAsPage<{ data: ChatLine[] }>('GET', `/public/web-chats/${channel}/messages?${query}`, {
          bearer: session,
          signal
        });
        this.#add(news.data);
      } catch (error) {
        if (signal.aborted || isGone(error)) return;
        await new Promise((resolve) => setTimeout(resolve, 5000));
      }
    }
  }
}
