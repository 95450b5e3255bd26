import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { install } from "../src/tracker/tracker";

type Any = any; // eslint-disable-line

const KEY = "cswk_1";
const URL_ = `https://id.example/t/${KEY}`;
const SETTINGS = { triggers: [], categories: [], query_allow: [], idle_minutes: 30 };
const host = window as Any;
const happy = host.happyDOM;
const { pushState, replaceState } = history;

let listeners: [EventTarget, string, Any][] = [];
for (const target of [window, document]) {
  const add = target.addEventListener.bind(target);
  target.addEventListener = ((type: string, listener: Any, options: Any) => {
    listeners.push([target, type, listener]);
    add(type, listener, options);
  }) as Any;
}

const timers: Any[] = [];

interface Sent {
  url: string;
  body: Any;
  how: "fetch" | "beacon";
  options?: Any;
}
let sent: Sent[] = [];
let answer: () => Promise<Response> = () => Promise.resolve(new Response("{}"));
let isFocused = true;
let isHidden = false;

function tracker(data: Record<string, string> = {}): Any {
  const script = document.createElement("script");
  Object.defineProperty(script, "src", { value: "https://id.example/tracker/1/tracker.js" });
  Object.assign(script.dataset, { key: KEY, ...data });
  install(script);
  return host.countersignTracker;
}

/** Another page of the same browser: what scripts hold is gone, what is stored stays. */
function leaveBehind(): void {
  for (const [target, type, listener] of listeners) target.removeEventListener(type, listener);
  listeners = [];
  delete host.countersignTracker;
  delete host._gt;
  Object.assign(history, { pushState, replaceState });
  for (const timer of timers.splice(0)) clearTimeout(timer);
}

const go = (path: string) => happy.setURL(`https://shop.example${path}`);
const second = () => vi.advanceTimersByTimeAsync(1100);
const events = () => sent.flatMap(({ body }) => body?.events ?? []) as Any[];
const names = () => events().map(({ name }) => name);
const named = (name: string) => events().filter((event) => event.name === name);
const signal = (type: string, more: object = {}) => window.dispatchEvent(Object.assign(new Event(type), more));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"] });
  vi.setSystemTime(new Date("2026-11-22T20:00:00Z"));
  // The clock of a page is never at its beginning.
  vi.advanceTimersByTime(5);
  const wait = setTimeout;
  vi.stubGlobal("setTimeout", (act: Any, after: number) => timers[timers.push(wait(act, after)) - 1]);
  sent = [];
  isFocused = true;
  isHidden = false;
  answer = () => Promise.resolve(new Response('{"accepted":1,"duplicates":0,"refused":[]}'));
  localStorage.clear();
  document.cookie = "cs_visit=;max-age=0;path=/;secure";
  go("/start?utm_source=mail&token=secret#top");
  document.title = "Start";
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("fetch", (url: Any, options?: Any) => {
    if (!options) return Promise.resolve(new Response(JSON.stringify(SETTINGS)));
    sent.push({ url: String(url), body: JSON.parse(options.body), how: "fetch", options });
    return answer();
  });
  Object.defineProperty(navigator, "sendBeacon", {
    configurable: true,
    value: (url: Any, body?: string) => !!sent.push({ url: String(url), body: body && JSON.parse(body), how: "beacon" }),
  });
  Object.defineProperty(document, "hasFocus", { configurable: true, value: () => isFocused });
  Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden });
  vi.spyOn(console, "warn").mockImplementation(() => {});
});

