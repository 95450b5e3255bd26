/**
 * The states of the identification window. It gives a code only when somebody presses for it in here (W-4), shows it,
 * watches what becomes of it, and lets the customer undo a link that is not theirs (C-7).
 */
import { apply, type Theme } from "../shared/theme";
import { backoff, pause, Problem } from "../shared/http";
import { choose } from "../shared/i18n";
import { h, icon, safeUrl, svgPath } from "../shared/dom";
import { type Identity, subject } from "../shared/protocol";
import type { Backend } from "./backend";
import { Countdown, lifetime, minutes, WARNING } from "./countdown";
import type { Channel, Code, Held, Linked, MyLink, Status, Widget } from "./types";
import { app, bone, button, closable, draw, enter, hero, leave, line, type Page, picture, say, setText, t, takeFocus, text, use, warning } from "./window";

let backend: Backend;
let host: Page;
let widget: Widget | undefined;
let wishes: string[] = [...navigator.languages];
/** What the page's style sheet says over the widget's own theme. */
let dress: Theme | undefined;
/** Whose code is shown. Another person at the same page must never see it. */
let owner: string | undefined;
let holding = false;
let hidden = false;

export function begin(with_: Backend, page: Page): void {
  backend = with_;
  use((host = page));
}

// --- states -----------------------------------------------------------------------------------------------------

export function showLoading(): void {
  draw(text.title, bone());
}

export function showReady(): void {
  enter();
  owner = undefined;
  holding = false;
  draw(text.title, line(text.intro, "soft"), button(text.get, () => void issue()), warning("warn_short"), mine());
}

/** The list of one's own channels is for those whom a signature names; in plain mode anybody could say anybody. */
const mine = () => widget?.mode === "signed" && button(text.mine, () => void openLinks(), "link");

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
    const code = await backend.issue(who, signal);
    if (signal.aborted) return;
    owner = subject(who);
    showCode(code);
  } catch (error) {
    if (!signal.aborted) showProblem(error, () => void issue());
  }
}

