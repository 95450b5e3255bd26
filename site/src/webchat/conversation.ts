/** The conversation as the customer sees it: what the server has, and what is still on its way there. */
export interface PublicMessage {
  id: string;
  direction: "in" | "out";
  text: string;
  at: string;
  author_name?: string | null;
  delivery?: string | null;
  attachments?: Attachment[];
}

export interface Attachment {
  id?: string | null;
  name: string;
  mime_type: string;
  size_bytes: number;
}

export interface Item extends PublicMessage {
  /** Stays the same from the moment it is typed. */
  key: string;
  state: "sending" | "failed" | "done";
  /** What goes along with it, should it have to be sent again. */
  answers?: Record<string, string>;
}

export class Conversation {
  items: Item[] = [];
  /** The last message that the server listed. Our own sending does not move it: somebody may have written before. */
  cursor: string | undefined;
  #seen: string | undefined;

  constructor(seen?: string) {
    this.#seen = seen;
  }

  /** A listing by the server, oldest first. Known messages are renewed, the rest comes after. */
  merge(listed: readonly PublicMessage[]): void {
    for (const message of listed) {
      const known = this.items.find((item) => item.id === message.id);
      if (known) Object.assign(known, message);
      else this.#insert({ ...message, key: message.id, state: "done" });
      this.cursor = message.id;
    }
  }

  /** What is still on its way stays below what the server has. */
  #insert(item: Item): void {
    let at = this.items.length;
    while (at > 0 && this.items[at - 1]!.state !== "done") at--;
    this.items.splice(at, 0, item);
  }

  /** Somebody pressed Send: shown at once. The id is ours, and makes trying again harmless. */
  add(id: string, text: string, at: string, attachments: Attachment[] = [], answers: Record<string, string> = {}): Item {
    const item: Item = { id, key: id, direction: "in", text, at, state: "sending", attachments, answers };
    this.items.push(item);
    return item;
  }

  /** The server has it, and says what to show: a code comes back redacted. */
  settle(item: Item, message: PublicMessage): void {
    const twin = this.items.find((other) => other !== item && other.id === message.id);
    if (twin) this.items = this.items.filter((other) => other !== twin);
    Object.assign(item, message, { state: "done" });
  }

  /** The customer's messages up to this one were read by the team. */
  readUntil(id: string | null | undefined): void {
    const last = this.items.findIndex((item) => item.id === id);
    for (const item of this.items.slice(0, last + 1)) if (item.direction === "in") item.delivery = "read";
  }

  /** The newest of the company's messages. */
  get newestReply(): string | undefined {
    return this.items.filter((item) => item.direction === "out").at(-1)?.id;
  }

  /** How many of their messages were not looked at. */
  get unread(): number {
    const at = this.items.findIndex((item) => item.id === this.#seen);
    return this.items.slice(at + 1).filter((item) => item.direction === "out").length;
  }

  /** Everything so far was looked at; gives what to remember. */
  see(): string | undefined {
    return (this.#seen = this.items.filter((item) => item.state === "done").at(-1)?.id ?? this.#seen);
  }
}

export interface Stored {
  session: string;
  /** Whose conversation it is, as a fingerprint; null = nobody signed in. */
  who: string | null;
  seen?: string;
}

/** May this person go on with the stored conversation? An anonymous one may be taken along when signing in, nothing else changes hands. */
export function mayContinue(stored: Stored | undefined, who: string | null): stored is Stored {
  return stored !== undefined && (stored.who === null || stored.who === who);
}

export async function fingerprint(subject: string): Promise<string> {
  const bytes = new TextEncoder().encode(subject);
  if (typeof crypto.subtle === "undefined") return subject;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest.slice(0, 12), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function uuid(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 15) | 64;
  bytes[8] = (bytes[8]! & 63) | 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