afterEach(() => {
  leaveBehind();
  for (const name of ["globalPrivacyControl", "doNotTrack"]) delete (navigator as Any)[name];
  delete (document as Any).prerendering;
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("a page", () => {
  it("opens a visit and is entered, with what may leave of its address, in one batch after a second", async () => {
    tracker();
    expect(sent).toEqual([]);
    await second();
    expect(sent).toHaveLength(1);
    const [{ url, body, options }] = sent as [Sent];
    expect(url).toBe(URL_);
    expect(options).toMatchObject({ method: "POST", keepalive: true, credentials: "include" });
    expect(options.headers).toBeUndefined();
    expect(body).toMatchObject({ v: 1, keep: true, sent: expect.any(Number), visit: expect.stringMatching(/^[\da-f]{32}$/), language: navigator.language });
    expect(names()).toEqual(["VisitStarted", "PageEntered"]);
    const [started, entered] = events();
    expect(entered).toMatchObject({ id: expect.stringMatching(/^[\da-f]{32}$/), page: expect.stringMatching(/^[\da-f]{32}$/), url: "https://shop.example/start?utm_source=mail", title: "Start" });
    expect(entered.at).toBeGreaterThan(started.at);
    expect(entered.id > started.id).toBe(true);
    expect(document.cookie).toContain(`cs_visit=${body.visit}`);
  });

  it("says when it was left and how long it was in use", async () => {
    tracker();
    await vi.advanceTimersByTimeAsync(3000);
    isFocused = false;
    signal("blur");
    await vi.advanceTimersByTimeAsync(60_000);
    isFocused = true;
    signal("focus");
    await vi.advanceTimersByTimeAsync(2000);
    signal("pagehide");
    const [exited] = named("PageExited");
    expect(exited.data).toEqual({ leaving: true, active_ms: 5000 });
    expect(exited.page).toBe(named("PageEntered")[0].page);
    expect(sent.at(-1)!.how).toBe("beacon");
  });

  it("that comes back is a new page, of the same visit", async () => {
    tracker();
    signal("pagehide");
    signal("pageshow", { persisted: true });
    await second();
    const entered = named("PageEntered");
    expect(new Set(entered.map(({ page }) => page)).size).toBe(2);
    expect(new Set(sent.map(({ body }) => body.visit)).size).toBe(1);
    expect(named("VisitStarted").every(({ id }, _, all) => id === all[0].id)).toBe(true);
  });

  it("of a single-page application is another one when the path changes, and not for what is cut away", async () => {
    tracker();
    history.pushState({}, "", "/start?utm_source=mail&session=1#end");
    history.replaceState({}, "", "/start?utm_source=mail");
    history.pushState({}, "", "/loans?q=mortgage");
    document.title = "Loans";
    await second();
    go("/start?utm_source=mail");
    signal("popstate");
    document.title = "Start again";
    await second();
    expect(named("PageEntered").map(({ url, title }) => [url, title])).toEqual([
      ["https://shop.example/start?utm_source=mail", "Start"],
      ["https://shop.example/loans", "Loans"],
      ["https://shop.example/start?utm_source=mail", "Start again"],
    ]);
    expect(named("PageExited").map(({ url, data }) => [url, data.leaving])).toEqual([
      ["https://shop.example/start?utm_source=mail", false],
      ["https://shop.example/loans", false],
    ]);
  });

  it("may be a route in the fragment", async () => {
    go("/app#/orders/7?token=secret");
    tracker({ query: "" });
    await second();
    expect(named("PageEntered")[0].url).toBe("https://shop.example/app#/orders/7");
  });

  it("is entered only by the site where it says so, with the site's words", async () => {
    const made = tracker({ auto: "false" });
    history.pushState({}, "", "/loans");
    await second();
    expect(sent).toEqual([]);
    made.page({ title: "A loan", category: "loans;new" });
    await second();
    expect(named("PageEntered")).toMatchObject([{ title: "A loan", category: "loans;new", url: "https://shop.example/loans" }]);
  });

  it("that is made ready ahead of its time is entered when somebody sees it", async () => {
    (document as Any).prerendering = true;
    tracker();
    await second();
    expect(sent).toEqual([]);
    document.dispatchEvent(new Event("prerenderingchange"));
    await second();
    expect(names()).toEqual(["VisitStarted", "PageEntered"]);
  });
});

describe("a visit", () => {
  it("goes on over pages and tabs, and is another one after thirty idle minutes", async () => {
    tracker();
    await second();
    const first = sent[0]!.body.visit;
    leaveBehind();
    await vi.advanceTimersByTimeAsync(29 * 60_000);
    tracker();
    await second();
    expect(sent[1]!.body.visit).toBe(first);
    leaveBehind();
    await vi.advanceTimersByTimeAsync(31 * 60_000);
    tracker();
    await second();
    expect(sent[2]!.body.visit).not.toBe(first);
    expect(named("VisitStarted")).toHaveLength(2);
  });

  it("that begins in a page that slept enters this page again, and every event goes with its own visit", async () => {
    const made = tracker();
    await second();
    await vi.advanceTimersByTimeAsync(40 * 60_000);
    made.track("AddToCart", { price: "64" });
    await vi.advanceTimersByTimeAsync(3000);
    expect(sent).toHaveLength(3);
    const [first] = sent.map(({ body }) => body.visit);
    const of = (isFirst: boolean) => sent.slice(1).filter(({ body }) => (body.visit === first) === isFirst).flatMap(({ body }) => body.events) as Any[];
    expect(of(true).map(({ name }) => name)).toEqual(["PageExited"]);
    expect(of(false).map(({ name }) => name)).toEqual(["VisitStarted", "PageEntered", "AddToCart"]);
    const [, entered, added] = of(false);
    expect(added.page).toBe(entered.page);
  });

  it("takes its idle minutes from the site's settings, which are fetched once", async () => {
    const fetched = vi.fn((_: Any, options?: Any) => {
      if (options) sent.push({ url: "", body: JSON.parse(options.body), how: "fetch" });
      return Promise.resolve(new Response(JSON.stringify({ ...SETTINGS, idle_minutes: 5 })));
    });
    vi.stubGlobal("fetch", fetched);
    tracker();
    await second();
    history.pushState({}, "", "/two");
    await second();
    leaveBehind();
    const made = tracker();
    await second();
    expect(fetched.mock.calls.filter(([, options]) => !options)).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(6 * 60_000);
    made.track("x");
    await vi.advanceTimersByTimeAsync(3000);
    expect(named("VisitStarted")).toHaveLength(2);
  });
});

describe("who it is", () => {
  it("t_3: a page that says at once who is signed in is entered after that, not as the one before", async () => {
    host.countersignTracker = [["signIn", { token: "jwt", identity: "anna" }]];
    tracker();
    await second();
    expect(names()).toEqual(["VisitStarted", "SignIn", "PageEntered"]);
    expect(named("SignIn")[0].data).toEqual({ token: "jwt", identity: "anna" });
    const at = events().map((event) => event.at);
    expect([...at].sort((a, b) => a - b)).toEqual(at);
    expect(new Set(at).size).toBe(3);
  });

  it("is said by methods and by the queue, which stays one", async () => {
    const made = tracker({ auto: "false" });
    made.signIn({ identity: "anna" });
    made.push(["userInfo", { identity: "anna", email: "anna@mail.example" }], ["signOut"]);
    made.track("AddToCart", { price: "64" });
    await second();
    expect(events().map(({ name, data }) => [name, data])).toEqual([
      ["VisitStarted", undefined],
      ["SignIn", { identity: "anna" }],
      ["UserInfo", { identity: "anna", email: "anna@mail.example" }],
      ["SignOut", undefined],
      ["AddToCart", { price: "64" }],
    ]);
  });

  it("is said in the words of _gt, of both generations, before and after the tracker is there", async () => {
    host._gt = [["event", "SearchEvent", { data: { q: "loan" } }], ["sendSignIn", { userId: "anna" }]];
    tracker({ auto: "false" });
    host._gt.push(["event", "SignIn", { data: { identityId: "anna" } }]);
    host._gt.push(["event", { eventName: "AddToCart", productName: "Kettle" }]);
    host._gt.push(["event", { eventName: "Compare", data: { a: 1 } }]);
    host._gt.push(["sendUserInfo", { data: { userId: "anna" } }], ["sendSignOut", {}], ["event", "SignOut"]);
    await second();
    expect(events().slice(1).map(({ name, data }) => [name, data])).toEqual([
      ["SearchEvent", { q: "loan" }],
      ["SignIn", { userId: "anna" }],
      ["SignIn", { identityId: "anna" }],
      ["AddToCart", { productName: "Kettle" }],
      ["Compare", { a: 1 }],
      ["UserInfo", { userId: "anna" }],
      ["SignOut", {}],
      ["SignOut", undefined],
    ]);
  });

  it.each([[["SIGNIN", {}]], [["Event", "x"]], ["nonsense"], [[undefined]], [null]])("is never a command that there is not: %j", async (command) => {
    tracker({ auto: "false" }).push(command);
    await second();
    expect(sent).toEqual([]);
    expect(console.warn).toHaveBeenCalledTimes(1);
  });
});

describe("consent", () => {
  const stored = () => [document.cookie, Object.keys(localStorage).filter((name) => name.startsWith("cs_"))];

  it("t_4: nothing is sent, stored or minted before it; who is signed in is said after it", async () => {
    const random = vi.spyOn(crypto, "randomUUID");
    host.countersignTracker = [["signIn", { identity: "anna" }], ["track", "AddToCart"], ["page", { title: "Mine" }]];
    const made = tracker({ consent: "required" });
    history.pushState({}, "", "/two");
    made.page({ title: "Two" });
    signal("pagehide");
    signal("pageshow", { persisted: true });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent).toEqual([]);
    expect(random).not.toHaveBeenCalled();
    expect(stored()).toEqual(["", []]);
    made.push(["consent", true]);
    await second();
    expect(names()).toEqual(["VisitStarted", "SignIn", "PageEntered"]);
    expect(named("PageEntered")[0].title).toBe("Two");
  });

  it("t_4: what waits since an earlier page waits for it too", async () => {
    answer = () => Promise.reject(new TypeError("offline"));
    tracker();
    await second();
    leaveBehind();
    sent = [];
    const made = tracker({ consent: "required" });
    signal("online");
    signal("pagehide");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent).toEqual([]);
    answer = () => Promise.resolve(new Response("{}"));
    made.consent(true);
    await second();
    expect(names()).toEqual(["VisitStarted", "PageEntered", "PageEntered"]);
  });

  it("t_4: taken back, deletes the ids, sends nothing more, and has the server forget its cookie", async () => {
    const made = tracker();
    await second();
    made.track("AddToCart");
    // Left by another way of storing. (It stands here, too, since happy-dom throws where browsers delete nothing.)
    localStorage.setItem(`cs_d${KEY}`, "d".repeat(32));
    made.consent(false);
    expect(sent.at(-1)).toMatchObject({ how: "beacon", url: `${URL_}?forget`, body: undefined });
    const count = sent.length;
    made.track("AddToCart");
    history.pushState({}, "", "/two");
    signal("pagehide");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent).toHaveLength(count);
    expect(stored()).toEqual(["", []]);
    const before = sent[0]!.body.visit;
    made.consent(true);
    await second();
    expect(sent.at(-1)!.body.visit).not.toBe(before);
    expect(sent.at(-1)!.body.events.map(({ name }: Any) => name)).toEqual(["VisitStarted", "PageEntered"]);
  });

  it("t_4: taken back while a batch is on its way, leaves nothing behind", async () => {
    let done = () => {};
    answer = () => new Promise((resolve) => (done = () => resolve(new Response("{}"))));
    const made = tracker({ storage: "storage" });
    await second();
    expect(stored()[1]).toHaveLength(4);
    made.consent(false);
    done();
    await second();
    expect(stored()).toEqual(["", []]);
  });

  it.each([["globalPrivacyControl", true], ["doNotTrack", "1"]])("t_4: %s means no device, nothing stored, no cookie sent", async (name, value) => {
    Object.defineProperty(navigator, name, { configurable: true, value });
    tracker({ storage: "storage" });
    await second();
    signal("pagehide");
    expect(sent.map(({ how, body, options }) => [how, body.keep, body.device, options.credentials])).toEqual(Array(2).fill(["fetch", false, undefined, "omit"]));
    expect(stored()).toEqual(["", []]);
  });

  it("t_4: signals may be ignored where the law has another answer", async () => {
    Object.defineProperty(navigator, "globalPrivacyControl", { configurable: true, value: true });
    tracker({ storage: "storage", signals: "ignore" });
    await second();
    expect(sent[0]!.body.device).toMatch(/^[\da-f]{32}$/);
  });
});

