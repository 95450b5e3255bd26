/** A cloud provider at the other end: signs its webhooks as Twilio's documentation says, and reads what it is answered. */
import { createHmac } from "node:crypto";

const plain = (text: string) => text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => ({ lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" })[name]!);

/** One answer: its elements in turn, without what they are within. */
export class Document {
  constructor(readonly text: string) {}

  /** The attributes of the elements of a name, and what stands within. */
  all(name: string): { attributes: Record<string, string>; text: string }[] {
    const elements = this.text.matchAll(new RegExp(`<${name}((?: [a-zA-Z]+="[^"]*")*)(?:/>|>([^<]*))`, "g"));
    return [...elements].map(([, attributes = "", text = ""]) => ({
      attributes: Object.fromEntries([...attributes.matchAll(/([a-zA-Z]+)="([^"]*)"/g)].map(([, key, value]) => [key!, plain(value!)])),
      text: plain(text),
    }));
  }

  one(name: string): { attributes: Record<string, string>; text: string } {
    const found = this.all(name)[0];
    if (!found) throw new Error(`No <${name}> in ${this.text}`);
    return found;
  }

  get isEmpty(): boolean {
    return this.text.endsWith("<Response></Response>");
  }
}

/** A call that the provider brings. */
export class TwilioCall {
  constructor(
    readonly hook: string,
    readonly token: string,
    readonly sid: string,
    readonly from: string,
    readonly to: string,
  ) {}

  /** `url` + each field's name and value, in the order of the names, by HMAC-SHA-1 with the account's token. */
  #signature(url: string, fields: Record<string, string>): string {
    const told = Object.keys(fields).sort().map((name) => name + fields[name]).join("");
    return createHmac("sha1", this.token).update(url + told).digest("base64");
  }

  async post(url: string, more: Record<string, string> = {}): Promise<Document> {
    const fields = { CallSid: this.sid, AccountSid: "AC0123456789abcdef", From: this.from, To: this.to, CallStatus: "in-progress", Direction: "inbound", ...more };
    const headers = { "content-type": "application/x-www-form-urlencoded", "x-twilio-signature": this.#signature(url, fields) };
    const answer = await fetch(url, { method: "POST", headers, body: new URLSearchParams(fields).toString() });
    if (answer.status !== 200) throw new Error(`${url}: ${answer.status}`);
    return new Document(await answer.text());
  }

  /** What the telephone of a colleague hears: a call of its own, whose parent is the caller's. */
  leg(url: string, more: Record<string, string> = {}): Promise<Document> {
    return this.post(url, { CallSid: `${this.sid}leg`, ParentCallSid: this.sid, ...more });
  }

  begins(): Promise<Document> {
    return this.post(this.hook, { CallStatus: "ringing" });
  }

  /** *Call status changes*: it is over. */
  ends(): Promise<Document> {
    return this.post(this.hook, { CallStatus: "completed" });
  }

  /** Asks what comes next, as it is told to, until there is one of these. */
  async until(document: Document, name: string): Promise<Document> {
    for (let asked = 0; asked < 30; asked++) {
      if (document.all(name).length > 0) return document;
      await new Promise((wait) => setTimeout(wait, 300));
      document = await this.post(document.one("Redirect").text);
    }
    throw new Error(`No <${name}> came: ${document.text}`);
  }
}
