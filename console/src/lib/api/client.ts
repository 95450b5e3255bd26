import { ApiError, readProblem, unreachable } from './problem';

export type QueryValue = string | number | boolean | null | undefined;
export type Query = Record<string, QueryValue>;

interface Options {
  query?: Query | undefined;
  body?: unknown;
  signal?: AbortSignal | undefined;
  /** Log-in itself must not lead to the log-in page. */
  anonymous?: boolean;
  /** What a window says while it closes: sent on after it is gone. */
  keepalive?: boolean;
}

export interface ClientConfig {
  fetch?: typeof fetch;
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  csrf?: () => string | null;
  onUnauthenticated?: () => void;
}

const RETRIES = 2;
const LONGEST_WAIT_SECS = 10;
const AHEAD_MS = 3000;
/** After this, the same words are a new wish, not a second press. */
const SAME_INTENT_MS = 10 * 60_000;

/**
 * The one way to the server. Every POST carries an `Idempotency-Key`; when it is unknown whether the server acted,
 * pressing the button again sends the same key, so that nothing happens twice.
 */
export class Client {
  readonly #fetch: typeof fetch;
  readonly #sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly #uncertain = new Map<string, { key: string; until: number }>();
  readonly #ahead = new Map<string, Promise<unknown>>();
  csrf: () => string | null;
  onUnauthenticated: () => void;

  constructor(config: ClientConfig = {}) {
    this.#fetch = config.fetch ?? ((input, init) => fetch(input, init));
    this.#sleep = config.sleep ?? sleep;
    this.csrf = config.csrf ?? (() => null);
    this.onUnauthenticated = config.onUnauthenticated ?? (() => {});
  }

  get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
    const url = path + queryString(query);
    const asked = this.#ahead.get(url) as Promise<T> | undefined;
    this.#ahead.delete(url);
    return asked ?? this.request<T>('GET', path, { query, signal });
  }

  /** Asks for what the page will ask for once it is drawn; the next `get` of it takes this answer. */
  ahead(path: string, query?: Query): void {
    const url = path + queryString(query);
    if (this.#ahead.has(url)) return;
    const asked = this.request('GET', path, { query });
    this.#ahead.set(url, asked);
    // Nobody may come for it; an old answer helps nobody, and what failed is told to whoever asks.
    asked.catch(() => {});
    setTimeout(() => this.#ahead.get(url) === asked && this.#ahead.delete(url), AHEAD_MS);
  }

  /** What was asked for belongs to somebody who is not here any more. */
  forgetAhead(): void {
    this.#ahead.clear();
  }

  post<T>(path: string, body?: unknown, options: Options = {}): Promise<T> {
    return this.request<T>('POST', path, { ...options, body });
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.request<T>('PUT', path, { body });
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.request<T>('PATCH', path, { body });
  }

  delete<T = void>(path: string, body?: unknown): Promise<T> {
    return this.request<T>('DELETE', path, { body });
  }

  /** A file as it is. Without an idempotency key: a file that came twice and is sent once is cleaned away. */
  async upload<T>(path: string, file: File): Promise<T> {
    const name = encodeURIComponent(file.name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
    const headers = new Headers({
      accept: 'application/json',
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename*=UTF-8''${name}`
    });
    const token = this.csrf();
    if (token) headers.set('x-csrf-token', token);
    try {
      return await this.#send<T>('POST', path, headers, file, {});
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.onUnauthenticated();
      throw error;
    }
  }

  /** Bytes in the place of those that are there. */
  async bytes<T>(path: string, type: string, body: Blob): Promise<T> {
    const headers = new Headers({ accept: 'application/json', 'content-type': type });
    const token = this.csrf();
    if (token) headers.set('x-csrf-token', token);
    try {
      return await this.#send<T>('PUT', path, headers, body, {});
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.onUnauthenticated();
      throw error;
    }
  }

  /** A file that the server makes, whole. */
  async file(path: string, query: Query): Promise<Blob> {
    try {
      return await this.#send<Blob>('GET', path + queryString(query), new Headers({ accept: '*/*' }), undefined, {}, (r) => r.blob());
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.onUnauthenticated();
      throw error;
    }
  }

  async request<T>(method: string, path: string, options: Options = {}): Promise<T> {
    const text = options.body === undefined ? undefined : JSON.stringify(options.body);
    const intent = `${path}\n${text ?? ''}`;
    const headers = new Headers({ accept: 'application/json' });
    if (text !== undefined) headers.set('content-type', 'application/json');
    if (method !== 'GET') {
      const token = this.csrf();
      if (token) headers.set('x-csrf-token', token);
    }
    if (method === 'POST') {
      headers.set('idempotency-key', this.#keyFor(intent));
    }

    try {
      const answer = await this.#send<T>(method, path + queryString(options.query), headers, text, options);
      this.#uncertain.delete(intent);
      return answer;
    } catch (error) {
      if (error instanceof ApiError && !error.uncertain) this.#uncertain.delete(intent);
      if (error instanceof ApiError && error.status === 401 && !options.anonymous) this.onUnauthenticated();
      throw error;
    }
  }

  #keyFor(intent: string): string {
    const known = this.#uncertain.get(intent);
    if (known && known.until > Date.now()) return known.key;
    const key = randomKey();
    this.#uncertain.set(intent, { key, until: Date.now() + SAME_INTENT_MS });
    return key;
  }

  async #send<T>(
    method: string,
    url: string,
    headers: Headers,
    body: string | Blob | undefined,
    { signal, keepalive }: Options,
    take: (response: Response) => Promise<T> = read
  ): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      let response: Response;
      try {
        response = await this.#fetch(url, {
          method,
          headers,
          body: body ?? null,
          signal: signal ?? null,
          keepalive: keepalive ?? false,
          credentials: 'same-origin',
          cache: 'no-store'
        });
      } catch (cause) {
        if (isAbort(cause)) throw cause;
        throw unreachable(cause);
      }
      if (response.ok) return await take(response);
      const problem = await readProblem(response);
      const wait = problem.retryAfter;
      const again =
        method === 'GET' && response.status === 503 && attempt < RETRIES && wait !== null && wait <= LONGEST_WAIT_SECS;
      if (!again) throw problem;
      await this.#sleep(wait * 1000, signal);
    }
  }
}

async function read<T>(response: Response): Promise<T> {
  if (response.status === 204) return undefined as T;
  try {
    return (await response.json()) as T;
  } catch (cause) {
    throw unreachable(cause);
  }
}

export function queryString(query: Query | undefined): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') params.set(key, String(value));
  }
  const text = params.toString();
  return text ? `?${text}` : '';
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** `crypto.randomUUID` exists only in secure contexts; a console on plain HTTP in a laboratory must work too. */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new DOMException('Aborted', 'AbortError'));
    });
  });
}
