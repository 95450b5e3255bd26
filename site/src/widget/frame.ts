/**
 * The identification window, on our own origin. It gives a code only when somebody presses for it in here (W-4), shows
 * it, watches what becomes of it, and lets the customer undo a link that is not theirs (C-7).
 */
import { apply, type Theme } from "../shared/theme";
import { backoff, call, pause, Problem } from "../shared/http";
import { choose, direction, fill, override, phrases } from "../shared/i18n";
import { h, icon, safeUrl, svgPath } from "../shared/dom";
import { HostLink, type Identity, subject } from "../shared/protocol";
import { Countdown, lifetime, minutes, WARNING } from "./countdown";
import { qr } from "./qr";
import english from "./phrases/en.json";

type Text = typeof english;
type Key = keyof Text;

interface Channel {
  name: string;
  kind: string;
  url?: string | null;
}

interface Widget {
  mode: "signed" | "plain";
  language?: string;
  languages?: string[];
  phrases?: unknown;
  theme?: Theme;
  channels?: Channel[];
}

interface Code {
  id: string;
  code: string;
  display: string;
  issued_at: string;
  expires_at: string;
  lifetime_secs: number;
  status_token: string;
  links: Channel[];
}

interface Linked {
  channel_name: string;
  channel_kind: string;
  account_name: string | null;
  undo_until: string;
  state: "live" | "undone";
}

interface Status {
  state: "live" | "used" | "expired" | "superseded" | "revoked";
  link: Linked | null;
}

const id = /\/widget\/frame\/([\w-]{1,64})\/?$/.exec(location.pathname)?.[1] ?? "";
const api = `/public/widgets/${id}`;
const app = document.getElementById("app")!;
const live = h("p", { class: "sr", "aria-live": "polite" });

let text: Text = english;
let widget: Widget | undefined;
let wishes: string[] = [...navigator.languages];
/** Whose code is shown. Another person at the same page must never see it. */
let owner: string | undefined;
let holding = false;
let hidden = false;
/** Ends what belongs to the state before: timers, polls, requests. */
let scope = new AbortController();
let focusNext = false;

const t = (key: Key, values?: Record<string, string>) => fill(text[key], values);

function say(words: string): void {
  live.textContent = "";
  setTimeout(() => (live.textContent = words), 50);
}

/** A new state: whatever the last one was doing stops. */
function enter(): AbortSignal {
  scope.abort();
  scope = new AbortController();
  return scope.signal;
}

let lastHeight = 0;
function measure(): void {
  const height = Math.ceil(app.getBoundingClientRect().height);
  if (height !== lastHeight) host.send({ type: "size", height: (lastHeight = height), title: text.title });
}

function draw(title: string, ...content: (Node | null | false)[]): void {
  const hadFocus = app.contains(document.activeElement) || document.activeElement === document.body;
  const heading = h("h1", { tabindex: -1 }, title);
  const shut = host.embedded && h("button", { class: "square", "aria-label": text.close, title: text.close, click: () => host.send({ type: "close" }) }, icon("close"));
  app.replaceChildren(h("header", {}, heading, shut), ...content.filter((node): node is Node => !!node));
  if (focusNext || (hadFocus && document.hasFocus())) {
    focusNext = false;
    (app.querySelector<HTMLElement>("[data-first]") ?? heading).focus({ preventScroll: true });
  }
}

function button(label: string, press: () => void, kind: "main" | "second" = "main", picture?: string): HTMLButtonElement {
  return h(
    "button",
    {
      class: kind,
      type: "button",
      "data-first": kind === "main",
      // Only a person's own press counts; a script's does not.
      click: (event) => event.isTrusted && press(),
    },
    picture ? icon(picture) : null,
    h("span", {}, label),
  );
}

const hero = (picture: string, kind = "") => h("div", { class: `hero ${kind}` }, icon(picture));
const line = (words: string, kind = "") => h("p", { class: kind }, words);
const warning = (key: "warn" | "warn_short") => h("p", { class: "note" }, icon("shield"), h("span", {}, text[key]));

// --- states -----------------------------------------------------------------------------------------------------

function showLoading(): void {
  draw(text.title, h("div", { class: "bone", role: "status", "aria-label": text.loading }));
}

