/**
 * The web chat's window. The conversation belongs to a session kept in our own origin's storage; when another person is
 * signed in on the page, or nobody any more, nothing of it is shown again.
 */
import { apply, type Theme } from "../shared/theme";
import { backoff, pause, Problem } from "../shared/http";
import { choose, direction, fill, override, SHIPPED } from "../shared/i18n";
import { h, icon } from "../shared/dom";
import { linked } from "../shared/linkify";
import { type FrameMessage, type HostMessage, type Identity, subject } from "../shared/protocol";
import type { Backend, Session, Text, Update } from "./backend";
import { Before } from "./before";
import { Conversation, fingerprint, type Item, mayContinue, type PublicMessage, uuid } from "./conversation";
import { fileView, forgetPictures, Tray } from "./files";
import { Store } from "./storage";
import english from "./phrases/en.json";

/** The page that shows us: the company's, or the console's preview. */
export interface Page {
  readonly embedded: boolean;
  send(message: FrameMessage): void;
  identity(timeout?: number): Promise<Identity>;
}

const app = document.getElementById("app")!;
const LIMIT = 4000;
/** How often it is said that somebody is typing, and how long it counts. */
const TYPING_EVERY = 3500;
const TYPING_LASTS = 6000;

let backend: Backend;
let host: Page;
let store: Store;
let text: Text = english;
let language = "en";
let wishes: string[] = [...navigator.languages];
let dressed: Theme | undefined;
let visible = false;
let session: Session | undefined;
let who: string | null = null;
let talk = new Conversation();
/** Whether it was ever asked who looks. */
let begun = false;
let before: Before | undefined;
/** Ends the polling and sending of the conversation before. */
let scope = new AbortController();
let inFlight = new Set<Promise<void>>();
let draft = "";
let wake = () => {};
let readUntil: string | undefined;
let receipted: { delivered?: string; read?: string } = {};
let typedAt = 0;
/** The website's visit that the page is in, and the invitation by which the visitor came. */
let visit: { visit?: string } = {};
let offer: { id: string; text: string; name: string } | undefined;
let typingEnds: ReturnType<typeof setTimeout> | undefined;

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
const chooser = h("input", { type: "file", multiple: true, hidden: true });
const attach = h("button", { class: "square", type: "button", click: () => chooser.click() }, icon("attach"));
const typing = h("p", { class: "typing", role: "status" });
let tray: Tray;
// No form element: the frame's sandbox allows none.
const form = h("div", { class: "form" }, attach, chooser, fieldLabel, field, send);
const head = h("header", {}, h("div", {}, title, sub), shut);
const notices: { after: string | undefined; element: HTMLElement }[] = [];
let ended = false;

const t = (phrase: keyof Text, values?: Record<string, string>) => fill(text[phrase], values);

function dress(): void {
  document.documentElement.lang = language;
  document.documentElement.dir = direction(language);
  for (const [element, words] of [[shut, text.close], [send, text.send], [attach, text.attach]] as const) {
    element.setAttribute("aria-label", words);
    element.title = words;
  }
  log.setAttribute("aria-label", text.chat);
  fieldLabel.textContent = text.message;
  field.placeholder = text.placeholder;
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
  const first = offer?.text || session?.greeting;
  if (first) wanted.push(["greeting", first, () => row({ direction: "out", text: first, author_name: offer?.name ?? null })]);
  if (before && talk.items.length === 0) wanted.push(["before", "", () => before!.element]);
  let day = "";
  let last: Item | undefined;
  for (const item of talk.items) {
    const date = new Date(item.at).toLocaleDateString(language, { weekday: "long", day: "numeric", month: "long" });
    if (date !== day && talk.items.length > 0) {
      const label = (day = date);
      wanted.push([`day-${label}`, "", () => h("p", { class: "day" }, label)]);
      last = undefined;
    }
    const follows = last?.direction === item.direction && last.author_name === item.author_name;
    const looks = JSON.stringify([item.text, item.state, item.delivery, item.at, item.author_name, follows, item.attachments?.map((file) => file.id)]);
    wanted.push([item.key, looks, () => row(item, item, follows)]);
    for (const notice of notices) if (notice.after === item.key) wanted.push([`notice-${notices.indexOf(notice)}`, "", () => notice.element]);
    last = item;
  }
  if (!last) for (const notice of notices) wanted.push([`notice-${notices.indexOf(notice)}`, "", () => notice.element]);
  if (ended) wanted.push(["ended", "", () => h("p", { class: "notice" }, text.ended)]);
  lay(wanted);
  if (low) toBottom();
  look();
}

