/**
 * The tracker: tells the server which pages one visitor enters, and who signs in and out. What it must never do is as
 * much its task: nothing before consent, no query but the allowed one, no contents of forms, no harm to the page.
 */
import type { PageWords, TrackedEvent, Waiting } from "./types";

const SECOND = 1e3;
const MINUTE = 6e4;
const QUEUE_MAX = 100;
/** In characters. Longer events the server would refuse, one by one, or the browser with everything beside them. */
const EVENT_MAX = 8000;
/** In characters of at most three bytes: never above the 60 KB of a batch. Each event counts a fiftieth beside its own. */
const BATCH_MAX = 20_000;
const EVENT_WEIGHT = 400;
const VISIT = "cs_visit";

export function install(script: HTMLScriptElement): void {
  const host = window as any;
  const page = document as Document & { prerendering?: boolean };
  const browser = navigator as Navigator & { globalPrivacyControl?: boolean };
  const data = script.dataset;
  const key = data.key;
  const url = new URL(`t/${key}`, new URL(data.server || "../../", script.src));
  const query = (data.query ?? "utm_source,utm_medium,utm_campaign,utm_term,utm_content").split(",");
  const mode = data.signals !== "ignore" && (browser.globalPrivacyControl || browser.doNotTrack === "1") ? "none" : data.storage || "cookie";
  // The device, the queue, the settings. By key: pages of one origin may belong to two sites.
  const device = `cs_d${key}`;
  const waiting = `cs_q${key}`;
  const settings = `cs_s${key}`;
  const isCookie = mode === "cookie";
  const isAuto = data.auto !== "false";
  /** Of the visit's key: a cookie, as long as the browser keeps it. */
  let isJar = isCookie;
  /** Of the rest: the browser's, or the page's memory. */
  let store: Record<string, string | undefined> = {};
  let isOpen = data.consent !== "required";
  let own: Waiting[] = [];
  const held: [name: string, data: unknown][] = [];
  let idle = 18e5;
  /** Nothing, a timer until the next batch, or true: one is on its way. */
  let sending: unknown;
  let failures = 0;
  let last = 0;
  // The page that is open: its key, its visit, what the site calls it, where it is, its time in use.
  let current: string | undefined;
  let currentVisit = "";
  let words: PageWords | undefined;
  let here: string | undefined;
  let active = 0;
  let since = 0;

  const warn = (text: unknown) => console.warn("countersign:", text);
  const random = () => crypto.randomUUID().replace(/-/g, "");

  // ---- what is kept

  try {
    if (mode !== "none") store = localStorage;
  } catch {
    isJar = false;
  }
  const keep = (name: string, value?: string) => {
    if (isJar && name === VISIT) page.cookie = `${name}=${value || ";max-age=0"};path=/;samesite=lax;secure`;
    else
      try {
        if (value) store[name] = value;
        else delete store[name];
      } catch {
        // Full: as on a page that must not store.
        store = { [name]: value };
      }
  };
  const recall = () => (isJar ? /\bcs_visit=([^;]+)/.exec(page.cookie)?.[1] : store[VISIT]) || "";
  /** What waits, of all tabs. Its own a tab knows by heart: another that writes at the same moment may write over them. */
  const queue = (): Waiting[] => {
    const text = store[waiting] || "";
    let all: Waiting[] = [];
    try {
      all = JSON.parse(text);
    } catch {}
    return [...all, ...own.filter((entry) => !text.includes(entry[1].id))].slice(-QUEUE_MAX);
  };

  // ---- events

  /** No query but what is allowed, no fragment but a route, nobody's name and password. */
  const strip = (text: string) => {
    if (!text) return;
    const { origin, pathname, searchParams, hash } = new URL(text);
    const kept = new URLSearchParams([...searchParams].filter(([name]) => query.includes(name)));
    return origin + pathname + (`${kept}` && `?${kept}`) + /^#!?\/[^?]*|/.exec(hash);
  };
  const add = (visit: string, name: string, data?: unknown, more?: PageWords) => {
    try {
      // Never the same millisecond twice: the server orders by it.
      last = Math.max(Date.now(), last + 1);
      const event: TrackedEvent = { id: last + random().slice(13), at: last, name, page: current, url: here!, title: page.title, ...more, data };
      // As the server would say.
      if (JSON.stringify(event).length > EVENT_MAX) throw 413;
      own = [...own, [visit, event] as Waiting].slice(-QUEUE_MAX);
      keep(waiting, JSON.stringify(queue()));
      schedule(SECOND);
    } catch (error) {
      warn(`${name} ${error}`);
    }
  };
  /** The key of the visit, which begins here if the last one is over. */
  const visit = () => {
    const now = Date.now();
    const was = recall();
    const isNew = !(now < +was.slice(32) + idle);
    const value = (isNew ? random() : was.slice(0, 32)) + now;
    keep(VISIT, value);
    // What stands there counts: another tab may have begun the visit at the same moment. Nothing there: no cookies.
    let kept = recall();
    if (!kept) {
      isJar = false;
      keep(VISIT, (kept = value));
    }
    const key = kept.slice(0, 32);
    if (isNew) add(key, "VisitStarted");
    return key;
  };
  const record = (name: string, data?: unknown) => {
    if (isOpen) {
      const key = visit();
      if (current && key !== currentVisit) enter(words);
      add(key, name, data);
    } else if (/^(Sign|User)/.test(name)) {
      // What was done before consent is nobody's business; who is signed in is still true after it.
      held.push([name, data]);
    }
  };
  const tick = () => {
    const now = performance.now();
    if (since) active += now - since;
    since = page.hasFocus() ? now : 0;
    // On a phone nothing may come after this.
    if (page.hidden) flush();
  };
  const leave = (leaving: boolean) => {
    tick();
    if (current && isOpen) add(currentVisit, "PageExited", { leaving, active_ms: ~~active });
    current = here = undefined;
  };
  const enter = (more?: PageWords) => {
    words = more;
    if (!isOpen) return;
    const key = visit();
    leave(key !== currentVisit);
    here = strip(location.href);
    currentVisit = key;
    current = random();
    active = 0;
    add(key, "PageEntered", undefined, more);
    api.turned();
  };
  const turn = () => {
    if (strip(location.href) !== here) enter();
  };

  // ---- the way to the server

  const schedule = (milliseconds: number) => {
    sending ||= setTimeout(flush, milliseconds);
  };
  const flush = async (isLast?: boolean) => {
    // A server that asked for patience gets it: the next page sends what waits.
    if (isLast ? failures : sending === true) return;
    sending = 0;
    const all = queue();
    if (!all[0] || !isOpen) return;
    const visit = all[0][0];
    let size = 0;
    const events = all.filter((entry) => entry[0] === visit && (size += JSON.stringify(entry).length + EVENT_WEIGHT) <= BATCH_MAX).map((entry) => entry[1]);
    // Single-page applications set the title some time after the address.
    for (const event of events) if (event.page === current) event.title = words?.title || page.title;
    if (mode === "storage" && !store[device]) keep(device, random());
    const body = JSON.stringify({ v: 1, sent: Date.now(), visit, device: store[device], keep: isCookie, language: browser.language, referrer: strip(page.referrer), events });
    // A beacon carries cookies whatever we say, so it is for those who may have one. It does not tell its fate: the next
    // page sends its events again, and the server counts them once.
    if (isLast && isCookie && browser.sendBeacon(url, body)) return;
    sending = true;
    let patience = SECOND;
    try {
      const answer = await fetch(url, { method: "POST", body, keepalive: true, credentials: isCookie ? "include" : "omit" });
      const { status } = answer;
      if (/408|429|5../.test(status as any)) throw answer.headers.get("retry-after");
      if (status > 399) warn(`${status} ${await answer.text()}`);
      failures = 0;
      const isLeft = (entry: Waiting) => !body.includes(entry[1].id);
      own = own.filter(isLeft);
      if (isOpen) keep(waiting, JSON.stringify(queue().filter(isLeft)));
    } catch (seconds: any) {
      failures++;
      patience = SECOND * (+seconds || 2 ** failures);
    }
    sending = 0;
    if (queue()[0]) schedule(patience);
  };

  // ---- what the page may say

  const api: Record<string, any> = {
    track: record,
    page: enter,
    consent(given: boolean) {
      if (given === isOpen) return;
      isOpen = given;
      if (given) return start();
      for (const name of [VISIT, device, waiting, settings]) keep(name);
      leave(false);
      own = [];
      // The cookie of the server, which no script can reach.
      if (isCookie) browser.sendBeacon(`${url}?forget`);
    },
    // The commands of `_gt`, of both generations.
    event(name: any, options?: any) {
      if (name.eventName) ({ eventName: name, ...options } = name);
      record(name, options?.data || options);
    },
    push(...commands: any[]) {
      for (const command of commands)
        try {
          api[command[0]](...command.slice(1));
        } catch {
          warn(`no ${command}`);
        }
    },
  };

  for (const name of ["SignIn", "SignOut", "UserInfo"])
    api[`send${name}`] = api[name[0]!.toLowerCase() + name.slice(1)] = (data?: any) => record(name, data?.data || data);

  // ---- from the beginning

  
  api.turned = async () => {
    try {
      let text = store[settings] || "";
      if (!text.startsWith(currentVisit)) text = currentVisit + (await (await fetch(url)).text());
      const { triggers, idle_minutes } = JSON.parse(text.slice(32));
      api.triggers = [...triggers];
      if (!isOpen) return;
      keep(settings, text);
      idle = idle_minutes * MINUTE || idle;
      if (!triggers[0]) return;
      // The page pins both files by the one attribute that it gives this one.
      page.head.append(Object.assign(page.createElement("script"), { crossOrigin: "", integrity: script.integrity, src: script.src.replace("tracker.js", "triggers.js") }));
    } catch {}
  };
  const start = () => {
    for (const command of held.splice(0)) record(...command);
    if (!here && (isAuto || words)) enter(words);
  };
  const boot = () => {
    // A second copy has nothing to do, and a page without https none of what is needed.
    if (host.countersignTracker?.track || !isSecureContext) return;
    for (const name of ["countersignTracker", "_gt"]) {
      const before = host[name];
      host[name] = api;
      if (before) api.push(...before);
    }
    start();
    if (isAuto) {
      for (const name of ["pushState", "replaceState"] as const) {
        const was = history[name];
        history[name] = (...args) => {
          was.apply(history, args);
          turn();
        };
      }
      addEventListener("popstate", turn);
    }
    addEventListener("pagehide", () => {
      leave(true);
      flush(true);
    });
    // Out of the back-forward cache: a page that is returned to is a new page.
    addEventListener("pageshow", start);
    for (const name of ["focus", "blur", "visibilitychange"]) addEventListener(name, tick);
    addEventListener("online", () => flush());
  };
  // A page that is made ready ahead of its time may never be seen.
  if (page.prerendering) page.addEventListener("prerenderingchange", boot);
  else boot();
}
