import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { install } from "../src/widget/host";

const ORIGIN = "https://id.example";
type Any = any; // eslint-disable-line

let listeners: [EventTarget, string, Any][] = [];
const remember = (target: EventTarget) => {
  const add = target.addEventListener.bind(target);
  target.addEventListener = ((type: string, listener: Any, options: Any) => {
    listeners.push([target, type, listener]);
    add(type, listener, options);
  }) as Any;
};
remember(window);
remember(document);

function loader(data: Record<string, string> = { widget: "wid_1" }): void {
  const script = document.createElement("script");
  Object.defineProperty(script, "src", { value: `${ORIGIN}/widget/1/loader.js` });
  Object.assign(script.dataset, data);
  install(script);
}

const frame = () => document.querySelector("x-frame") as HTMLIFrameElement | null;

/** A stand-in for the frame's window, which happy-dom does not run. */
function standIn(): { sent: Any[]; window: Any } {
  const sent: Any[] = [];
  const fake = { postMessage: (message: Any, target: string) => sent.push({ message, target }) };
  Object.defineProperty(frame()!, "contentWindow", { value: fake });
  return { sent, window: fake };
}

function message(data: unknown, source: Any, origin = ORIGIN): void {
  const event = new Event("message") as Any;
  Object.assign(event, { data, source, origin });
  window.dispatchEvent(event);
}

function press(element: Element): Event {
  const event = new MouseEvent("click", { bubbles: true, cancelable: true, composed: true });
  element.dispatchEvent(event);
  return event;
}

const soon = () => new Promise((resolve) => setTimeout(resolve, 5));

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  // A stand-in: happy-dom would try to load the frame's page. e2e does that in a real browser.
  const create = document.createElement.bind(document);
  vi.spyOn(document, "createElement").mockImplementation(((name: string) => create(name === "iframe" ? "x-frame" : name)) as Any);
  document.body.innerHTML = "";
  location.hash = "";
});

afterEach(() => {
  for (const [target, type, listener] of listeners) target.removeEventListener(type, listener, true), target.removeEventListener(type, listener);
  listeners = [];
  for (const name of ["countersign", "DeskieIndetify", "DeskieIdentify", "deskie"]) delete (window as Any)[name];
  vi.restoreAllMocks();
});

describe("openers", () => {
  it.each(["<button class='countersign-identify'>", "<button data-countersign-identify>", "<button class='deskie-identifier-widget'>"])("%s opens", (html) => {
    loader();
    expect(frame()).toBeNull();
    document.body.insertAdjacentHTML("beforeend", html);
    press(document.body.lastElementChild!);
    expect(frame()!.src).toBe(`${ORIGIN}/widget/frame/wid_1`);
  });

  it("keeps a link with an empty href on the page, also from a child of it", () => {
    loader();
    document.body.innerHTML = '<a class="deskie-identifier-widget" href=""><b>Generate</b></a>';
    expect(press(document.querySelector("b")!).defaultPrevented).toBe(true);
    expect(frame()).not.toBeNull();
  });

  it("works where the page stops its own clicks", () => {
    loader();
    document.body.innerHTML = '<button class="countersign-identify">';
    document.body.firstElementChild!.addEventListener("click", (event) => event.stopPropagation());
    press(document.body.firstElementChild!);
    expect(frame()).not.toBeNull();
  });

  it("leaves every other click alone", () => {
    loader();
    document.body.innerHTML = '<a href="#x">x</a>';
    expect(press(document.body.firstElementChild!).defaultPrevented).toBe(false);
    expect(frame()).toBeNull();
  });

  it("opens by fragment", async () => {
    location.hash = "#countersign-identify";
    loader();
    await soon();
    expect(frame()).not.toBeNull();
  });
});

describe("the frame", () => {
  it("is sandboxed and of another origin", () => {
    loader();
    (window as Any).countersign.open();
    expect(frame()!.getAttribute("sandbox")).toBe("allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox");
    expect(frame()!.allow).toBe("clipboard-write");
  });
});

describe("inline", () => {
  it("stands in the page from the start, and again for the next person", async () => {
    document.body.innerHTML = "<div data-countersign-inline></div><button class='countersign-identify'>";
    loader();
    await soon();
    expect(document.querySelector("[data-countersign-inline] x-frame")).not.toBeNull();
    expect(document.querySelector("dialog")).toBeNull();
    const { sent, window: source } = standIn();
    message({ countersign: 1, type: "ready" }, source);
    expect(sent[0].message).toMatchObject({ type: "init", inline: true });
    (window as Any).countersign = { token: () => "other" };
    expect(frame()).toBeNull();
    await soon();
    expect(document.querySelector("[data-countersign-inline] x-frame")).not.toBeNull();
  });
});

