import { describe, expect, it } from "vitest";
import { Conversation, fingerprint, mayContinue, type PublicMessage, uuid } from "../src/webchat/conversation";

const AT = "2026-11-21T10:00:00Z";
const out = (id: string, text = id): PublicMessage => ({ id, direction: "out", text, at: AT });
const own = (id: string, text = id): PublicMessage => ({ id, direction: "in", text, at: AT });
const texts = (talk: Conversation) => talk.items.map(({ text, state }) => `${text}:${state}`);

describe("conversation", () => {
  it("keeps the server's order, renews what it knows, and shows nothing twice", () => {
    const talk = new Conversation();
    talk.merge([out("a"), own("b")]);
    talk.merge([{ ...own("b"), delivery: "read" }, out("c")]);
    expect(talk.items.map(({ id, delivery }) => [id, delivery])).toEqual([["a", undefined], ["b", "read"], ["c", undefined]]);
    expect(talk.cursor).toBe("c");
  });

  it("shows what is sent at once, and then what the server says", () => {
    const talk = new Conversation();
    const item = talk.add("u1", "code WDJB-MJHT-KLPX", AT);
    talk.merge([out("a")]);
    expect(texts(talk)).toEqual(["a:done", "code WDJB-MJHT-KLPX:sending"]);
    const { key } = item;
    talk.settle(item, own("m1", "code ••••-••••-••PX"));
    expect(texts(talk)).toEqual(["a:done", "code ••••-••••-••PX:done"]);
    expect(item.key).toBe(key);
  });

  it("does not step over a message written while ours was on its way", () => {
    const talk = new Conversation();
    talk.merge([out("a")]);
    const item = talk.add("u1", "hi", AT);
    talk.settle(item, own("m2", "hi"));
    expect(talk.cursor).toBe("a");
    talk.merge([out("m1", "meanwhile"), own("m2", "hi")]);
    expect(texts(talk)).toEqual(["a:done", "hi:done", "meanwhile:done"]);
    expect(talk.cursor).toBe("m2");
  });

  it("takes one place when a failed sending had arrived after all", () => {
    const talk = new Conversation();
    const item = talk.add("u1", "hi", AT);
    item.state = "failed";
    talk.merge([own("m1", "hi"), out("m2")]);
    expect(talk.items).toHaveLength(3);
    talk.settle(item, own("m1", "hi"));
    expect(talk.items.map(({ id }) => id).sort()).toEqual(["m1", "m2"]);
  });

  it("counts what was not looked at", () => {
    const talk = new Conversation("a");
    talk.merge([out("a"), out("b"), own("c"), out("d")]);
    expect(talk.unread).toBe(2);
    expect(talk.see()).toBe("d");
    expect(talk.unread).toBe(0);
    expect(new Conversation("gone").unread).toBe(0);
  });
});

describe("whose conversation it is", () => {
  it("passes from nobody to somebody and never further", () => {
    expect(mayContinue({ session: "s", who: null }, null)).toBe(true);
    expect(mayContinue({ session: "s", who: null }, "anna")).toBe(true);
    expect(mayContinue({ session: "s", who: "anna" }, "anna")).toBe(true);
    expect(mayContinue({ session: "s", who: "anna" }, "victor")).toBe(false);
    expect(mayContinue({ session: "s", who: "anna" }, null)).toBe(false);
    expect(mayContinue(undefined, null)).toBe(false);
  });

  it("is kept as a fingerprint", async () => {
    const one = await fingerprint("anna");
    expect(one).toMatch(/^[0-9a-f]{24}$/);
    expect(await fingerprint("victor")).not.toBe(one);
  });
});

it("makes ids of version 4", () => {
  const random = crypto.randomUUID;
  for (const own of [true, false]) {
    if (!own) Object.defineProperty(crypto, "randomUUID", { value: undefined, configurable: true });
    const ids = Array.from({ length: 50 }, uuid);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(ids).size).toBe(50);
  }
  Object.defineProperty(crypto, "randomUUID", { value: random, configurable: true });
});