export function showCode(code: Code): void {
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
    links.length > 0 && h("ul", { class: "channels", "aria-labelledby": "official" }, ...links.map((link) => channel(link, code.display))),
    warning("warn"),
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

function channel(link: Channel, display: string): HTMLLIElement {
  const row = h("li", {}, picture(link.kind), h("bdi", { class: "name" }, link.name));
  const url = safeUrl(link.url);
  if (!url) return row;
  const open = h("a", { class: "link", href: url, target: "_blank", rel: "noopener noreferrer", "aria-label": t("open_in", { name: link.name }) }, h("span", {}, text.open), icon("open"));
  if (!matchMedia("(hover: hover) and (pointer: fine)").matches) {
    row.append(open);
    return row;
  }
  // Somebody at a desk hands the chat over to the phone.
  const label = `${text.scan}: ${link.name}`;
  const words = url.includes(display) ? "scan_text" : "scan_plain";
  const panel = h("div", { class: "qr", hidden: true }, line(t(words, { name: link.name }), "small soft"));
  const toggle = h("button", { class: "square", type: "button", "aria-expanded": "false", "aria-label": label, title: label }, icon("qr"));
  toggle.onclick = async () => {
    panel.hidden = !panel.hidden;
    toggle.setAttribute("aria-expanded", String(!panel.hidden));
    if (panel.firstElementChild?.tagName === "svg") return;
    // Few press this: what draws it is a file of its own.
    const drawn = await qrFile().catch(() => undefined);
    const code = drawn?.qr(url);
    // Too long for a picture, or no network: the link beside it does the same.
    if (!code) return toggle.remove(), panel.remove();
    if (panel.firstElementChild?.tagName !== "svg") panel.prepend(svgPath(code.size, code.path));
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
      const status: Status = await backend.status(code, signal, seen);
      if (signal.aborted) return;
      failures = 0;
      seen = status.state;
      if (status.link || status.held) return await found(code, status, signal);
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
  const status = await backend.status(code, signal).catch(() => undefined);
  if (signal.aborted) return;
  if (status?.link) await found(code, status, signal);
  else showOver(status && status.state !== "live" ? status.state : "expired");
}

/** A window that is closed opens for the news, but only before the person it is about. */
async function found(code: Code, { link, held }: Status, signal: AbortSignal): Promise<void> {
  if (hidden) {
    const who = await host.identity(5000);
    if (signal.aborted) return;
    if (who.error || subject(who) !== owner) return showReady();
  }
  if (link) showLinked(code, link);
  else if (held) showHeld(code, held);
}

/** Codes are being guessed: nobody is linked before the customer says that it was them who sent theirs (C-5). */
export function showHeld(code: Code, held: Held): void {
  const signal = enter();
  holding = true;
  host.send({ type: "asking" });
  hidden = false;
  const words = t("held_text", { channel: held.channel_name, account: held.account_name });
  draw(
    text.held,
    hero("shield", "plain"),
    h("p", { class: "middle" }, h("strong", {}, words)),
    line(text.held_why, "soft middle"),
    button(text.held_yes, () => void answer(code, true)),
    button(text.held_no, () => void answer(code, false), "second"),
  );
  say(`${text.held} ${words}`);
  // An unanswered question ends with the code.
  const timer = setTimeout(() => void last(code), (lifetime(code) + 1) * 1000);
  signal.addEventListener("abort", () => clearTimeout(timer));
}

async function answer(code: Code, isMe: boolean): Promise<void> {
  const signal = enter();
  draw(text.held, bone());
  try {
    const status = await backend.confirm(code, isMe, signal);
    if (signal.aborted) return;
    if (status.link) showLinked(code, status.link);
    else if (isMe) showOver(status.state);
    else showUndone();
  } catch (error) {
    if (!signal.aborted) showProblem(error, () => void issue());
  }
}

export function showOver(state: Status["state"]): void {
  enter();
  holding = false;
  const replaced = state === "superseded";
  const title = replaced ? text.replaced : text.expired;
  draw(title, line(replaced ? text.replaced_text : text.expired_text, "soft"), button(text.renew, () => void issue()));
  say(title);
}

export function showLinked(code: Code, link: Linked): void {
  const signal = enter();
  holding = true;
  if (link.state === "undone") return showUndone(link);
  host.send({ type: "linked" });
  hidden = false;
  const words = t("linked_to", { channel: link.channel_name, account: link.account_name ?? "" }).replace(/\s*\u2068\u2069\s*/, "");
  const until = Date.parse(link.undo_until);
  const undo = button(text.undo, () => void undoLink(code, link), "second");
  const ask = h(
    "div",
    { class: "ask" },
    h("h2", { class: "middle" }, text.not_you),
    h("p", { class: "small soft middle" }, t("undo_until", { time: new Date(until).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }) })),
    undo,
  );
  draw(text.linked, hero("check"), h("p", { class: "middle" }, h("strong", {}, words)), line(text.linked_text, "soft middle"), closable() && button(text.close, leave), until > Date.now() && ask, mine());
  say(`${text.linked}. ${words}`);
  const timer = setTimeout(() => ask.remove(), Math.max(0, until - Date.now()));
  signal.addEventListener("abort", () => clearTimeout(timer));
}

async function undoLink(code: Code, link: Linked): Promise<void> {
  const signal = enter();
  draw(text.undoing, bone());
  try {
    const undone = await backend.undo(code, signal);
    if (!signal.aborted) showUndone(undone ?? link);
  } catch (error) {
    if (!signal.aborted) showProblem(error, () => void undoLink(code, link));
  }
}

/** Nothing is linked: an undone link, or without one, a code that somebody else sent. */
export function showUndone(link?: Linked): void {
  enter();
  holding = false;
  const title = link ? text.undone : text.disowned;
  const words = link ? t("undone_text", { channel: link.channel_name }) : text.disowned_text;
  draw(title, hero("shield", "plain"), line(words, "soft middle"), button(text.renew, () => void issue(), "second"));
  say(title);
}

