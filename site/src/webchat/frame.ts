/**
 * The web chat's window, on our own origin. The conversation belongs to a session kept in this origin's storage; when
 * another person is signed in on the page, or nobody any more, nothing of it is shown again.
 */
import { apply } from "../shared/theme";
import { backoff, call, pause, Problem } from "../shared/http";
import { choose, direction, fill, phrases, SHIPPED } from "../shared/i18n";
import { h, icon } from "../shared/dom";
import { linked } from "../shared/linkify";
import { HostLink, subject } from "../shared/protocol";
import { Conversation, fingerprint, type Item, mayContinue, type PublicMessage, type Stored, uuid } from "./conversation";
import english from "./phrases/en.json";

type Text = typeof english;

interface Session {
  session: string;
  assurance: string;
  customer_name?: string | null;
  title?: string | null;
  greeting?: string | null;
  accent?: string | null;
  messages: PublicMessage[];
}

interface Update {
  data: PublicMessage[];
  chat: "live" | "ended";
  assurance: string;
}

const channel = /\/webchat\/frame\/([\w-]{1,64})\/?$/.exec(location.pathname)?.[1] ?? "";
const api = `/public/web-chats/${channel}`;
const key = `countersign-chat:${channel}`;
const app = document.getElementById("app")!;
const LIMIT = 4000;

let text: Text = english;
let language = "en";
let wishes: string[] = [...navigator.languages];
let visible = false;
let session: Session | undefined;
let who: string | null = null;
let talk = new Conversation();
/** Ends the polling and sending of the conversation before. */
let scope = new AbortController();
let inFlight = new Set<Promise<void>>();
let draft = "";
let wake = () => {};

// --- storage ----------------------------------------------------------------------------------------------------

let kept: Stored | undefined;
/** Where the browser closes our storage in other sites' pages: what the page kept for us, if it does. */
let fromPage: string | undefined;

function own(): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return kept ? JSON.stringify(kept) : fromPage || null;
  }
}

function restore(): Stored | undefined {
  try {
    const stored = JSON.parse(own() ?? "null") as Stored | null;
    return stored && typeof stored.session === "string" ? stored : undefined;
  } catch {
    return undefined;
  }
}

function keep(stored: Stored | undefined): void {
  kept = stored;
  try {
    if (stored) localStorage.setItem(key, JSON.stringify(stored));
    else localStorage.removeItem(key);
  } catch {
    // Without the page's help the conversation then lasts as long as the page.
    fromPage = undefined;
    host.send({ type: "keep", value: stored ? JSON.stringify(stored) : "" });
  }
}

// --- view -------------------------------------------------------------------------------------------------------

const rows = new Map<string, { element: HTMLElement; look: string }>();
const title = h("h1", {}, "");
const sub = h("p", { class: "sub" });
const shut = h("button", { class: "square", type: "button", click: () => host.send({ type: "close" }) }, icon("close"));
const log = h("div", { class: "log", role: "log", tabindex: 0 });
const banner = h("p", { class: "banner", role: "status", hidden: true });
const below = h("button", { class: "fresh", type: "button", hidden: true });
const field = h("textarea", { id: "text", rows: 1, maxlength: LIMIT, enterkeyhint: "send", autocomplete: "off" });
const fieldLabel = h("label", { class: "sr", for: "text" });
const send = h("button", { class: "send", type: "button" }, icon("send"));
// No form element: the frame's sandbox allows none.
const form = h("div", { class: "form" }, fieldLabel, field, send);
const head = h("header", {}, h("div", {}, title, sub), shut);
const notices: { after: string | undefined; element: HTMLElement }[] = [];
let ended = false;

const t = (phrase: keyof Text, values?: Record<string, string>) => fill(text[phrase], values);

function dress(): void {
  document.documentElement.lang = language;
  document.documentElement.dir = direction(language);
  shut.setAttribute("aria-label", text.close);
  shut.title = text.close;
  log.setAttribute("aria-label", text.chat);
  fieldLabel.textContent = text.message;
  field.placeholder = text.placeholder;
  send.setAttribute("aria-label", text.send);
  send.title = text.send;
  below.replaceChildren(icon("down"), text.new_below);
}

