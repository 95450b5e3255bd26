/** A browser on a company's pages, speaking as the tracker does: for journeys about what the console shows of it. */
import { randomBytes } from "node:crypto";

export interface Sent {
  name: string;
  url?: string;
  title?: string;
  page?: string;
  /** Milliseconds before now. */
  ago?: number;
  data?: Record<string, unknown>;
}

export interface Taken {
  accepted: number;
  duplicates: number;
  refused: { index: number; reason: string }[];
}

export const hex = (): string => randomBytes(16).toString("hex");

export class Tracked {
  readonly visit = hex();

  constructor(
    readonly url: string,
    readonly key: string,
    readonly origin: string,
    readonly device: string = hex(),
  ) {}

  async send(...events: Sent[]): Promise<Taken> {
    const now = Date.now();
    const answer = await fetch(`${this.url}/t/${this.key}`, {
      method: "POST",
      headers: { origin: this.origin, "content-type": "text/plain", "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0" },
      body: JSON.stringify({
        v: 1, sent: now, visit: this.visit, device: this.device, language: "en-GB", referrer: "https://search.example/find?q=secret",
        events: events.map(({ ago = 0, ...event }) => ({ id: hex(), at: now - ago, ...event })),
      }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`POST /t: ${answer.status} ${text}`);
    return JSON.parse(text) as Taken;
  }

  /** A page is entered. */
  enter(path: string, title: string): Promise<Taken> {
    return this.send({ name: "PageEntered", page: hex(), url: this.origin + path, title });
  }
}
