/** The make-believe companies of site/demo on an origin of their own: static pages, tokens, and Pigeon's back end. */
import { createHmac, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server as Http, type ServerResponse } from "node:http";
import { join } from "node:path";
import { type Api, ROOT } from "./server.ts";

export interface Customer {
  id: string;
  name: string;
  tariff: string;
  email: string;
  phone: string;
}

export interface Set {
  server_url: string;
  widget: string;
  kid: string;
  secret: string;
  web_chat: string;
  pigeon: string;
  /** The write key of the pages' tracker; without it there is none on them. */
  site_key?: string;
  api: Api;
  customers: Customer[];
  people: { role: string; email: string; password: string }[];
}

interface Letter {
  id: string;
  from: "me" | "company";
  author: string | null;
  text: string;
  at: string;
  state?: string;
}

const site = join(ROOT, "site/dist");
const manifest = JSON.parse(readFileSync(join(site, "manifest.json"), "utf8")) as Record<"server" | "demo", { file: string; path: string; type: string; integrity: string }[]>;
const integrity = (path: string) => manifest.server.find((file) => file.path === path)?.integrity;
const base64 = (value: unknown) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

export function sign(set: Set, claims: Record<string, unknown>): string {
  const now = Math.floor(Date.now() / 1000);
  const head = base64({ alg: "HS256", typ: "JWT", kid: set.kid });
  const body = base64({ aud: set.widget, iat: now, exp: now + 300, jti: randomUUID(), ...claims });
  return `${head}.${body}.${createHmac("sha256", set.secret).update(`${head}.${body}`).digest("base64url")}`;
}

export class Company {
  set: Set | undefined;
  readonly received: unknown[] = [];
  /** Pages that a test makes up: path → HTML. */
  readonly pages = new Map<string, string>();
  /** What a webhook's receiver that a test makes up answers, for its status line and its body. */
  answer: (() => string) | undefined;
  /** Text messages that the server had sent by a provider, which this is as well. */
  readonly texts: { to: string; text: string }[] = [];
  readonly #letters = new Map<string, Letter[]>();
  readonly #streams = new Map<string, globalThis.Set<ServerResponse>>();
  #http: Http | undefined;

  constructor(readonly port: number) {}