describe("theming", () => {
  it("hands the page's variables to the frame", () => {
    document.documentElement.style.setProperty("--countersign-accent", " #1b5e4b ");
    document.documentElement.style.setProperty("--countersign-scheme", "dark");
    loader();
    (window as Any).countersign.open();
    const { sent, window: source } = standIn();
    message({ countersign: 1, type: "ready" }, source);
    expect(sent[0].message.theme).toEqual({ accent: "#1b5e4b", scheme: "dark" });
    document.documentElement.removeAttribute("style");
  });
});

describe("a page that is not registered", () => {
  it("is told so in the console, where its developers look", () => {
    vi.useFakeTimers();
    loader();
    (window as Any).countersign.open();
    vi.advanceTimersByTime(12_500);
    expect(console.error).toHaveBeenCalledWith(expect.stringContaining(`Is ${location.origin} among the widget's origins`));
    expect(document.querySelector("[role=alert]")?.textContent ?? document.body.textContent).toContain("could not be opened");
    vi.useRealTimers();
  });
});

describe("the seed's snippet", () => {
  const seed = () => {
    // Entries are pushed first and get their fields after, as in the snippet.
    const w = window as Any;
    const o: Any = [];
    if (!w.deskie) w.deskie = [];
    w.deskie.push(o);
    o.g_config = { widget_id: "wid_seed" };
    o.type_widget = "identifier";
  };

  it.each(["before", "after"])("gives the widget id, pushed %s the loader", async (when) => {
    if (when === "before") seed();
    loader({});
    if (when === "after") seed();
    await soon();
    (window as Any).countersign.open();
    expect(frame()!.src).toContain("wid_seed");
  });

  it("leaves entries of other kinds alone", async () => {
    (window as Any).deskie = [{ type_widget: "chat", g_config: { widget_id: "other" } }];
    loader({});
    await soon();
    (window as Any).countersign.open();
    expect(frame()).toBeNull();
    expect(console.error).toHaveBeenCalledWith(expect.stringContaining("data-widget"));
    expect((window as Any).deskie.push({ type_widget: "chat" })).toBe(2);
  });

  it.each(["DeskieIndetify", "DeskieIdentify"])("takes the person from %s", async (name) => {
    (window as Any)[name] = { user_email: "anna@example.com" };
    loader();
    (window as Any).countersign.open();
    const { sent, window: source } = standIn();
    message({ countersign: 1, type: "ready" }, source);
    message({ countersign: 1, type: "need", request: 1 }, source);
    await soon();
    expect(sent.at(-1)).toEqual({ message: { countersign: 1, type: "identity", request: 1, profile: { email: "anna@example.com" } }, target: ORIGIN });
  });
});

describe("messages", () => {
  const token = vi.fn(() => "jwt");
  beforeEach(() => {
    token.mockClear();
    (window as Any).countersign = { token };
    loader();
    (window as Any).countersign.open();
  });

  it("sends nothing before the frame is ready, and everything to the exact origin", async () => {
    const { sent, window: source } = standIn();
    expect(sent).toEqual([]);
    message({ countersign: 1, type: "ready" }, source);
    message({ countersign: 1, type: "need", request: 7 }, source);
    await soon();
    expect(sent.map((entry) => entry.target)).toEqual([ORIGIN, ORIGIN]);
    expect(sent[1].message).toEqual({ countersign: 1, type: "identity", request: 7, token: "jwt" });
  });

  it.each([
    ["a wrong origin", (source: Any) => message({ countersign: 1, type: "need", request: 1 }, source, "https://evil.example")],
    ["a near origin", (source: Any) => message({ countersign: 1, type: "need", request: 1 }, source, `${ORIGIN}.evil.example`)],
    ["another window", () => message({ countersign: 1, type: "need", request: 1 }, window)],
    ["no window", () => message({ countersign: 1, type: "need", request: 1 }, null)],
    ["no mark", (source: Any) => message({ type: "need", request: 1 }, source)],
    ["text", (source: Any) => message("need", source)],
    ["null", (source: Any) => message(null, source)],
  ])("ignores %s", async (_, send) => {
    const { sent, window: source } = standIn();
    send(source);
    await soon();
    expect(token).not.toHaveBeenCalled();
    expect(sent).toEqual([]);
  });

  it("tells the page about a link without saying whose", () => {
    const { window: source } = standIn();
    const seen: Any[] = [];
    document.addEventListener("countersign:linked", (event) => seen.push((event as CustomEvent).detail));
    message({ countersign: 1, type: "linked", account: "@joanna" }, source);
    expect(seen).toEqual([null]);
  });

  it("drops the frame when the page names another person", () => {
    expect(frame()).not.toBeNull();
    (window as Any).countersign = { token: () => "other" };
    expect(frame()).toBeNull();
    (window as Any).countersign.open();
    expect(frame()).not.toBeNull();
  });
});
