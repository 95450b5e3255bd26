/** A small Bot API: what core.telegram.org/bots/api says of the few methods that a support desk needs. */
import { createServer, type IncomingMessage, type Server as Http, type ServerResponse } from "node:http";

/** How long a look that brings nothing is held: shorter than Telegram's, so that pages and servers close soon. */
const HELD_MS = 1000;

export interface Sent {
  chat_id: string;
  text: string;
}

export class BotApi {
  readonly sent: Sent[] = [];
  readonly called: string[] = [];
  /** While it is set, everything is answered with this error. */
  trouble: { status: number; description: string } | undefined;
  readonly #updates: { update_id: number; message: object }[] = [];
  #next = 1000;
  #http: Http | undefined;

  constructor(
    readonly port: number,
    readonly token: string,
    readonly username: string,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<this> {
    this.#http = createServer((request, response) => void this.#answer(request, response));
    await new Promise<void>((done) => this.#http!.listen(this.port, "127.0.0.1", done));
    return this;
  }

  async stop(): Promise<void> {
    this.#http?.closeAllConnections();
    await new Promise((done) => this.#http?.close(done));
  }

  /** Somebody writes to the bot. `content` is what a message holds besides who, where and when. */
  write(user: number, first_name: string, content: object): void {
    const id = this.#next++;
    const who = { id: user, first_name };
    this.#updates.push({
      update_id: id,
      message: { message_id: id, date: Math.floor(Date.now() / 1000), chat: { ...who, type: "private" }, from: { ...who, is_bot: false }, ...content },
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = "";
    for await (const part of request) text += part;
    const tell = (status: number, body: object) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    const refuse = (status: number, description: string) => tell(status, { ok: false, error_code: status, description });
    const [, token, method] = /^\/bot([^/]+)\/(\w+)$/.exec(request.url ?? "") ?? [];
    if (this.trouble) return void refuse(this.trouble.status, this.trouble.description);
    if (token !== this.token) return void refuse(401, "Unauthorized");
    const given = text ? JSON.parse(text) : {};
    if (method !== "getUpdates") this.called.push(method!);
    switch (method) {
      case "getMe":
        return void tell(200, { ok: true, result: { id: 1, is_bot: true, first_name: "Acme", username: this.username } });
      case "deleteWebhook":
        return void tell(200, { ok: true, result: true });
      case "getWebhookInfo":
        return void tell(200, { ok: true, result: { url: "", has_custom_certificate: false, pending_update_count: this.#updates.length } });
      case "getUpdates": {
        // An offset confirms what lies before it.
        while (this.#updates.length > 0 && this.#updates[0]!.update_id < (given.offset ?? 0)) this.#updates.shift();
        const end = Date.now() + Math.min(HELD_MS, (given.timeout ?? 0) * 1000);
        while (this.#updates.length === 0 && Date.now() < end) await new Promise((wait) => setTimeout(wait, 50));
        return void tell(200, { ok: true, result: this.#updates });
      }
      case "sendMessage":
        this.sent.push({ chat_id: String(given.chat_id), text: given.text });
        return void tell(200, { ok: true, result: { message_id: this.#next++, date: Math.floor(Date.now() / 1000), chat: { id: Number(given.chat_id), type: "private" }, text: given.text } });
      default:
        return void refuse(404, "Not Found");
    }
  }
}
