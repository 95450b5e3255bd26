/**
 * What the loader (company's page) and the frame (our origin) say to each other.
 *
 * The rules, for both sides: a message counts only when it comes from the one window we expect, from the one origin we
 * expect, and carries our mark; everything else is silently ignored. The code itself is in no message at all.
 */
import type { Theme } from "./theme";

export const MARK = 1;

/** What the page knows about the signed-in person. */
export interface Identity {
  token?: string;
  profile?: Record<string, unknown>;
  /** `signed-out`: nobody is signed in. `failed`: the page could not find out. */
  error?: "signed-out" | "failed";
}

export type FrameMessage =
  | { type: "ready" }
  | { type: "need"; request: number }
  | { type: "size"; height: number; title: string }
  | { type: "close" }
  | { type: "linked" }
  | { type: "asking" }
  | { type: "keep"; value: string }
  | { type: "state"; unread: number; label: string; title: string; accent: string; started: boolean };

export type HostMessage =
  | { type: "init"; language: string; kept?: string; theme?: Theme; inline?: boolean }
  | { type: "show"; visit?: string | undefined; offer?: { id: string; text: string; name: string } | undefined }
  | { type: "hide" }
  | { type: "who" }
  | ({ type: "identity"; request: number } & Identity);

/** Gives the message inside `event` when it is genuine, else undefined. */
export function receive<T extends { type: string }>(
  event: { data: unknown; origin: string; source: unknown },
  source: unknown,
  origin: string,
): T | undefined {
  if (!source || event.source !== source || event.origin !== origin) return undefined;
  const data = event.data as (T & { countersign?: unknown }) | null;
  if (typeof data !== "object" || data === null || data.countersign !== MARK || typeof data.type !== "string") return undefined;
  return data;
}

/**
 * The frame's side of the conversation. The page that may embed us is decided by `frame-ancestors`; the first genuine
 * `init` from our parent fixes its origin, and only that origin is spoken to from then on.
 */
export class HostLink {
  #origin: string | undefined;
  #next = 1;
  #waiting = new Map<number, (identity: Identity) => void>();

  constructor(
    private readonly self: Window,
    private readonly onMessage: (message: HostMessage) => void,
  ) {}

  get embedded(): boolean {
    return this.self.parent !== this.self;
  }

  start(): void {
    this.self.addEventListener("message", (event) => this.#receive(event));
    // "ready" holds nothing, so it may go to whoever embeds us; we do not know their origin before they answer.
    if (this.embedded) this.self.parent.postMessage({ countersign: MARK, type: "ready" }, "*");
  }

  #receive(event: MessageEvent): void {
    const parent = this.self.parent;
    if (parent === this.self) return;
    const message = receive<HostMessage>(event, parent, this.#origin ?? event.origin);
    if (!message) return;
    if (this.#origin === undefined) {
      if (message.type !== "init" || !/^https?:\/\//.test(event.origin)) return;
      this.#origin = event.origin;
    }
    if (message.type === "identity") {
      const take = this.#waiting.get(message.request);
      this.#waiting.delete(message.request);
      take?.(clean(message));
      return;
    }
    this.onMessage(message);
  }

  send(message: FrameMessage): void {
    if (this.#origin !== undefined) this.self.parent.postMessage({ countersign: MARK, ...message }, this.#origin);
  }

  /** Asks the page who is signed in. Always answers: silence counts as failure. */
  identity(timeout = 15_000): Promise<Identity> {
    if (this.#origin === undefined) return Promise.resolve({ error: "failed" });
    const request = this.#next++;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(request);
        resolve({ error: "failed" });
      }, timeout);
      this.#waiting.set(request, (identity) => {
        clearTimeout(timer);
        resolve(identity);
      });
      this.send({ type: "need", request });
    });
  }
}

function clean(message: Identity): Identity {
  if (typeof message.token === "string" && message.token !== "") return { token: message.token };
  if (message.error === "signed-out" || message.error === "failed") return { error: message.error };
  if (typeof message.profile === "object" && message.profile !== null && Object.keys(message.profile).length > 0) {
    return { profile: message.profile };
  }
  return { error: "signed-out" };
}

/** A string that is the same for the same person and different for another one. Never sent anywhere. */
export function subject(identity: Identity): string {
  if (identity.token !== undefined) {
    const claims = payload(identity.token);
    return JSON.stringify(["sub", "email", "phone", "user_custom_id", "user_custom_channel"].map((claim) => claims[claim] ?? null));
  }
  return identity.profile === undefined ? "" : JSON.stringify(identity.profile);
}

/** Reads a token's claims without believing them: only to tell one person from the next. */
function payload(token: string): Record<string, unknown> {
  try {
    const part = (token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(part), (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  } catch {
    return { sub: token };
  }
}