function frame(...content: (Node | null | false)[]): void {
  title.textContent = session?.title || text.chat;
  sub.textContent = session?.customer_name ? t("signed_as", { name: session.customer_name }) : "";
  sub.hidden = sub.textContent === "";
  document.title = title.textContent;
  app.replaceChildren(head, ...content.filter((node): node is Node => !!node));
}

const atBottom = () => log.scrollHeight - log.scrollTop - log.clientHeight < 60;

function toBottom(): void {
  log.scrollTop = log.scrollHeight;
  below.hidden = true;
}

/** Draws what changed and touches nothing else, so that a screen reader hears each message once. */
function draw(): void {
  const low = atBottom();
  const wanted: [string, string, () => HTMLElement][] = [];
  if (session?.greeting) wanted.push(["greeting", session.greeting, () => row({ direction: "out", text: session!.greeting! })]);
  let day = "";
  let before: Item | undefined;
  for (const item of talk.items) {
    const date = new Date(item.at).toLocaleDateString(language, { weekday: "long", day: "numeric", month: "long" });
    if (date !== day && talk.items.length > 0) {
      const label = (day = date);
      wanted.push([`day-${label}`, "", () => h("p", { class: "day" }, label)]);
      before = undefined;
    }
    const follows = before?.direction === item.direction && before.author_name === item.author_name;
    wanted.push([item.key, JSON.stringify([item.text, item.state, item.delivery, item.at, item.author_name, follows]), () => row(item, item, follows)]);
    for (const notice of notices) if (notice.after === item.key) wanted.push([`notice-${notices.indexOf(notice)}`, "", () => notice.element]);
    before = item;
  }
  if (ended) wanted.push(["ended", "", () => h("p", { class: "notice" }, text.ended)]);

  const names = new Set(wanted.map(([name]) => name));
  for (const [name, { element }] of rows) {
    if (names.has(name)) continue;
    element.remove();
    rows.delete(name);
  }
  let place: ChildNode | null = log.firstChild;
  for (const [name, look, make] of wanted) {
    let drawn = rows.get(name);
    if (!drawn || drawn.look !== look) {
      const element = make();
      if (drawn) {
        if (place === drawn.element) place = element;
        drawn.element.replaceWith(element);
      }
      rows.set(name, (drawn = { element, look }));
    }
    if (drawn.element === place) place = place.nextSibling;
    else log.insertBefore(drawn.element, place);
  }
  if (low) toBottom();
  look();
}

