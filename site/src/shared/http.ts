/** Requests to `/public/…` on our own origin: JSON, no cookies, problems as one type. */
export class Problem extends Error {
  constructor(
    /** HTTP status; 0 when there was no answer at all. */
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly hint: string,
    readonly requestId: string,
    readonly retryAfter: number,
  ) {
    super(code);
  }

  /** Worth trying again with nothing changed. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export interface Call {
  method?: "GET" | "POST";
  body?: unknown;
  bearer?: string;
  signal?: AbortSignal;
  timeout?: number;
}

export async function call<T>(path: string, { method = "GET", body, bearer, signal, timeout = 20_000 }: Call = {}): Promise<T> {
  const stop = new AbortController();
  const abort = () => stop.abort();
  const timer = setTimeout(abort, timeout);
  signal?.addEventListener("abort", abort);
  if (signal?.aborted) abort();
  try {
    const headers: Record<string, string> = { Accept: "application/json" };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (bearer !== undefined) headers["Authorization"] = `Bearer ${bearer}`;
    const response = await fetch(path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      signal: stop.signal,
    });
    if (response.status === 204) return undefined as T;
    const data = (await response.json().catch(() => undefined)) as unknown;
    if (response.ok && data !== undefined) return data as T;
    throw problemOf(response, data);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(0, "unreachable", "", "", "", 0);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

export function problemOf(response: Response, data: unknown): Problem {
  const body = (typeof data === "object" && data !== null ? data : {}) as Record<string, unknown>;
  const text = (key: string) => (typeof body[key] === "string" ? (body[key] as string) : "");
  const status = response.ok ? 502 : response.status;
  const requestId = text("request_id") || (response.headers.get("X-Request-Id") ?? "");
  const after = Number(response.headers.get("Retry-After") ?? 0);
  return new Problem(status, text("code"), text("detail") || text("title"), text("hint"), requestId, after > 0 ? after : 0);
}

/** How long to wait before try number `attempt` (from 0): 1, 2, 4, 8, 15, 15 … seconds, ± 20 % so that pages do not march in step. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  return Math.min(15_000, 1000 * 2 ** Math.min(attempt, 4)) * (0.8 + 0.4 * random());
}

/**
 * Waits `ms`, or less when there is a reason to look again at once: the network is back, the tab is looked at again
 * (phones freeze a tab while its owner is in the messenger). Ends early without error when `signal` aborts.
 */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      document.removeEventListener("visibilitychange", seen);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const seen = () => {
      if (!document.hidden) done();
    };
    const timer = setTimeout(done, ms);
    addEventListener("online", done);
    document.addEventListener("visibilitychange", seen);
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}
