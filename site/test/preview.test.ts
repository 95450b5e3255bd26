import { afterEach, describe, expect, it, vi } from "vitest";
import { preview, type Wish } from "../src/shared/preview";

type Any = any; // eslint-disable-line

const parent = { postMessage: vi.fn() };
let listeners: [string, Any][] = [];

function begin(query = ""): Wish[] {
  window.history.replaceState(null, "", `/widget/frame/preview${query}`);
  vi.spyOn(window, "parent", "get").mockReturnValue(parent as Any);
  const add = window.addEventListener.bind(window);
  vi.spyOn(window, "addEventListener").mockImplementation(((type: string, listener: Any, options: Any) => {
    listeners.push([type, listener]);
    add(type, listener, options);
  }) as Any);
  const shown: Wish[] = [];
  preview((wish) => void shown.push(wish));
  return shown;
}

const say = (data: unknown, source: unknown = parent, origin = location.origin) => window.dispatchEvent(Object.assign(new Event("message"), { data, source, origin }));

afterEach(() => {
  for (const [type, listener] of listeners) window.removeEventListener(type, listener, true), window.removeEventListener(type, listener);
  listeners = [];
  parent.postMessage.mockClear();
  vi.restoreAllMocks();
});

describe("the console's preview", () => {
  it("shows what the address asks for, and says that it is there to our own origin alone", () => {
    const shown = begin("?state=code&language=ar&accent=%23112233&radius=4&scheme=dark&id=wid_1");
    expect(shown).toEqual([{ state: "code", language: "ar", theme: { accent: "#112233", radius: "4", scheme: "dark" } }]);
    expect(parent.postMessage.mock.calls).toEqual([[{ countersign: 1, type: "ready" }, location.origin]]);
  });

  it("keeps what a message leaves out", () => {
    const shown = begin("?state=code&language=de");
    say({ countersign: 1, type: "preview", phrases: { title: "Wer?" } });
    expect(shown.at(-1)).toMatchObject({ state: "code", language: "de", phrases: { title: "Wer?" } });
  });

  it.each([
    ["another origin", () => say({ countersign: 1, type: "preview", state: "code" }, parent, "https://evil.example")],
    ["another window", () => say({ countersign: 1, type: "preview", state: "code" }, {})],
    ["no mark", () => say({ type: "preview", state: "code" })],
    ["another type", () => say({ countersign: 1, type: "init" })],
    ["text", () => say("preview")],
    ["null", () => say(null)],
  ])("ignores %s", (_, send) => {
    const shown = begin();
    send();
    expect(shown).toHaveLength(1);
  });
});