// --- my linked channels -------------------------------------------------------------------------------------------

/** Every look and every change is signed anew: a token does one thing. */
async function openLinks(unlink?: MyLink): Promise<void> {
  const signal = enter();
  holding = false;
  draw(text.mine, bone());
  const who = await host.identity();
  if (signal.aborted) return;
  if (who.error) return showWho(who.error, () => void openLinks());
  try {
    const links = await (unlink ? backend.unlink(who, unlink.id, signal) : backend.links(who, signal));
    if (signal.aborted) return;
    showLinks(links);
    if (unlink) say(t("unlinked", { channel: unlink.channel_name }));
  } catch (error) {
    if (!signal.aborted) showProblem(error, () => void openLinks());
  }
}

export function showLinks(links: MyLink[]): void {
  enter();
  holding = false;
  const list = h("ul", { class: "channels" }, ...links.map(myLink));
  draw(text.mine, line(links.length > 0 ? text.mine_text : text.mine_none, "soft"), links.length > 0 && list, button(text.back, showReady, "second"));
}

function myLink(link: MyLink): HTMLLIElement {
  const since = new Date(link.linked_at).toLocaleDateString(document.documentElement.lang, { dateStyle: "medium" });
  const row = h(
    "li",
    {},
    picture(link.channel_kind),
    h("span", { class: "name" }, h("bdi", {}, link.channel_name), " ", h("bdi", { class: "small soft" }, link.account_name), h("span", { class: "small soft since" }, t("since", { date: since }))),
  );
  const ask = button(text.unlink, () => {
    // Asked once more, in the same place.
    const really = h("div", { class: "really" }, line(t("unlink_ask", { channel: link.channel_name }), "small"));
    const yes = button(text.unlink, () => void openLinks(link), "second");
    really.append(yes);
    ask.replaceWith(really);
    yes.focus();
  }, "link");
  ask.setAttribute("aria-label", `${text.unlink}: ${link.channel_name} ${link.account_name}`);
  row.append(ask);
  return row;
}

export function showWho(error: NonNullable<Identity["error"]>, again: () => void = () => void issue()): void {
  const out = error === "signed-out";
  fail(out ? text.signed_out : text.refused, out ? text.signed_out_text : text.refused_text, again);
}

/** What happened, why, and what to do now. */
export function showProblem(error: unknown, again: () => void): void {
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
  );
  say(`${title}. ${words}`);
}

// --- start ------------------------------------------------------------------------------------------------------

const QR_FILE = "/widget/1/qr.js";
const qrFile = () => import(QR_FILE) as Promise<typeof import("./qr")>;

export async function load(): Promise<void> {
  const signal = enter();
  showLoading();
  try {
    const found = (widget = await backend.widget(signal));
    if (signal.aborted) return;
    apply({ ...found.theme, ...dress }, document.documentElement);
    const fallback = found.language ?? "en";
    const language = choose(wishes, found.languages?.length ? found.languages : [fallback], fallback);
    const words = await backend.text(language, found.phrases);
    if (signal.aborted) return;
    setText(words, language);
    showReady();
  } catch (error) {
    if (!signal.aborted) showProblem(error, () => void load());
  }
}

/** The page answered: how it wishes to see us. */
export function wish(language: string | undefined, theme: Theme | undefined): void {
  if (language) wishes = [language, ...wishes];
  dress = theme;
  takeFocus(true);
}

export function hide(): void {
  hidden = true;
}

/** The window was closed and is opened again: the code may only be seen by the person it was issued for. */
export async function shownAgain(): Promise<void> {
  hidden = false;
  takeFocus(true);
  if (!holding) return widget ? showReady() : void load();
  const before = owner;
  app.hidden = true;
  const who = await host.identity(5000);
  app.hidden = false;
  if (before !== owner) return;
  if (who.error || subject(who) !== owner) showReady();
  else takeFocus(false);
}
