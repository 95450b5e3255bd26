import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { install } from "../src/webchat/host";
import { EVERY, install as invite } from "../src/webchat/invite";

const ORIGIN = "https://id.example";
type Any = any; // eslint-disable-line

let shadow: ShadowRoot;
let listeners: [string, Any][] = [];
const add = window.addEventListener.bind(window);
window.addEventListener = ((type: string, listener: Any, options: Any) => {
  listeners.push([type, listener]);
  add(type, listener, options);
}) as Any;

function loader(data: Record<string, string> = {}): void {
  const script = document.createElement("script");
  Object.defineProperty(script, "src", { value: `${ORIGIN}/webchat/1/loader.js` });
  Object.assign(script.dataset, { channel: "chan_1", ...data });
  install(script);
}

const frame = () => shadow.querySelector("x-frame") as HTMLIFrameElement | null;
const launcher = () => shadow.querySelector("button")!;

function standIn(): { sent: Any[]; window: Any } {
  const sent: Any[] = [];
  const fake = { postMessage: (message: Any, target: string) => sent.push({ message, target }) };
  Object.defineProperty(frame()!, "contentWindow", { value: fake });
  return { sent, window: fake };
}

function message(data: unknown, source: Any, origin = ORIGIN): void {
  window.dispatchEvent(Object.assign(new Event("message"), { data, source, origin }));
}

const soon = () => new Promise((resolve) => setTimeout(resolve, 5));

beforeEach(() => {
  document.body.innerHTML = "";
  localStorage.clear();
  sessionStorage.clear();
  window.matchMedia = (() => ({ matches: false })) as Any;
  const create = document.createElement.bind(document);
  vi.spyOn(document, "createElement").mockImplementation(((name: string) => create(name === "iframe" ? "x-frame" : name)) as Any);
  const attach = Element.prototype.attachShadow;
  vi.spyOn(Element.prototype, "attachShadow").mockImplementation(function (this: Element, init) {
    expect(init.mode).toBe("closed");
    return (shadow = attach.call(this, { mode: "open" }));
  });
});

afterEach(() => {
  for (const [type, listener] of listeners) window.removeEventListener(type, listener);
  listeners = [];
  delete (window as Any).countersignChat;
  vi.restoreAllMocks();
});

describe("the launcher", () => {
  it("loads nothing before the press", () => {
    loader();
    expect(frame()).toBeNull();
    launcher().click();
    expect(frame()!.src).toBe(`${ORIGIN}/webchat/frame/chan_1`);
    expect(frame()!.getAttribute("sandbox")).toBe("allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-downloads");
    expect(launcher().getAttribute("aria-expanded")).toBe("true");
  });

  it("shows unread messages, and only numbers", () => {
    loader();
    launcher().click();
    const { window: source } = standIn();
    message({ countersign: 1, type: "state", unread: 12, label: "New messages: 12", title: "Shop", accent: "red;background:url(x)", started: true }, source);
    expect(shadow.querySelector("b")!.textContent).toBe("9+");
    expect(launcher().getAttribute("aria-label")).toBe("New messages: 12");
    expect((shadow.host as HTMLElement).style.getPropertyValue("--a")).toBe("");
  });
});

/** The file that the loader asked for comes, as often as it was asked for. */
function arrive(): number {
  const files = [...document.head.querySelectorAll<HTMLScriptElement>('script[src*="invite.js"]')];
  for (const file of files) {
    invite((file as Any).beside, file.src);
    file.remove();
  }
  return files.length;
}

describe("a line beside the launcher", () => {
  const bubble = () => shadow.querySelector("aside");

  it("opens the chat, once a visit", () => {
    loader();
    expect(arrive()).toBe(0);
    (window as Any).countersignChat.propose("Can we help?");
    (window as Any).countersignChat.propose("Really?");
    arrive();
    expect(shadow.querySelectorAll("aside")).toHaveLength(1);
    expect(bubble()!.textContent).toBe("Can we help?✕");
    bubble()!.querySelector("button")!.click();
    expect(frame()).not.toBeNull();
    expect(bubble()).toBeNull();
  });

  it("is text and never markup, can be closed, and comes by attribute after a while", () => {
    vi.useFakeTimers();
    loader({ proactive: "<b>Hi</b>", proactiveAfter: "5" });
    arrive();
    vi.advanceTimersByTime(4900);
    expect(bubble()).toBeNull();
    vi.advanceTimersByTime(200);
    expect(bubble()!.querySelector("b")).toBeNull();
    expect(bubble()!.textContent).toContain("<b>Hi</b>");
    (bubble()!.lastElementChild as HTMLElement).click();
    expect(bubble()).toBeNull();
    expect(frame()).toBeNull();
    vi.useRealTimers();
  });

  it("leaves whoever has a conversation alone", () => {
    localStorage.setItem("countersign-chat:chan_1", "#112233");
    loader();
    (window as Any).countersignChat.propose("Can we help?");
    arrive();
    expect(bubble()).toBeNull();
  });
});