function row(message: { direction: "in" | "out"; text: string; author_name?: string | null }, item?: Item, follows = false): HTMLElement {
  const own = message.direction === "in";
  const bubble = h("div", { class: "bubble" }, ...linked(message.text));
  const state = item?.state === "done" ? (item.delivery === "read" || item.delivery === "delivered" ? item.delivery : "sent") : item?.state;
  const meta =
    item &&
    h(
      "div",
      { class: "meta" },
      own && message.text.includes("••••") && h("span", {}, `${text.redacted} `),
      h("time", { datetime: item.at }, new Date(item.at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" })),
      own && state && icon(state === "read" ? "delivered" : state),
      own && state && h("span", { class: state === "failed" ? "" : "sr" }, text[state]),
      state === "failed" && h("button", { class: "again", type: "button", click: () => void deliver(item) }, text.again),
    );
  return h(
    "div",
    { class: `row ${message.direction} ${state ?? ""} ${follows ? "follows" : ""}` },
    !own && !!message.author_name && h("span", { class: "author" }, message.author_name),
    bubble,
    meta,
  );
}

/** What the launcher shows, and what counts as looked at. */
function look(): void {
  if (visible && !document.hidden && atBottom()) {
    const seen = talk.see();
    if (session && kept && seen !== kept.seen) keep({ ...kept, ...(seen === undefined ? {} : { seen }) });
  }
  const { unread } = talk;
  host.send({
    type: "state",
    unread,
    label: unread ? `${text.open}. ${t("unread", { count: String(unread) })}` : text.open,
    title: session?.title || text.chat,
    accent: session?.accent ?? "",
    started: talk.items.length > 0,
  });
}

function note(words: string, kind = ""): void {
  notices.push({ after: talk.items.at(-1)?.key, element: h("p", { class: `notice ${kind}` }, words) });
}

function stop(heading: string, words: string, again?: () => void, problem?: Problem): void {
  frame(
    h(
      "div",
      { class: "stop", role: "alert" },
      h("h2", {}, heading),
      h("p", { class: "soft" }, words),
      again ? h("button", { class: "main", type: "button", click: again }, text.retry) : null,
      problem?.requestId ? h("p", { class: "small soft" }, t("reference", { id: problem.requestId })) : null,
    ),
  );
}

function showTalk(): void {
  frame(banner, log, below, form);
  field.value = draft;
  grow();
  toBottom();
  if (visible && matchMedia("(hover: hover)").matches) field.focus();
}

function grow(): void {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 2}px`;
}

// --- conversation -----------------------------------------------------------------------------------------------

function reset(): AbortSignal {
  scope.abort();
  scope = new AbortController();
  inFlight = new Set();
  rows.clear();
  notices.length = 0;
  ended = false;
  banner.hidden = true;
  log.replaceChildren();
  return scope.signal;
}

/** Finds out who is signed in and takes up the conversation, or begins one. */
async function begin(): Promise<void> {
  const signal = reset();
  session = undefined;
  talk = new Conversation();
  frame(h("div", { class: "stop", role: "status" }, h("p", { class: "soft" }, text.loading)));
  const identity = await host.identity();
  if (signal.aborted) return;
  // Not knowing who looks means showing nothing.
  if (identity.error === "failed") return stop(text.who_failed, text.who_failed_text, () => void begin());
  who = identity.token === undefined ? null : await fingerprint(subject(identity));
  if (signal.aborted) return;

  let stored = restore();
  let cleared = false;
  if (stored && !mayContinue(stored, who)) {
    keep((stored = undefined));
    draft = "";
    cleared = true;
  }
  const token = identity.token === undefined ? {} : { token: identity.token };
  try {
    let found: Session;
    try {
      found = await call<Session>(`${api}/sessions`, { method: "POST", body: { ...token, ...(stored ? { session: stored.session } : {}) }, signal });
    } catch (error) {
      // An old session may be gone; the chat may not be.
      if (!stored || !(error instanceof Problem) || error.passing || error.status === 404) throw error;
      keep((stored = undefined));
      const again = await host.identity();
      found = await call<Session>(`${api}/sessions`, { method: "POST", body: again.token === undefined ? {} : { token: again.token }, signal });
    }
    if (signal.aborted) return;
    session = found;
    keep({ session: found.session, who, ...(stored?.seen === undefined ? {} : { seen: stored.seen }) });
    apply({ accent: found.accent ?? null }, document.documentElement);
    talk = new Conversation(stored?.seen);
    talk.merge(found.messages ?? []);
    if (cleared) session.greeting ||= text.fresh;
    showTalk();
    draw();
    void listen(signal);
  } catch (error) {
    if (!signal.aborted) trouble(error);
  }
}

function trouble(error: unknown): void {
  const problem = error instanceof Problem ? error : new Problem(500, "", "", "", "", 0);
  const again = () => void begin();
  if (problem.status === 0) stop(text.no_net, text.no_net_text, again);
  else if (problem.status === 404) stop(text.setup, text.setup_text, undefined, problem);
  else stop(text.unavailable, text.unavailable_text, again, problem);
}

async function listen(signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    // Nobody looks and nothing was said: nothing will come.
    if (!visible && talk.items.length === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
        signal.addEventListener("abort", () => resolve());
      });
      continue;
    }
    const began = Date.now();
    try {
      const after = talk.cursor === undefined ? "" : `&after=${encodeURIComponent(talk.cursor)}`;
      const update = await call<Update>(`${api}/messages?wait=25${after}`, { bearer: session!.session, signal, timeout: 40_000 });
      // Our own message may be listed before the answer to its sending: the answer first, or it would stand twice.
      await Promise.allSettled(inFlight);
      if (signal.aborted) return;
      failures = 0;
      network();
      take(update);
      if (update.data.length === 0 && Date.now() - began < 1000) await pause(2000, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Problem && (error.status === 401 || error.status === 403)) {
        keep(undefined);
        return void begin();
      }
      if (++failures > 1) network(true);
      await pause(Math.max(error instanceof Problem ? error.retryAfter * 1000 : 0, backoff(failures - 1)), signal);
    }
  }
}

const proved = (assurance: string) => assurance === "al3" || assurance === "al2";

function take(update: Update): void {
  const low = atBottom();
  const count = talk.items.length;
  talk.merge(update.data);
  if (session && proved(update.assurance) && !proved(session.assurance)) note(text.proved, "good");
  if (session) session.assurance = update.assurance;
  ended = update.chat === "ended";
  draw();
  if (!low && talk.items.slice(count).some((item) => item.direction === "out")) below.hidden = false;
}

function network(failing = false): void {
  banner.hidden = navigator.onLine && !failing;
  banner.textContent = navigator.onLine ? text.connecting : text.offline;
}

async function deliver(item: Item): Promise<void> {
  const signal = scope.signal;
  const bearer = session!.session;
  item.state = "sending";
  draw();
  toBottom();
  const sending = (async () => {
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        const message = await call<PublicMessage>(`${api}/messages`, { method: "POST", body: { id: item.key, text: item.text }, bearer });
        if (signal.aborted) return;
        talk.settle(item, message);
        ended = false;
        return;
      } catch (error) {
        const problem = error instanceof Problem ? error : undefined;
        if (signal.aborted) return;
        if (!problem?.passing || attempt >= 3) {
          item.state = "failed";
          if (problem?.status === 429) note(t("many", { time: `${problem.retryAfter || 60} s` }));
          return;
        }
        await pause(Math.max(problem.retryAfter * 1000, backoff(attempt)), signal);
      }
    }
  })();
  inFlight.add(sending);
  await sending;
  inFlight.delete(sending);
  if (!signal.aborted) draw();
}

// --- start ------------------------------------------------------------------------------------------------------

function submit(): void {
  const words = field.value.trim();
  if (words === "" || !session) return;
  field.value = draft = "";
  grow();
  void deliver(talk.add(uuid(), words, new Date().toISOString()));
  wake();
  field.focus();
}
send.onclick = submit;
field.oninput = () => {
  draft = field.value;
  grow();
};
field.onkeydown = (event) => {
  // On a touch keyboard Enter is a new line; the button sends.
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && matchMedia("(hover: hover)").matches) {
    event.preventDefault();
    submit();
  }
};
log.onscroll = () => {
  if (!atBottom()) return;
  below.hidden = true;
  if (talk.unread) look();
};
below.onclick = () => {
  toBottom();
  field.focus();
};
addEventListener("keydown", (event) => {
  if (event.key === "Escape") host.send({ type: "close" });
});
addEventListener("online", () => network());
addEventListener("offline", () => network());
document.addEventListener("visibilitychange", () => session && look());

/** The person may have changed since: another one must not see this conversation, not even for a moment. */
async function check(): Promise<void> {
  if (!session) return;
  const signal = scope.signal;
  app.inert = true;
  app.style.visibility = "hidden";
  const identity = await host.identity(5000);
  const now = identity.token === undefined ? null : await fingerprint(subject(identity));
  app.inert = false;
  app.style.visibility = "";
  if (signal.aborted) return;
  if (identity.error === "failed" || now !== who) await begin();
  else showTalk();
}

const host = new HostLink(window, (message) => {
  if (message.type === "init") {
    if (message.language) wishes = [message.language, ...wishes];
    fromPage = message.kept;
    language = choose(wishes, SHIPPED, "en");
    void phrases("webchat", language, english).then((found) => {
      text = found;
      dress();
      return begin();
    });
  } else if (message.type === "show") {
    visible = true;
    wake();
    void check().then(() => session && (toBottom(), look()));
  } else if (message.type === "hide") {
    visible = false;
  } else if (message.type === "who") {
    void check();
  }
});

dress();
host.start();
if (!host.embedded) stop(text.setup, text.setup_text);
