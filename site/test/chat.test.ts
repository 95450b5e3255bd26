import { describe, expect, it, vi } from "vitest";
import { Before } from "../src/webchat/before";
import { server, type Session } from "../src/webchat/backend";
import { Conversation, type PublicMessage } from "../src/webchat/conversation";
import { FILE_BYTES_MAX, size, Tray } from "../src/webchat/files";
import english from "../src/webchat/phrases/en.json";

const open = (more: Partial<Session> = {}): Session => ({ session: "s", assurance: "al0", online: true, files: true, questions: [], messages: [], ...more });

describe("questions before the chat", () => {
  const order = { key: "order", label: "Order <b>number</b>", kind: "text", options: [], required: true };

  it("waits for what is needed, and gives the answers", () => {
    const before = new Before(open({ questions: [order] }), false, english);
    document.body.replaceChildren(before.element);
    expect(before.element.querySelector("b")).toBeNull();
    expect(before.answers(english)).toBeUndefined();
    expect(document.activeElement).toBe(document.querySelector("input"));
    expect(before.element.textContent).toContain(english.needed);
    document.querySelector("input")!.value = " A-17 ";
    expect(before.answers(english)).toEqual({ order: "A-17" });
  });

  it("asks nobody who is signed in, and says so when nobody is here", () => {
    expect(new Before(open({ questions: [order] }), true, english).answers(english)).toEqual({});
    const away = new Before(open({ online: false, offline_text: "Back at nine." }), false, english);
    expect(away.element.textContent).toContain("Back at nine.");
    expect([...away.element.querySelectorAll("label")].map((label) => label.htmlFor)).toEqual(["before-name", "before-email"]);
    const known = new Before(open({ online: false }), true, english);
    expect(known.element.textContent).toContain(english.away_text);
    expect(known.element.querySelector("input")).toBeNull();
  });
});

describe("ticks", () => {
  it("are read up to the message that the team has seen", () => {
    const talk = new Conversation();
    const message = (id: string, direction: "in" | "out"): PublicMessage => ({ id, direction, text: id, at: "2026-11-21T10:00:00Z", delivery: "sent" });
    talk.merge([message("a", "in"), message("b", "out"), message("c", "in"), message("d", "in")]);
    talk.readUntil("c");
    expect(talk.items.map((item) => item.delivery)).toEqual(["read", "sent", "read", "sent"]);
    expect(talk.newestReply).toBe("b");
    talk.readUntil("unknown");
    expect(talk.items.filter((item) => item.delivery === "read")).toHaveLength(2);
  });
});

describe("files", () => {
  it("says sizes in words of the language", () => {
    expect([size(10, "en"), size(84_000, "en"), size(3_500_000, "en")]).toEqual(["1 kB", "82 kB", "3.3 MB"]);
  });

  it("refuses what is too large before it leaves, and takes back what the server does not take", async () => {
    const said: string[] = [];
    const backend = server("chan_1");
    const tray = new Tray(backend, () => "session", () => english, () => undefined, (words) => said.push(words.replace(/[\u2068\u2069]/g, "")));
    const big = new File(["x"], "big.zip");
    Object.defineProperty(big, "size", { value: FILE_BYTES_MAX + 1 });
    tray.add([big]);
    expect(said).toEqual(["big.zip is larger than 25 MB."]);
    const answers = [new Response("{}", { status: 415 }), new Response(JSON.stringify({ id: "att_1", name: "a.png", mime_type: "image/png", size_bytes: 3 }), { status: 201 })];
    const fetched = vi.spyOn(globalThis, "fetch").mockImplementation(() => Promise.resolve(answers.shift()!));
    tray.add([new File(["<html>"], "it's “page”.html"), new File(["png"], "a.png")]);
    expect(tray.busy).toBe(true);
    await vi.waitFor(() => expect(tray.busy).toBe(false));
    expect(said[1]).toContain("files of this type");
    expect(tray.ready.map((file) => file.id)).toEqual(["att_1"]);
    const [path, init] = fetched.mock.calls[0]!;
    expect(path).toBe("/public/web-chats/chan_1/attachments");
    expect((init!.headers as Record<string, string>)["Content-Disposition"]).toBe("attachment; filename*=UTF-8''it%27s%20%E2%80%9Cpage%E2%80%9D.html");
    expect((init!.headers as Record<string, string>)["Authorization"]).toBe("Bearer session");
    fetched.mockRestore();
  });

  it("makes a picture only of what the server calls one", async () => {
    const answers = ["image/png", "image/svg+xml", "text/html"].map((type) => new Response(new Blob(["x"], { type }), { headers: { "content-type": type } }));
    const fetched = vi.spyOn(globalThis, "fetch").mockImplementation(() => Promise.resolve(answers.shift()!));
    const types = [];
    for (let n = 0; n < 3; n++) types.push((await server("c").file("s", "att_1")).type);
    expect(types).toEqual(["image/png", "application/octet-stream", "application/octet-stream"]);
    fetched.mockRestore();
  });
});
