import { describe, expect, it, vi } from "vitest";
import { HostLink, receive, subject } from "../src/shared/protocol";

type Any = any; // eslint-disable-line
const HOST = "https://bank.example";

describe("receive", () => {
  const source = {};
  it("takes only what comes from the window and the origin it expects", () => {
    const data = { countersign: 1, type: "ready" };
    expect(receive({ data, origin: HOST, source }, source, HOST)).toBe(data);
    expect(receive({ data, origin: HOST, source: {} }, source, HOST)).toBeUndefined();
    expect(receive({ data, origin: "https://evil.example", source }, source, HOST)).toBeUndefined();
    expect(receive({ data, origin: HOST, source: null }, null, HOST)).toBeUndefined();
    for (const bad of [null, 1, "ready", {}, { type: "ready" }, { countersign: 1 }, { countersign: "1", type: "ready" }, []]) {
      expect(receive({ data: bad, origin: HOST, source }, source, HOST)).toBeUndefined();
    }
  });
});

describe("the frame's side", () => {
  function set() {
    const parent = { postMessage: vi.fn() };
    const self: Any = Object.assign(new EventTarget(), { parent });
    const seen: Any[] = [];
    const link = new HostLink(self, (message) => seen.push(message));
    const say = (data: unknown, origin = HOST, source: unknown = parent) => self.dispatchEvent(Object.assign(new Event("message"), { data, origin, source }));
    link.start();
    return { parent, seen, link, say };
  }

  it("says only that it is ready before it knows the page's origin", async () => {
    const { parent, link } = set();
    link.send({ type: "close" });
    expect(await link.identity()).toEqual({ error: "failed" });
    expect(parent.postMessage.mock.calls).toEqual([[{ countersign: 1, type: "ready" }, "*"]]);
  });

  it("keeps to the origin of the first init", async () => {
    const { parent, seen, link, say } = set();
    say({ countersign: 1, type: "show" });
    say({ countersign: 1, type: "init", language: "de" }, HOST, {});
    say({ countersign: 1, type: "init", language: "de" }, "null");
    expect(seen).toEqual([]);
    say({ countersign: 1, type: "init", language: "de" });
    say({ countersign: 1, type: "show" }, "https://evil.example");
    expect(seen).toHaveLength(1);
    link.send({ type: "close" });
    expect(parent.postMessage).toHaveBeenLastCalledWith({ countersign: 1, type: "close" }, HOST);
  });

  it("matches answers to questions and cleans them", async () => {
    const { link, say } = set();
    say({ countersign: 1, type: "init", language: "" });
    const ask = link.identity();
    say({ countersign: 1, type: "identity", request: 99, token: "wrong" });
    say({ countersign: 1, type: "identity", request: 1, token: "forged" }, "https://evil.example");
    say({ countersign: 1, type: "identity", request: 1, token: "jwt", profile: { email: "x" }, extra: 1 });
    expect(await ask).toEqual({ token: "jwt" });
    const empty = link.identity();
    say({ countersign: 1, type: "identity", request: 2, token: 5 });
    expect(await empty).toEqual({ error: "signed-out" });
    expect(await link.identity(1)).toEqual({ error: "failed" });
  });
});

describe("subject", () => {
  const jwt = (claims: object) => `h.${btoa(JSON.stringify(claims)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "")}.s`;
  it("is the same for two tokens of one person and differs for two people", () => {
    expect(subject({ token: jwt({ sub: "1", jti: "a" }) })).toBe(subject({ token: jwt({ sub: "1", jti: "b" }) }));
    expect(subject({ token: jwt({ sub: "1" }) })).not.toBe(subject({ token: jwt({ sub: "2" }) }));
    expect(subject({ token: jwt({ email: "1" }) })).not.toBe(subject({ token: jwt({ sub: "1" }) }));
    expect(subject({ token: "rubbish" })).not.toBe(subject({ token: "other rubbish" }));
    expect(subject({})).toBe("");
  });
});
