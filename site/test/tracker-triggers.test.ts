import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { install } from "../src/tracker/triggers";
import type { Trigger } from "../src/tracker/types";

type Any = any; // eslint-disable-line

let isFocused = true;
let listeners: [string, Any, Any][] = [];
const add = document.addEventListener.bind(document);
document.addEventListener = ((type: string, listener: Any, options: Any) => {
  listeners.push([type, listener, options]);
  add(type, listener, options);
}) as Any;

function tracker(...triggers: Partial<Trigger>[]): { track: Any; turned?: () => void } {
  const made = { triggers: triggers.map((trigger) => ({ id: "t1", name: "T", action: "click", ...trigger }) as Trigger), track: vi.fn(), turned: undefined as (() => void) | undefined };
  install(made as Any);
  return made;
}
const press = (selector: string) => document.querySelector(selector)!.dispatchEvent(new MouseEvent("click", { bubbles: true, composed: true }));
const values = (made: Any) => made.track.mock.calls.map(([, data]: Any) => data);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
  isFocused = true;
  Object.defineProperty(document, "hasFocus", { configurable: true, value: () => isFocused });
  vi.spyOn(console, "warn").mockImplementation(() => {});
});

afterEach(() => {
  for (const [type, listener, options] of listeners.splice(0)) document.removeEventListener(type, listener, options);
  vi.useRealTimers();
  vi.restoreAllMocks();
  document.body.innerHTML = "";
});

describe("a click", () => {
  it("is noticed on what is within the element, with the values that were asked for", () => {
    document.body.innerHTML = `<div class="good"><b>  Kettle
      No. 4 </b><button data-sku="k4"><i>Add</i></button></div><p id="price">64 €</p>`;
    const made = tracker({
      name: "AddToCart", element: ".good",
      values: [
        { name: "what", from: "text", selector: "b" },
        { name: "sku", from: "attribute", selector: "button", attribute: "data-sku" },
        { name: "price", from: "text", selector: "#price" },
        { name: "list", from: "constant", value: "start" },
        { name: "missing", from: "text", selector: "#nothing" },
      ],
    });
    press("i");
    press("#price");
    expect(made.track.mock.calls).toEqual([["AddToCart", { trigger: "t1", what: "Kettle No. 4", sku: "k4", price: "64 €", list: "start" }]]);
  });

  it("is noticed where the page stops it", () => {
    document.body.innerHTML = "<button>x</button>";
    document.querySelector("button")!.addEventListener("click", (event) => event.stopPropagation());
    const made = tracker({});
    press("button");
    expect(made.track).toHaveBeenCalledTimes(1);
  });

  it("with a selector that is none is said once and harms nothing", () => {
    document.body.innerHTML = "<button>x</button>";
    const made = tracker({ element: "button[" }, { id: "t2", element: "button" });
    press("button");
    press("button");
    expect(values(made)).toEqual([{ trigger: "t2" }, { trigger: "t2" }]);
    expect(console.warn).toHaveBeenCalledTimes(1);
  });
});

describe("values", () => {
  it("t_4: are never what people typed", () => {
    document.body.innerHTML = `<form id="f"><input id="i" value="secret" data-x="secret"><input type="password" id="p" value="secret"><textarea id="t">secret</textarea>
      <select id="s"><option>secret</option></select><div contenteditable id="c"><b id="b">secret</b></div><button id="go" type="button">Go</button></form>`;
    const selectors = ["#i", "#p", "#t", "#s", "option", "#c", "#b", "#f"];
    const made = tracker({
      element: "#go",
      values: selectors.flatMap((selector, at) => [
        { name: `text${at}`, from: "text" as const, selector },
        { name: `value${at}`, from: "attribute" as const, selector, attribute: "value" },
        { name: `data${at}`, from: "attribute" as const, selector, attribute: "data-x" },
      ]),
    });
    press("#go");
    expect(values(made)).toEqual([{ trigger: "t1" }]);
  });

  it("t_4: are no longer than 200 characters, and addresses have no query", () => {
    document.body.innerHTML = `<a href="/reset?token=secret#part" data-next="https://shop.example/a?token=secret">${"x".repeat(300)}</a>`;
    const made = tracker({
      values: [
        { name: "href", from: "attribute", attribute: "href" },
        { name: "next", from: "attribute", attribute: "data-next" },
        { name: "text", from: "text" },
      ],
    });
    press("a");
    expect(values(made)).toEqual([{ trigger: "t1", href: "/reset", next: "https://shop.example/a", text: "x".repeat(200) }]);
  });
});

describe("time", () => {
  it("is that of the page, once", () => {
    const made = tracker({ action: "timer", seconds: 30 });
    vi.advanceTimersByTime(29_000);
    expect(made.track).not.toHaveBeenCalled();
    vi.advanceTimersByTime(60_000);
    expect(made.track).toHaveBeenCalledTimes(1);
  });

  it("may be only that in which the page had the focus", () => {
    const made = tracker({ action: "timer", seconds: 10, condition: "focused" });
    vi.advanceTimersByTime(6000);
    isFocused = false;
    vi.advanceTimersByTime(60_000);
    expect(made.track).not.toHaveBeenCalled();
    isFocused = true;
    vi.advanceTimersByTime(4500);
    expect(made.track).toHaveBeenCalledTimes(1);
  });

  it("like the seed's Timeout-30 counts nothing if nobody looks when it is over", () => {
    const made = tracker({ action: "timer", seconds: 30, postcondition: "focused" });
    isFocused = false;
    vi.advanceTimersByTime(31_000);
    isFocused = true;
    vi.advanceTimersByTime(60_000);
    expect(made.track).not.toHaveBeenCalled();
  });

  it("begins anew with the next page of a single-page application", () => {
    const made = tracker({ action: "timer", seconds: 30 });
    vi.advanceTimersByTime(20_000);
    made.turned!();
    vi.advanceTimersByTime(20_000);
    expect(made.track).not.toHaveBeenCalled();
    vi.advanceTimersByTime(11_000);
    expect(made.track).toHaveBeenCalledTimes(1);
  });
});

describe("depth, forms and pages", () => {
  it("a depth is reached once, and by scrolling", () => {
    const root = document.documentElement;
    const size = (top: number) => {
      for (const [name, value] of Object.entries({ scrollHeight: 1000, clientHeight: 200, scrollTop: top })) Object.defineProperty(root, name, { configurable: true, value });
      document.dispatchEvent(new Event("scroll"));
    };
    const made = tracker({ action: "scroll", percent: 50 });
    size(100);
    expect(made.track).not.toHaveBeenCalled();
    size(300);
    size(800);
    expect(values(made)).toEqual([{ trigger: "t1" }]);
  });

  it("t_4: a form that was sent is an event without contents", () => {
    document.body.innerHTML = '<form id="apply" action="/x"><input name="iban" value="secret"></form>';
    const made = tracker({ action: "submit", element: "#apply", values: [{ name: "all", from: "text", selector: "input" }] });
    document.querySelector("form")!.dispatchEvent(new Event("submit", { bubbles: true }));
    expect(values(made)).toEqual([{ trigger: "t1" }]);
  });

  it("counts on the pages it was made for", () => {
    document.body.innerHTML = "<button>x</button>";
    (window as Any).happyDOM.setURL("https://shop.example/start");
    const made = tracker({ page: "/loans" });
    press("button");
    (window as Any).happyDOM.setURL("https://shop.example/loans/new");
    made.turned!();
    press("button");
    expect(made.track).toHaveBeenCalledTimes(1);
  });
});
