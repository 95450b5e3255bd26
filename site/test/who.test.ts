import { expect, it, vi } from "vitest";
import type { Backend, Session } from "../src/webchat/backend";
import type { Identity } from "../src/shared/protocol";
import english from "../src/webchat/phrases/en.json";

const token = (who: string) => `e30.${btoa(JSON.stringify({ sub: who }))}.x`;

it("who changes while the conversation is being taken up is the one whose conversation is shown", async () => {
  document.body.innerHTML = "<div id=app></div>";
  const { hear, start } = await import("../src/webchat/chat");
  let now: Identity = { token: token("victor") };
  const opened: { who: string; signal: AbortSignal; answer: (session: Session) => void }[] = [];
  const backend = {
    text: () => Promise.resolve(english),
    open: ({ token: of }: { token?: string }, signal: AbortSignal) =>
      new Promise<Session>((answer) => opened.push({ who: of ? (JSON.parse(atob(of.split(".")[1]!)) as { sub: string }).sub : "nobody", signal, answer })),
    follow: () => new Promise(() => undefined),
    receipt: () => undefined
  } as unknown as Backend;
  const session = (name: string): Session => ({
    session: name, assurance: "al1", customer_name: name, online: true, files: false, questions: [],
    messages: [{ id: "m", direction: "in", text: `the question of ${name}`, at: "2026-11-21T10:00:00Z", delivery: "sent" }]
  });
  start(backend, { embedded: true, send: () => undefined, identity: () => Promise.resolve(now) }, "");
  hear({ type: "init", language: "en" } as never);
  await vi.waitFor(() => expect(opened.map((one) => one.who)).toEqual(["victor"]));
  // Signed out, and somebody else in, before the server has answered.
  now = { error: "signed-out" };
  hear({ type: "who" });
  now = { token: token("anna") };
  hear({ type: "who" });
  await vi.waitFor(() => expect(opened.at(-1)!.who).toBe("anna"));
  expect(opened.slice(0, -1).every((one) => one.signal.aborted)).toBe(true);
  opened[0]!.answer(session("victor"));
  opened.at(-1)!.answer(session("anna"));
  await vi.waitFor(() => expect(document.body.textContent).toContain("the question of anna"));
  expect(document.body.textContent).not.toContain("victor");
});