function showReady(): void {
  enter();
  owner = undefined;
  holding = false;
  draw(text.title, line(text.intro, "soft"), button(text.get, () => void issue()), warning("warn_short"));
}

async function issue(): Promise<void> {
  const signal = enter();
  const pressed = app.querySelector<HTMLElement>(".main");
  if (pressed) {
    pressed.setAttribute("aria-disabled", "true");
    pressed.lastElementChild!.textContent = text.getting;
  }
  say(text.getting);
  const who = await host.identity();
  if (signal.aborted) return;
  if (who.error) return showWho(who.error);
  try {
    const code = await call<Code>(`${api}/codes`, { method: "POST", body: body(who), signal });
    if (signal.aborted) return;
    owner = subject(who);
    showCode(code);
  } catch (error) {
    if (!signal.aborted) showProblem(error, () => void issue());
  }
}

function body(who: Identity): Record<string, unknown> {
  return who.token !== undefined ? { token: who.token } : { profile: who.profile };
}

const PICTURES: Record<string, string> = {
  telegram: "plane",
  whatsapp: "phone",
  phone: "phone",
  sms: "phone",
  email: "mail",
};

function showCode(code: Code): void {
  const signal = enter();
  holding = true;
  const countdown = new Countdown(lifetime(code));
  const shown = h("bdi", { class: "code", dir: "ltr", translate: "no" }, code.display);
  const left = h("p", { class: "left small soft" });
  const bar = h("i");
  const box = h(
    "div",
    { class: "box" },
    line(text.code, "small soft"),
    h("div", { "aria-hidden": "true" }, shown),
    // Read letter by letter, group by group.
    h("p", { class: "sr" }, code.display.replace(/-/g, ", ").replace(/(\w)(?=\w)/g, "$1 ")),
    left,
    h("div", { class: "bar", "aria-hidden": "true" }, bar),
  );
  const copyLabel = text.copy;
  const copy = button(copyLabel, () => void copyCode(), "main", "copy");
  const renew = button(text.renew, () => void issue(), "second");
  const offline = line(text.offline, "note");
  offline.hidden = navigator.onLine;
  renew.hidden = true;

  async function copyCode(): Promise<void> {
    const copied = await toClipboard(code.display, shown);
    say(copied ? text.copied_say : text.copy_blocked);
    copy.replaceChildren(icon(copied ? "check" : "copy"), h("span", {}, copied ? text.copied : copyLabel));
    if (!copied) copy.after(hint);
    setTimeout(() => !signal.aborted && copy.replaceChildren(icon("copy"), h("span", {}, copyLabel)), 4000);
  }
  const hint = line(text.copy_blocked, "small");

  const links = code.links?.length ? code.links : (widget?.channels ?? []);
  draw(
    text.title,
    box,
    copy,
    renew,
    offline,
    links.length > 0 && h("h2", { id: "official" }, text.channels),
    links.length > 0 && h("ul", { class: "channels", "aria-labelledby": "official" }, ...links.map(channel)),
    warning("warn"),
    live,
  );
  say(`${text.code}. ${t("valid", { time: minutes(countdown.left) })}`);

  let warned = false;
  const tick = () => {
    const seconds = countdown.left;
    if (seconds === 0) return void last(code);
    left.textContent = t("valid", { time: minutes(seconds) });
    bar.style.transform = `scaleX(${seconds / countdown.seconds})`;
    if (seconds <= WARNING && !warned) {
      warned = true;
      box.classList.add("late");
      renew.hidden = false;
      say(text.soon);
    }
  };
  tick();
  const timer = setInterval(tick, 500);
  const network = () => (offline.hidden = navigator.onLine);
  addEventListener("online", network);
  addEventListener("offline", network);
  signal.addEventListener("abort", () => {
    clearInterval(timer);
    removeEventListener("online", network);
    removeEventListener("offline", network);
  });
  void watch(code, signal);
}

