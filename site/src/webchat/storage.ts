/** The session, kept in our own origin's storage, or where the browser closes that, in what the page keeps for us. */
import type { HostMessage } from "../shared/protocol";
import type { Stored } from "./conversation";

export class Store {
  kept: Stored | undefined;
  /** What the page kept for us, if it does. */
  fromPage: string | undefined;

  constructor(
    private readonly key: string,
    private readonly tellPage: (value: string) => void,
  ) {}

  adopt(message: HostMessage & { type: "init" }): void {
    this.fromPage = message.kept;
  }

  #own(): string | null {
    try {
      return localStorage.getItem(this.key);
    } catch {
      return this.kept ? JSON.stringify(this.kept) : this.fromPage || null;
    }
  }

  restore(): Stored | undefined {
    try {
      const stored = JSON.parse(this.#own() ?? "null") as Stored | null;
      return stored && typeof stored.session === "string" ? stored : undefined;
    } catch {
      return undefined;
    }
  }

  keep(stored: Stored | undefined): void {
    this.kept = stored;
    // A preview has nothing to keep.
    if (!this.key) return;
    try {
      if (stored) localStorage.setItem(this.key, JSON.stringify(stored));
      else localStorage.removeItem(this.key);
    } catch {
      // Without the page's help the conversation then lasts as long as the page.
      this.fromPage = undefined;
      this.tellPage(stored ? JSON.stringify(stored) : "");
    }
  }
}
