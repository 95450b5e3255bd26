/** One stream for the page. It carries names only; what changed is fetched through the ordinary endpoints. */

export const LIVE_EVENTS = [
  'case.created', 'case.updated', 'message.created', 'message.updated', 'profile.updated', 'link.created', 'link.ended',
  'channel.updated', 'channel.health', 'widget.updated', 'code.updated', 'webhook.updated', 'user.updated', 'settings.updated',
  'attribute.updated', 'customer.typing', 'presence.updated', 'group.updated', 'calendar.updated', 'ivr_flow.updated', 'call_widget.updated', 'phone_number.updated',
  'topic.updated', 'verification_policy.updated', 'mandate.updated',
  'look_up.updated', 'call.updated', 'call.ringing', 'prompt.updated',
  'notice.created', 'rule.updated', 'import.updated', 'canned_reply.updated', 'saved_view.updated', 'privacy.updated',
  'engagement.updated', 'verification_lock.updated', 'topic.updated', 'verification_policy.updated', 'mandate.updated',
  'site.updated', 'visit.updated', 'invitation.updated', 'invitation.counted'
] as const;

export type LiveEventName = (typeof LIVE_EVENTS)[number];

export interface LiveEvent {
  /** `resync`: events were missed, fetch everything that is on screen. */
  type: LiveEventName | 'resync';
  /** Of what changed; `message.*` name the case that the message stands in. */
  id: string;
}

type Handler = (event: LiveEvent) => void;

const STALE_AFTER_MS = 10_000;
const SLEEP_AFTER_MS = 60_000;
const BACKOFF_MS = [1000, 2000, 5000, 10_000, 30_000];

export interface LiveSource {
  readonly readyState: number;
  onopen: ((event: Event) => void) | null;
  onerror: ((event: Event) => void) | null;
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

export class Live {
  /** No connection for ten seconds: what is on screen may be old. */
  stale = $state(false);

  readonly #open: () => LiveSource;
  readonly #handlers = new Set<Handler>();
  #source: LiveSource | null = null;
  #staleTimer: ReturnType<typeof setTimeout> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #sleepTimer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #missed = false;
  #isOpen = false;
  readonly #awaiting = new Set<() => void>();

  constructor(open: () => LiveSource) {
    this.#open = open;
  }

  on(handler: Handler): () => void {
    this.#handlers.add(handler);
    return () => this.#handlers.delete(handler);
  }

  /** Once the stream stands, unless it does: what was fetched before may have missed something since. */
  whenOpen(run: () => void): () => void {
    if (!this.#isOpen) this.#awaiting.add(run);
    return () => this.#awaiting.delete(run);
  }

  start(): void {
    if (this.#source) return;
    this.#connect();
  }

  stop(): void {
    this.#disconnect();
    clearTimeout(this.#sleepTimer);
    this.stale = false;
    this.#failures = 0;
    this.#missed = false;
  }

  /** Browsers allow six connections to a server over HTTP/1.1; a tab nobody looks at gives its own back. */
  visible(isVisible: boolean): void {
    clearTimeout(this.#sleepTimer);
    if (!isVisible) {
      this.#sleepTimer = setTimeout(() => {
        this.#disconnect();
        this.#missed = true;
      }, SLEEP_AFTER_MS);
    } else if (!this.#source) {
      this.#connect();
    }
  }

  /** Somebody does not want to wait for the next try. */
  reconnect(): void {
    this.#source?.close();
    this.#missed = true;
    this.#connect();
  }

  #connect(): void {
    clearTimeout(this.#retryTimer);
    const source = this.#open();
    this.#source = source;
    source.onopen = () => {
      clearTimeout(this.#staleTimer);
      this.#staleTimer = undefined;
      this.stale = false;
      this.#failures = 0;
      this.#isOpen = true;
      if (!this.#missed) for (const run of this.#awaiting) run();
      this.#awaiting.clear();
      if (this.#missed) this.#tell({ type: 'resync', id: '' });
      this.#missed = false;
    };
    source.onerror = () => {
      this.#isOpen = false;
      this.#staleTimer ??= setTimeout(() => (this.stale = true), STALE_AFTER_MS);
      // The browser resumes by `Last-Event-ID` after a broken line, but gives up after an error status.
      if (source.readyState === 2) {
        source.close();
        this.#missed = true;
        const wait = BACKOFF_MS[Math.min(this.#failures++, BACKOFF_MS.length - 1)];
        this.#retryTimer = setTimeout(() => this.#connect(), wait);
      }
    };
    for (const type of LIVE_EVENTS) {
      source.addEventListener(type, (event) => {
        const named = parse(event.data);
        if (named) this.#tell({ type, ...named });
      });
    }
    source.addEventListener('resync', () => this.#tell({ type: 'resync', id: '' }));
  }

  #disconnect(): void {
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#staleTimer);
    this.#staleTimer = undefined;
    this.#source?.close();
    this.#source = null;
    this.#isOpen = false;
  }

  #tell(event: LiveEvent): void {
    for (const handler of [...this.#handlers]) handler(event);
  }
}

function parse(data: string): { id: string } | null {
  try {
    const value = JSON.parse(data) as { id?: unknown };
    return typeof value.id === 'string' ? { id: value.id } : null;
  } catch {
    return null;
  }
}

export const live = new Live(() => new EventSource('/v1/live'));