describe("storage", () => {
  it("of the browser keeps device and visit without a cookie", async () => {
    tracker({ storage: "storage" });
    await second();
    leaveBehind();
    tracker({ storage: "storage" });
    await second();
    const [one, two] = sent.map(({ body }) => body);
    expect(one.device).toMatch(/^[\da-f]{32}$/);
    expect([two.device, two.visit]).toEqual([one.device, one.visit]);
    expect(document.cookie).toBe("");
    expect(sent[0]!.options.credentials).toBe("omit");
  });

  it("that is none is the page's memory", async () => {
    const made = tracker({ storage: "none" });
    await second();
    made.track("AddToCart");
    await second();
    expect(sent[1]!.body.visit).toBe(sent[0]!.body.visit);
    expect([document.cookie, localStorage.length]).toEqual(["", 0]);
  });

  it("that throws, as in a sandboxed frame, is the page's memory too", async () => {
    const refuse = () => {
      throw new DOMException("no", "SecurityError");
    };
    vi.stubGlobal("localStorage", undefined);
    Object.defineProperty(host, "localStorage", { configurable: true, get: refuse });
    const cookie = vi.spyOn(document, "cookie", "get").mockImplementation(refuse as Any);
    tracker();
    await second();
    expect(names()).toEqual(["VisitStarted", "PageEntered"]);
    expect(cookie).not.toHaveBeenCalled();
  });

  it("that takes no cookies does not make each event a visit", async () => {
    vi.spyOn(document, "cookie", "get").mockReturnValue("");
    const made = tracker();
    made.track("a");
    made.track("b");
    await second();
    expect(names()).toEqual(["VisitStarted", "PageEntered", "a", "b"]);
  });

  it("that is full loses nothing of this page", async () => {
    const full = new Proxy({} as Any, {
      set() {
        throw new DOMException("full", "QuotaExceededError");
      },
    });
    vi.stubGlobal("localStorage", full);
    const made = tracker();
    made.track("a");
    await second();
    expect(names()).toEqual(["VisitStarted", "PageEntered", "a"]);
    expect(console.warn).not.toHaveBeenCalled();
  });

  it("that somebody else wrote into is begun anew", async () => {
    localStorage.setItem(`cs_q${KEY}`, "{not json");
    tracker();
    await second();
    expect(names()).toEqual(["VisitStarted", "PageEntered"]);
  });
});