describe("invitations", () => {
  const bubble = () => shadow.querySelector("aside");
  const VISIT = "0af1".repeat(8);
  const answers = (...statuses: number[]) => {
    const offer = { id: "offer_1", text: "Can we help?", name: "Shop" };
    return vi.fn(async (_url: string, init: Any) =>
      init.method ? new Response(null, { status: 204 }) : ((status) => new Response(status === 200 ? JSON.stringify(offer) : null, { status }))(statuses.shift() ?? 204),
    );
  };
  const begin = async (fetching: Any) => {
    vi.useFakeTimers();
    vi.stubGlobal("fetch", fetching);
    localStorage.setItem("cs_visit", `${VISIT}1700000000000`);
    loader({ invitations: "on" });
    expect(arrive()).toBe(1);
    await vi.advanceTimersByTimeAsync(3000);
  };
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("ask nothing where the page does not want them, or there is no visit", async () => {
    const fetching = answers(200);
    vi.stubGlobal("fetch", fetching);
    loader();
    expect(arrive()).toBe(0);
    vi.useFakeTimers();
    delete (window as Any).countersignChat;
    loader({ invitations: "on" });
    arrive();
    await vi.advanceTimersByTimeAsync(5 * EVERY);
    expect(fetching).not.toHaveBeenCalled();
  });

  it("are asked for every ten seconds until there is one, shown without taking the focus, and open the chat with their text", async () => {
    const fetching = answers(204, 200);
    await begin(fetching);
    expect(fetching.mock.calls[0]![0]).toBe(`${ORIGIN}/public/web-chats/chan_1/invitation?visit=${VISIT}`);
    expect(bubble()).toBeNull();
    await vi.advanceTimersByTimeAsync(EVERY);
    expect(bubble()!.getAttribute("role")).toBe("status");
    expect(shadow.activeElement).toBeNull();
    await vi.advanceTimersByTimeAsync(5 * EVERY);
    expect(fetching).toHaveBeenCalledTimes(2);
    bubble()!.querySelector("button")!.click();
    expect(JSON.parse(fetching.mock.calls[2]![1].body)).toEqual({ outcome: "opened" });
    const { sent, window: source } = standIn();
    message({ countersign: 1, type: "ready" }, source);
    const show = sent.find(({ message: told }) => told.type === "show").message;
    expect(show).toMatchObject({ visit: VISIT, offer: { id: "offer_1", text: "Can we help?" } });
  });

  it("are closed by Escape, said once, and do not come again on the page", async () => {
    const fetching = answers(200, 200);
    await begin(fetching);
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
    expect(bubble()).toBeNull();
    await vi.advanceTimersByTimeAsync(5 * EVERY);
    expect(fetching.mock.calls.map(([, init]) => init.body).filter(Boolean)).toEqual(['{"outcome":"dismissed"}']);
    expect(frame()).toBeNull();
  });

  it("stop where the server says that there are none, and wait longer while it fails", async () => {
    const none = answers(404);
    await begin(none);
    await vi.advanceTimersByTimeAsync(10 * EVERY);
    expect(none).toHaveBeenCalledTimes(1);
    vi.useRealTimers();
    delete (window as Any).countersignChat;
    const failing = answers(503, 503, 503, 503, 503);
    await begin(failing);
    await vi.advanceTimersByTimeAsync(6 * EVERY);
    expect(failing).toHaveBeenCalledTimes(3);
  });
});

describe("messages", () => {
  it("answers the frame alone, and only with what the page says now", async () => {
    const token = vi.fn(() => "jwt");
    (window as Any).countersignChat = { token };
    loader();
    launcher().click();
    const { sent, window: source } = standIn();
    const need = { countersign: 1, type: "need", request: 1 };
    message(need, source, "https://evil.example");
    message(need, window);
    message({ ...need, countersign: 2 }, source);
    await soon();
    expect(token).not.toHaveBeenCalled();
    message({ countersign: 1, type: "ready" }, source);
    message(need, source);
    await soon();
    expect(sent.map(({ target }) => target)).toEqual(sent.map(() => ORIGIN));
    expect(sent.at(-1).message).toEqual({ countersign: 1, type: "identity", request: 1, token: "jwt" });
    (window as Any).countersignChat = {};
    expect(sent.at(-1).message).toEqual({ countersign: 1, type: "who" });
    message({ ...need, request: 2 }, source);
    await soon();
    expect(sent.at(-1).message).toEqual({ countersign: 1, type: "identity", request: 2, error: "signed-out" });
  });

  it.each([
    ["page", '{"session":"s"}'],
    ["", null],
  ])("keeps a session in the page only when asked to: %j", (keep, expected) => {
    loader({ keep });
    launcher().click();
    const { window: source } = standIn();
    message({ countersign: 1, type: "keep", value: '{"session":"s"}' }, source);
    expect(sessionStorage.getItem("countersign-chat:chan_1")).toBe(expected);
  });
});