  /** Another origin than the server, and the same site: where web chats remember without a page's help. */
  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<this> {
    this.#http = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        response.writeHead(503).end(String(error));
      });
    });
    await new Promise<void>((done) => this.#http!.listen(this.port, "127.0.0.1", done));
    return this;
  }

  async stop(): Promise<void> {
    this.#http?.closeAllConnections();
    await new Promise((done) => this.#http?.close(done));
  }

  #tell(person: string, letter: Letter): void {
    const letters = this.#letters.get(person) ?? [];
    const at = letters.findIndex(({ id }) => id === letter.id);
    if (at < 0) letters.push(letter);
    else letters[at] = letter;
    this.#letters.set(person, letters);
    for (const stream of this.#streams.get(person) ?? []) stream.write(event(letter));
  }

  /** A message written in Pigeon. */
  async say(as: string, text: string, id: string = randomUUID()): Promise<any> {
    const set = this.set!;
    const name = PEOPLE.find((person) => person.as === as)?.name ?? as;
    const answer = await set.api.post(`/v1/channels/${set.pigeon}/messages`, { id, from: { id: as, name }, text });
    this.#tell(as, { id, from: "me", author: null, text, at: new Date().toISOString(), state: "delivered" });
    return answer;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.origin);
    const server = this.set?.server_url ?? "";
    const json = (body: unknown, status = 200) => response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" }).end(JSON.stringify(body));
    const made = this.pages.get(url.pathname);
    const file = manifest.demo.find(({ path }) => path === url.pathname);
    if (made !== undefined || file) {
      const policy = [
        "default-src 'none'", `script-src 'self' ${server}${made === undefined ? "" : " 'unsafe-inline'"}`, "style-src 'self'", `connect-src 'self' ${server}`,
        "img-src 'self' data:", `frame-src ${server}`, "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
      ];
      response.writeHead(200, { "content-type": file?.type ?? "text/html; charset=utf-8", "content-security-policy": policy.join("; "), "x-content-type-options": "nosniff" });
      response.end(made ?? readFileSync(join(site, file!.file)));
    } else if (url.pathname === "/demo/config.json") {
      const set = this.set!;
      json({
        console_url: `${server}/`,
        server_url: server,
        widget_id: set.widget,
        widget_sri: integrity("/widget/1/loader.js"),
        web_chat_id: set.web_chat,
        web_chat_sri: integrity("/webchat/1/loader.js"),
        site_key: set.site_key,
        tracker_sri: integrity("/tracker/1/tracker.js"),
        customers: set.customers.map(({ id, name, tariff }) => ({ id, name, tariff })),
        people: set.people,
        messenger_people: PEOPLE,
      });
    } else if (url.pathname === "/bank/token") {
      const who = this.set!.customers.find(({ id }) => id === url.searchParams.get("customer"));
      if (who) json({ token: sign(this.set!, { sub: who.id, name: who.name, email: who.email, phone: who.phone, attributes: { tariff: who.tariff.toLowerCase() } }) });
      else json({}, 401);
    } else if (url.pathname.startsWith("/crm/customers/")) {
      // The company's own system, which phone menus ask by an account number.
      const accountNumber = url.pathname.slice("/crm/customers/".length);
      if (accountNumber === "1234567890") json({ customer: { name: "Jane Doe", phoneNumber: "+46706170786", accountNumber } });
      else json({}, 404);
    } else if (url.pathname.startsWith("/2010-04-01/Accounts/")) {
      // Twilio's *Account* and *Messages* resources.
      if (request.method === "POST") {
        const form = new URLSearchParams(await read(request));
        this.texts.push({ to: form.get("To") ?? "", text: form.get("Body") ?? "" });
        json({ sid: "SM1", status: "queued" }, 201);
      } else json({ sid: url.pathname.split("/")[3]!.replace(".json", ""), status: "active" });
    } else if (url.pathname === "/messenger/send") {
      const { as, text } = JSON.parse(await read(request)) as { as: string; text: string };
      const id = randomUUID();
      await this.say(as, text, id);
      json({ id });
    } else if (url.pathname === "/messenger/events") {
      const as = url.searchParams.get("as") ?? "";
      response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
      response.write(": hello\n\n");
      for (const letter of this.#letters.get(as) ?? []) response.write(event(letter));
      const streams = this.#streams.get(as) ?? new globalThis.Set();
      this.#streams.set(as, streams.add(response));
      request.on("close", () => streams.delete(response));
    } else if (url.pathname === "/messenger/hook") {
      const body = JSON.parse(await read(request)) as { type: string; data: { id: string; to: { id: string }; text: string; author?: { name?: string } } };
      this.received.push(body);
      response.writeHead(204).end();
      if (!body.data?.to) return;
      this.#tell(body.data.to.id, { id: body.data.id, from: "company", author: null, text: body.data.text, at: new Date().toISOString() });
      await this.set!.api.post(`/v1/channels/${this.set!.pigeon}/receipts`, { message: body.data.id, state: "delivered" }).catch(() => undefined);
    } else if (url.pathname === "/answer") {
      await read(request);
      const text = this.answer?.() ?? "";
      const status = text.replace(/[^\x20-\x7e]/g, "");
      response.writeHead(200, status, { "content-type": "text/html; charset=utf-8", "x-request-id": encodeURIComponent(text) }).end(text);
    } else {
      response.writeHead(404).end();
    }
  }
}

export const PEOPLE = [
  { as: "anna.k", name: "Anna K." },
  { as: "vic", name: "Vic" },
  { as: "jo", name: "Jo" },
  { as: "sunny99", name: "Sunny" },
];

const event = (letter: Letter) => `id: ${letter.id}\nevent: message\ndata: ${JSON.stringify(letter)}\n\n`;

async function read(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const part of request) text += String(part);
  return text;
}