describe("the way to the server", () => {
  it("t_6: what was not confirmed is sent again by the next page, with the same ids", async () => {
    answer = () => Promise.reject(new TypeError("offline"));
    tracker();
    await second();
    const first = events().map(({ id }) => id);
    leaveBehind();
    answer = () => Promise.resolve(new Response("{}"));
    tracker();
    await second();
    expect(sent.at(-1)!.body.events.map(({ id }: Any) => id).slice(0, 2)).toEqual(first);
    expect(JSON.parse(localStorage.getItem(`cs_q${KEY}`)!)).toEqual([]);
  });

  it("t_6: an event is not lost when another tab writes over the queue at the same moment", async () => {
    const made = tracker();
    const before = localStorage.getItem(`cs_q${KEY}`)!;
    made.track("Mine");
    localStorage.setItem(`cs_q${KEY}`, before);
    await second();
    expect(names()).toEqual(["VisitStarted", "PageEntered", "Mine"]);
  });

  it.each([429, 503])("waits as long as a %i asks for, and leaves without another word", async (status) => {
    answer = () => Promise.resolve(new Response("", { status, headers: { "retry-after": "20" } }));
    const made = tracker();
    await second();
    made.track("a");
    signal("pagehide");
    await vi.advanceTimersByTimeAsync(18_000);
    expect(sent).toHaveLength(1);
    answer = () => Promise.resolve(new Response("{}"));
    await vi.advanceTimersByTimeAsync(3000);
    expect(sent).toHaveLength(2);
    expect(sent[1]!.body.events.map(({ name }: Any) => name)).toEqual(["VisitStarted", "PageEntered", "a", "PageExited"]);
  });

  it("waits longer each time, and goes on when the network is back", async () => {
    answer = () => Promise.reject(new TypeError("offline"));
    tracker();
    await vi.advanceTimersByTimeAsync(1000 + 2000 + 4000 + 8000 + 500);
    expect(sent).toHaveLength(4);
    answer = () => Promise.resolve(new Response("{}"));
    signal("online");
    await second();
    expect(sent).toHaveLength(5);
    expect(JSON.parse(localStorage.getItem(`cs_q${KEY}`)!)).toEqual([]);
  });

  it.each([400, 403, 404, 413])("drops what a %i refuses, says why once, and does not ask again", async (status) => {
    answer = () => Promise.resolve(new Response('{"code":"unknown-origin"}', { status }));
    tracker();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent).toHaveLength(1);
    expect(console.warn).toHaveBeenCalledTimes(1);
    expect(vi.mocked(console.warn).mock.calls[0]!.join(" ")).toContain(`${status} {"code":"unknown-origin"}`);
  });

  it("t_5: sends no more than fifty events and 60 KB at once, and keeps a hundred", async () => {
    const made = tracker({ auto: "false" });
    answer = () => Promise.reject(new TypeError("offline"));
    for (let at = 0; at < 120; at++) made.track(`e${at}`, { text: "ж".repeat(at % 2 ? 6000 : 1) });
    await second();
    expect(JSON.parse(localStorage.getItem(`cs_q${KEY}`)!)).toHaveLength(100);
    answer = () => Promise.resolve(new Response("{}"));
    sent = [];
    await vi.advanceTimersByTimeAsync(120_000);
    for (const { body } of sent) {
      expect(body.events.length).toBeLessThanOrEqual(50);
      expect(new TextEncoder().encode(JSON.stringify(body)).length).toBeLessThanOrEqual(60_000);
    }
expect(names()).toEqual(Array.from({ length: 100 }, (_, at) => `e${at + 20}`));
  });

  it("refuses what no server would take, and data that is none, without harm to the page", async () => {
    const made = tracker({ auto: "false" });
    const circle: Any = {};
    circle.circle = circle;
    made.track("Long", { text: "x".repeat(9000) });
    made.track("Circle", circle);
    made.track("Big", { n: 1n });
    made.track("Good");
    await second();
    expect(names()).toEqual(["VisitStarted", "Good"]);
    expect(console.warn).toHaveBeenCalledTimes(3);
  });

  it("sends what waits when the page is put aside", () => {
    tracker();
    isHidden = true;
    isFocused = false;
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    expect(names()).toEqual(["VisitStarted", "PageEntered"]);
  });
});

describe("on a page", () => {
  it("a second copy does nothing", async () => {
    const one = tracker();
    expect(tracker()).toBe(one);
    await second();
    expect(names()).toEqual(["VisitStarted", "PageEntered"]);
  });

  it("without https nothing is taken over", async () => {
    vi.stubGlobal("isSecureContext", false);
    host.countersignTracker = [["track", "a"]];
    tracker();
    await second();
    expect(sent).toEqual([]);
    expect(host.countersignTracker).toEqual([["track", "a"]]);
  });

  it("another server may be named", async () => {
    tracker({ server: "https://www.shop.example/countersign/" });
    await second();
    expect(sent[0]!.url).toBe(`https://www.shop.example/countersign/t/${KEY}`);
  });

  it("history works as before", () => {
    tracker();
    history.pushState({ a: 1 }, "", "/two");
    expect([location.pathname, history.state]).toEqual(["/two", { a: 1 }]);
  });
});