function lay(wanted: [string, string, () => HTMLElement][]): void {
  const names = new Set(wanted.map(([name]) => name));
  for (const [name, { element }] of rows) {
    if (names.has(name)) continue;
    element.remove();
    rows.delete(name);
  }
  let place: ChildNode | null = log.firstChild;
  for (const [name, looks, make] of wanted) {
    let drawn = rows.get(name);
    if (!drawn || drawn.look !== looks) {
      const element = make();
      if (drawn) {
        if (place === drawn.element) place = element;
        drawn.element.replaceWith(element);
      }
      rows.set(name, (drawn = { element, look: looks }));
    }
    if (drawn.element === place) place = place.nextSibling;
    else log.insertBefore(drawn.element, place);
  }
}

/** Durable on the server is in the team's inbox: delivered. Read is what somebody of the team looked at. */
function stateOf(item: Item | undefined): "sending" | "failed" | "delivered" | "read" | undefined {
  return item?.state === "done" ? (item.delivery === "read" ? "read" : "delivered") : item?.state;
}

function row(message: Pick<PublicMessage, "direction" | "text" | "author_name" | "attachments">, item?: Item, follows = false): HTMLElement {
  const own = message.direction === "in";
  const fetchFile = !item || item.state === "done" ? (id: string) => backend.file(session!.session, id) : undefined;
  const stay = () => atBottom() && toBottom();
  const files = (message.attachments ?? []).map((file) => fileView(file, language, fetchFile, stay));
  const bubble = h("div", { class: "bubble" }, ...linked(message.text), ...files);
  const state = stateOf(item);
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

/** What the launcher shows, what counts as looked at, and what the team learns of it. */
function look(): void {
  const newest = talk.newestReply;
  if (visible && !document.hidden && atBottom()) {
    const seen = talk.see();
    if (session && store.kept && seen !== store.kept.seen) store.keep({ ...store.kept, ...(seen === undefined ? {} : { seen }) });
    tell("read", newest);
  } else {
    tell("delivered", newest);
  }
  const { unread } = talk;
  host.send({
    type: "state",
    unread,
    label: unread ? `${text.open}. ${t("unread", { count: String(unread) })}` : text.open,
    title: session?.title || text.chat,
    accent: dressed?.accent || session?.accent || "",
    started: talk.items.length > 0,
  });
}

function tell(state: "delivered" | "read", message: string | undefined): void {
  if (!session || !message || receipted.read === message || receipted[state] === message) return;
  receipted[state] = message;
  backend.receipt(session.session, message, state);
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
  attach.hidden = !session?.files;
  frame(banner, log, typing, below, tray.element, form);
  field.value = draft;
  grow();
  toBottom();
  if (visible && matchMedia("(hover: hover)").matches) field.focus();
}

function grow(): void {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 2}px`;
}

function showTyping(on: boolean): void {
  clearTimeout(typingEnds);
  typing.textContent = on ? text.typing : "";
  if (on) typingEnds = setTimeout(() => showTyping(false), TYPING_LASTS);
}

// --- conversation -----------------------------------------------------------------------------------------------

function reset(): AbortSignal {
  scope.abort();
  scope = new AbortController();
  inFlight = new Set();
  rows.clear();
  notices.length = 0;
  ended = false;
  readUntil = undefined;
  receipted = {};
  before = undefined;
  tray.clear();
  forgetPictures();
  showTyping(false);
  banner.hidden = true;
  log.replaceChildren();
  return scope.signal;
}

/** Finds out who is signed in and takes up the conversation, or begins one. */
async function begin(): Promise<void> {
  begun = true;
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

  let stored = store.restore();
  let cleared = false;
  if (stored && !mayContinue(stored, who)) {
    store.keep((stored = undefined));
    draft = "";
    cleared = true;
  }
  const token = identity.token === undefined ? {} : { token: identity.token };
  try {
    let found: Session;
    try {
      found = await backend.open({ ...token, ...visit, ...(stored ? { session: stored.session } : {}) }, signal);
    } catch (error) {
      // An old session may be gone; the chat may not be.
      if (!stored || !(error instanceof Problem) || error.passing || error.status === 404) throw error;
      store.keep((stored = undefined));
      const again = await host.identity();
      found = await backend.open({ ...visit, ...(again.token === undefined ? {} : { token: again.token }) }, signal);
    }
    if (signal.aborted) return;
    // The company's own words, and languages that it alone has.
    if (Object.keys(found.phrases ?? {}).length > 0) await speak(undefined, found.phrases);
    if (signal.aborted) return;
    take(found, stored?.seen, cleared);
    void listen(signal);
  } catch (error) {
    if (!signal.aborted) trouble(error);
  }
}

function take(found: Session, seen: string | undefined, cleared: boolean): void {
  session = found;
  store.keep({ session: found.session, who, ...(seen === undefined ? {} : { seen }) });
  apply({ accent: found.accent ?? null, ...dressed }, document.documentElement);
  talk = new Conversation(seen);
  talk.merge(found.messages ?? []);
  talk.readUntil((readUntil = found.read_until ?? undefined));
  before = new Before(found, who !== null, text);
  if (cleared) session.greeting ||= text.fresh;
  showTalk();
  draw();
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
      const update = await backend.follow(session!.session, talk.cursor, readUntil, signal);
      // Our own message may be listed before the answer to its sending: the answer first, or it would stand twice.
      await Promise.allSettled(inFlight);
      if (signal.aborted) return;
      failures = 0;
      network();
      const quiet = update.data.length === 0 && !update.typing && (update.read_until ?? undefined) === readUntil;
      news(update);
      if (quiet && Date.now() - began < 1000) await pause(2000, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Problem && (error.status === 401 || error.status === 403)) {
        store.keep(undefined);
        return void begin();
      }
      if (++failures > 1) network(true);
      await pause(Math.max(error instanceof Problem ? error.retryAfter * 1000 : 0, backoff(failures - 1)), signal);
    }
  }
}

const proved = (assurance: string) => assurance === "al3" || assurance === "al2";

function news(update: Update): void {
  const low = atBottom();
  const count = talk.items.length;
  talk.merge(update.data);
  talk.readUntil((readUntil = update.read_until ?? undefined));
  if (session && proved(update.assurance) && !proved(session.assurance)) note(text.proved, "good");
  if (session) session.assurance = update.assurance;
  ended = update.chat === "ended";
  const replied = talk.items.slice(count).some((item) => item.direction === "out");
  if (update.typing || replied) showTyping(!!update.typing && !replied);
  draw();
  if (!low && replied) below.hidden = false;
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
        const attachments = (item.attachments ?? []).flatMap((file) => file.id ?? []);
        const message = await backend.send(bearer, { id: item.key, text: item.text, attachments, answers: item.answers ?? {}, ...visit, ...(offer && { invitation: offer.id }) });
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
  const files = tray.ready;
  if ((words === "" && files.length === 0) || !session || tray.busy) return;
  const answers = talk.items.length === 0 ? before?.answers(text) : {};
  if (!answers) return;
  field.value = draft = "";
  grow();
  tray.clear();
  typedAt = 0;
  void deliver(talk.add(uuid(), words, new Date().toISOString(), files, answers));
  wake();
  field.focus();
}

function typed(): void {
  draft = field.value;
  grow();
  if (!session || talk.items.length === 0 || draft.trim() === "" || Date.now() - typedAt < TYPING_EVERY) return;
  typedAt = Date.now();
  backend.typing(session.session);
}

/** Files that were pasted or dropped. */
function gather(event: Event, transfer: DataTransfer | null): void {
  if (!session?.files || !transfer?.files.length) return;
  event.preventDefault();
  tray.add(transfer.files);
}

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

/** What the page says to the window. */
export function hear(message: HostMessage): void {
  if (message.type === "init") {
    if (message.language) wishes = [message.language, ...wishes];
    dressed = message.theme;
    store.adopt(message);
    void speak().then(begin);
  } else if (message.type === "show") {
    visible = true;
    visit = /^[\da-f]{32}$/.test(message.visit ?? "") ? { visit: message.visit! } : {};
    if (message.offer) offer = message.offer;
    wake();
    void check().then(() => session && (toBottom(), look()));
  } else if (message.type === "hide") {
    visible = false;
  } else if (message.type === "who") {
    // Whoever is still being taken up may be somebody else by now: nothing that was asked before counts.
    if (session || !begun) void check();
    else void begin();
  }
}

async function speak(own?: string, theirs: object = {}): Promise<void> {
  language = own ?? choose(wishes, [...SHIPPED, ...Object.keys(theirs)], "en");
  text = override(await backend.text(language), theirs, language);
  dress();
}

/** For the preview: a conversation as it is given, without a person, a storage or a server. */
export async function showSample(found: Session, isKnown: boolean, own: string, over: Partial<Text>, isTyping: boolean, isEnded: boolean): Promise<void> {
  reset();
  who = isKnown ? "sample" : null;
  await speak(own, over);
  take(found, undefined, false);
  ended = isEnded;
  draw();
  showTyping(isTyping);
}

export { stop as showStop };

export function start(with_: Backend, page: Page, key: string): void {
  backend = with_;
  host = page;
  store = new Store(key, (value) => host.send({ type: "keep", value }));
  const warn = (words: string) => {
    note(words);
    draw();
    toBottom();
  };
  tray = new Tray(backend, () => session?.session, () => text, () => (send.disabled = tray?.busy ?? false), warn);
  send.onclick = submit;
  field.oninput = typed;
  chooser.onchange = () => {
    tray.add([...(chooser.files ?? [])]);
    chooser.value = "";
    field.focus();
  };
  field.onpaste = (event) => gather(event, event.clipboardData);
  app.ondragover = (event) => session?.files && event.preventDefault();
  app.ondrop = (event) => gather(event, event.dataTransfer);
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
  dress();
  if (!host.embedded) stop(text.setup, text.setup_text);
}