function channel(link: Channel): HTMLLIElement {
  const row = h("li", {}, icon(PICTURES[link.kind] ?? "chat"), h("bdi", { class: "name" }, link.name));
  const url = safeUrl(link.url);
  if (!url) return row;
  const open = h("a", { class: "link", href: url, target: "_blank", rel: "noopener noreferrer", "aria-label": t("open_in", { name: link.name }) }, h("span", {}, text.open), icon("open"));
  const picture = matchMedia("(hover: hover) and (pointer: fine)").matches ? qr(url) : undefined;
  if (!picture) {
    row.append(open);
    return row;
  }
  // Somebody at a desk hands the chat over to the phone.
  const label = `${text.scan}: ${link.name}`;
  const panel = h("div", { class: "qr", hidden: true }, svgPath(picture.size, picture.path), line(t("scan_text", { name: link.name }), "small soft"));
  const toggle = h("button", { class: "square", type: "button", "aria-expanded": "false", "aria-label": label, title: label }, icon("qr"));
  toggle.onclick = () => {
    panel.hidden = !panel.hidden;
    toggle.setAttribute("aria-expanded", String(!panel.hidden));
  };
  row.append(toggle, open, panel);
  return row;
}

async function toClipboard(value: string, shown: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    const range = document.createRange();
    range.selectNodeContents(shown);
    const selection = getSelection();
    selection?.removeAllRanges();
    selection?.addRange(range);
    return document.execCommand("copy");
  }
}

/** Follows the code until it has an end. The network may fail as long as it likes. */
async function watch(code: Code, signal: AbortSignal): Promise<void> {
  let failures = 0;
  let seen: Status["state"] = "live";
  while (!signal.aborted) {
    const began = Date.now();
    try {
      const status: Status = await call<Status>(`/public/codes/${code.id}?wait=25&seen=${seen}`, { bearer: code.status_token, signal, timeout: 40_000 });
      if (signal.aborted) return;
      failures = 0;
      seen = status.state;
      if (status.link) return await found(code, status.link, signal);
      if (status.state !== "live") return showOver(status.state);
      // A server that does not hold the request must not be asked in a loop.
      if (Date.now() - began < 1000) await pause(2000, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Problem && !error.passing) return showProblem(error, () => void issue());
      const after = error instanceof Problem ? error.retryAfter * 1000 : 0;
      await pause(Math.max(after, backoff(failures++)), signal);
    }
  }
}

/** Time is up here; the server may have seen the code at the last moment, so it has the last word. */
async function last(code: Code): Promise<void> {
  const signal = enter();
  const status = await call<Status>(`/public/codes/${code.id}`, { bearer: code.status_token, signal, timeout: 5000 }).catch(() => undefined);
  if (signal.aborted) return;
  if (status?.link) await found(code, status.link, signal);
  else showOver(status && status.state !== "live" ? status.state : "expired");
}

/** A window that is closed opens for the news, but only before the person it is about. */
async function found(code: Code, link: Linked, signal: AbortSignal): Promise<void> {
  if (hidden) {
    const who = await host.identity(5000);
    if (signal.aborted) return;
    if (who.error || subject(who) !== owner) return showReady();
  }
  showLinked(code, link);
}

function showOver(state: Status["state"]): void {
  enter();
  holding = false;
  const replaced = state === "superseded";
  const title = replaced ? text.replaced : text.expired;
  draw(title, line(replaced ? text.replaced_text : text.expired_text, "soft"), button(text.renew, () => void issue()), live);
  say(title);
}

function showLinked(code: Code, link: Linked): void {
  const signal = enter();
  holding = true;
  if (link.state === "undone") return showUndone(link);
  host.send({ type: "linked" });
  hidden = false;
  const words = t("linked_to", { channel: link.channel_name, account: link.account_name ?? "" }).replace(/\s*\u2068\u2069\s*/, "");
  const until = Date.parse(link.undo_until);
  const leave = () => host.send({ type: "close" });
  const undo = button(text.undo, () => void undoLink(code, link), "second");
  const ask = h(
    "div",
    { class: "ask" },
    h("h2", { class: "middle" }, text.not_you),
    h("p", { class: "small soft middle" }, t("undo_until", { time: new Date(until).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }) })),
    undo,
  );
  draw(text.linked, hero("check"), h("p", { class: "middle" }, h("strong", {}, words)), line(text.linked_text, "soft middle"), host.embedded && button(text.close, leave), until > Date.now() && ask, live);
  say(`${text.linked}. ${words}`);
  const timer = setTimeout(() => ask.remove(), Math.max(0, until - Date.now()));
  signal.addEventListener("abort", () => clearTimeout(timer));
}

