/**
 * A shop with a strict policy and, on another origin, what the tracker talks to: only enough to hear what a browser really
 * sends, and to be down, slow or in another mind. What the server does with it is tested against the server.
 */
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { freePort, ROOT } from "./server.ts";

export const KEY = "cswk_test";
const dist = join(ROOT, "site/dist");
const FILES: Record<string, string> = { "/tracker/1/tracker.js": "tracker.js", "/tracker/1/triggers.js": "tracker-triggers.js" };

export interface Heard {
  batch: any;
  /** As the request had it, byte for byte: its length counts. */
  bytes: number;
  cookie: string | undefined;
  type: string | undefined;
  path: string;
}

export class Collector {
  readonly heard: Heard[] = [];
  readonly asked: string[] = [];
  settings: unknown = { triggers: [], categories: [], query_allow: [], idle_minutes: 30 };
  status = 200;
  /** Appended to `triggers.js`, as somebody would who got into the server. */
  tampered = "";
  readonly #servers: Server[] = [];
  #origin = "";
  shop = "";

  async start(): Promise<this> {
    const [own, shop] = [await freePort(), await freePort()];
    this.#origin = `http://127.0.0.1:${own}`;
    this.shop = `http://127.0.0.1:${shop}`;
    await this.#listen(own, (request, response) => this.#collect(request, response));
    await this.#listen(shop, (request, response) => this.#page(request, response));
    return this;
  }

  async stop(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  }

  /** What was heard, each event once, in the order of its making. */
  get events(): any[] {
    const once = new Map<string, any>(this.heard.flatMap(({ batch }) => (batch?.events ?? []).map((event: any) => [event.id, { ...event, visit: batch.visit }])));
    return [...once.values()].sort((one, other) => one.at - other.at);
  }

  named(name: string): any[] {
    return this.events.filter((event) => event.name === name);
  }

  #listen(port: number, act: (request: IncomingMessage, response: ServerResponse) => void): Promise<void> {
    const server = createServer(act);
    this.#servers.push(server);
    return new Promise((done) => server.listen(port, "127.0.0.1", done));
  }

  #collect(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "/", this.#origin);
    const file = FILES[url.pathname];
    const headers: Record<string, string> = { "access-control-allow-origin": file ? "*" : (request.headers.origin ?? "*"), "access-control-allow-credentials": "true", "access-control-expose-headers": "Retry-After" };
    if (file || url.pathname === "/tracker/1/measure.js") {
      let text = readFileSync(join(dist, file ?? "tracker.js"), "utf8");
      if (file === "tracker-triggers.js") text += this.tampered;
      if (!file) text = `performance.mark("before");${text};performance.measure("tracker","before");`;
      response.writeHead(200, { ...headers, "content-type": "text/javascript" }).end(text);
      return;
    }
    this.asked.push(`${request.method} ${url.pathname}${url.search}`);
    if (url.pathname !== `/t/${KEY}`) {
      response.writeHead(404, headers).end();
    } else if (request.method === "GET") {
      response.writeHead(200, { ...headers, "content-type": "application/json" }).end(JSON.stringify(this.settings));
    } else if (request.method === "POST") {
      let text = "";
      request.on("data", (part) => (text += String(part)));
      request.on("end", () => {
        if (this.status !== 200) {
          response.writeHead(this.status, { ...headers, "retry-after": "2" }).end();
          return;
        }
        const batch = text ? JSON.parse(text) : undefined;
        this.heard.push({ batch, bytes: Buffer.byteLength(text), cookie: request.headers.cookie, type: request.headers["content-type"], path: url.pathname + url.search });
        response.writeHead(200, { ...headers, "set-cookie": "cs_device=0123456789abcdef0123456789abcdef; HttpOnly; SameSite=Lax; Max-Age=31536000; Path=/t/", "content-type": "application/json" });
        response.end(JSON.stringify({ accepted: batch?.events?.length ?? 0, duplicates: 0, refused: [] }));
      });
    } else {
      // A preflight would mean that the tracker asks for more than a simple request may.
      response.writeHead(405, headers).end();
    }
  }

  /** `/sandbox` holds the page in a sandboxed frame; the query becomes the tag's attributes. */
  #page(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "/", this.shop);
    const origin = this.#origin;
    const manifest = JSON.parse(readFileSync(join(dist, "manifest.json"), "utf8")) as { server: { path: string; integrity: string }[] };
    const integrity = manifest.server.find(({ path }) => path === "/tracker/1/tracker.js")!.integrity;
    const data = [...url.searchParams].filter(([name]) => name.startsWith("data-")).map(([name, value]) => ` ${name}="${value}"`).join("");
    const file = url.searchParams.has("measure") ? `src="${origin}/tracker/1/measure.js"` : `src="${origin}/tracker/1/tracker.js" integrity="${integrity}"`;
    const tag = `<script async ${file} crossorigin data-key="${KEY}"${data}></script>`;
    const body = url.pathname === "/sandbox" ? '<iframe sandbox="allow-scripts" src="/framed"></iframe>' : `${tag}${url.searchParams.has("twice") ? tag : ""}<h1>${url.pathname}</h1><button id="buy" data-sku="k4">Buy</button><form id="apply" action="#"><input id="iban" value=""></form><a href="/two">Two</a>`;
    response.writeHead(200, {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": `default-src 'none'; script-src ${origin}; connect-src ${origin}; frame-src 'self'; img-src data:; base-uri 'none'`,
    });
    response.end(`<!doctype html><html lang="en"><head><title>Page ${url.pathname}</title><link rel="icon" href="data:,"></head><body>${body}</body></html>`);
  }
}