async function undoLink(code: Code, link: Linked): Promise<void> {
  const signal = enter();
  draw(text.undoing, h("div", { class: "bone" }), live);
  try {
    const status = await call<Status>(`/public/codes/${code.id}/undo`, { method: "POST", body: {}, bearer: code.status_token, signal });
    if (!signal.aborted) showUndone(status.link ?? link);
  } catch (error) {
    if (!signal.aborted) showProblem(error, () => void undoLink(code, link));
  }
}

function showUndone(link: Linked): void {
  enter();
  holding = false;
  draw(text.undone, hero("shield", "plain"), line(t("undone_text", { channel: link.channel_name }), "soft middle"), button(text.renew, () => void issue(), "second"), live);
  say(text.undone);
}

function showWho(error: NonNullable<Identity["error"]>): void {
  const out = error === "signed-out";
  fail(out ? text.signed_out : text.refused, out ? text.signed_out_text : text.refused_text, () => void issue());
}

/** What happened, why, and what to do now. */
function showProblem(error: unknown, again: () => void): void {
  const problem = error instanceof Problem ? error : new Problem(500, "", "", "", "", 0);
  const { status } = problem;
  const reason = [problem.detail, problem.hint];
  if (status === 0) fail(text.no_net, text.no_net_text, again);
  else if (status === 429) fail(text.many, t("many_text", { time: minutes(problem.retryAfter || 60) }), again, problem);
  else if (status >= 500) fail(text.unavailable, text.unavailable_text, again, problem);
  else if (status === 404) fail(text.setup, text.setup_text, undefined, problem, reason);
  else fail(text.refused, text.refused_text, again, problem, reason);
}

function fail(title: string, words: string, again?: () => void, problem?: Problem, reason: string[] = []): void {
  enter();
  holding = false;
  // The server's own words are English and meant for whoever set the page up; they stand below ours.
  const why = reason.filter((part) => part !== "").join(" ");
  draw(
    title,
    line(words),
    why !== "" && h("p", { class: "small soft", dir: "auto", lang: "en" }, why),
    again ? button(text.retry, again) : null,
    !!problem?.requestId && h("p", { class: "small soft" }, t("reference", { id: problem.requestId })),
    live,
  );
  say(`${title}. ${words}`);
}

// --- start ------------------------------------------------------------------------------------------------------

async function load(): Promise<void> {
  const signal = enter();
  showLoading();
  try {
    const found = (widget = await call<Widget>(api, { signal }));
    if (signal.aborted) return;
    apply(found.theme, document.documentElement);
    const fallback = found.language ?? "en";
    const language = choose(wishes, found.languages?.length ? found.languages : [fallback], fallback);
    text = override(await phrases("widget", language, english), found.phrases, language);
    if (signal.aborted) return;
    setLanguage(language);
    showReady();
  } catch (error) {
    if (!signal.aborted) showProblem(error, () => void load());
  }
}

function setLanguage(language: string): void {
  document.documentElement.lang = language;
  document.documentElement.dir = direction(language);
  document.title = text.title;
}

const host = new HostLink(window, (message) => {
  if (message.type === "init") {
    if (message.language) wishes = [message.language, ...wishes];
    focusNext = true;
    void load();
  } else if (message.type === "hide") {
    hidden = true;
  } else if (message.type === "show") {
    hidden = false;
    void shownAgain();
  }
});

/** The window was closed and is opened again: the code may only be seen by the person it was issued for. */
async function shownAgain(): Promise<void> {
  focusNext = true;
  if (!holding) return widget ? showReady() : void load();
  const before = owner;
  app.hidden = true;
  const who = await host.identity(5000);
  app.hidden = false;
  if (before !== owner) return;
  if (who.error || subject(who) !== owner) showReady();
  else focusNext = false;
}

new ResizeObserver(measure).observe(app);
addEventListener("keydown", (event) => {
  if (event.key === "Escape") host.send({ type: "close" });
  if (event.key !== "Tab" || !host.embedded) return;
  // The window is modal: Tab goes round in it.
  const stops = [...app.querySelectorAll<HTMLElement>("button, a")].filter((element) => element.offsetParent);
  const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
  if (document.activeElement === from) {
    event.preventDefault();
    to?.focus();
  }
});
host.start();
if (!host.embedded) void load();
