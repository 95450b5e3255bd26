/** The widget as the console shows it while it is being set up: any state, sample data, texts not yet saved. */
import { override, phrases } from "../shared/i18n";
import { paint, preview, tellSize, type Wish } from "../shared/preview";
import type { Theme } from "../shared/theme";
import { Problem } from "../shared/http";
import type { Backend } from "./backend";
import { begin, load, showCode, showHeld, showLinked, showLinks, showLoading, showOver, showProblem, showReady, showUndone, showWho, wish } from "./flow";
import type { Channel, Code, Linked, MyLink, Widget } from "./types";
import { app, type Page, takeFocus } from "./window";
import english from "./phrases/en.json";

/** The states that can be asked for, in the order in which a customer meets them. */
const STATES: Record<string, () => void> = {
  ready: () => showReady(),
  code: () => showCode(code()),
  late: () => showCode(code(45)),
  linked: () => showLinked(code(), linked()),
  held: () => showHeld(code(), { ...linked(), account_name: "@anna" }),
  undone: () => showUndone({ ...linked(), state: "undone" }),
  links: () => showLinks(links),
  expired: () => showOver("expired"),
  replaced: () => showOver("superseded"),
  signed_out: () => showWho("signed-out"),
  refused: () => showWho("failed"),
  many: () => showProblem(problem(429), back),
  no_net: () => showProblem(problem(0), back),
  unavailable: () => showProblem(problem(503), back),
  setup: () => showProblem(problem(404), back),
  loading: () => showLoading(),
};

const SAMPLE: Channel[] = [
  { name: "Telegram", kind: "telegram" },
  { name: "WhatsApp", kind: "whatsapp" },
  { name: "Web chat", kind: "web_chat" },
];

let widget: Widget = { mode: "signed", channels: SAMPLE };
let words: Record<string, string> = {};
const links: MyLink[] = [
  { id: "1", channel_name: "Telegram", channel_kind: "telegram", account_name: "@anna", linked_at: "2026-11-02T09:30:00Z" },
  { id: "2", channel_name: "WhatsApp", channel_kind: "whatsapp", account_name: "Anna", linked_at: "2026-10-11T16:05:00Z" },
];

const back = () => showReady();
const problem = (status: number) => new Problem(status, "", "", "", status === 0 ? "" : "req_sample", status === 429 ? 60 : 0);
const linked = (): Linked => ({ channel_name: "Telegram", channel_kind: "telegram", account_name: "@anna", undo_until: new Date(Date.now() + 600_000).toISOString(), state: "live" });

/** `WDJB-MJHT-KLPX` is the code of our examples: its check symbol is wrong, so that it can be nobody’s. */
function code(lifetime_secs = 300): Code {
  const withUrl = (widget.channels ?? []).map((channel) => ({ ...channel, url: channel.kind === "web_chat" ? null : "https://messenger.example/bot?text=WDJB-MJHT-KLPX" }));
  return { id: "", code: "WDJBMJHTKLPX", display: "WDJB-MJHT-KLPX", issued_at: "", expires_at: "", lifetime_secs, status_token: "", links: withUrl };
}

const never = () => new Promise<never>(() => undefined);
const backend: Backend = {
  widget: () => Promise.resolve(widget),
  text: async (language) => override(await phrases("widget", language, english), words, language),
  issue: () => Promise.resolve(code()),
  status: never,
  confirm: (_, isMe) => Promise.resolve({ state: isMe ? "used" : "revoked", link: isMe ? linked() : null }),
  undo: () => Promise.resolve({ ...linked(), state: "undone" }),
  links: () => Promise.resolve(links),
  unlink: (_, id) => Promise.resolve(links.filter((link) => link.id !== id)),
};

const page: Page = {
  embedded: true,
  send: (message) => message.type === "size" && tellSize(message.height, message.title),
  identity: () => Promise.resolve({ token: "sample" }),
};

const isChannel = (value: unknown): value is Channel =>
  typeof value === "object" && value !== null && typeof (value as Channel).name === "string" && typeof (value as Channel).kind === "string";

begin(backend, page);
new ResizeObserver(() => tellSize(Math.ceil(app.getBoundingClientRect().height), document.title)).observe(app);
preview(async (asked: Wish) => {
  words = asked.phrases ?? {};
  const language = asked.language ?? "en";
  const channels = Array.isArray(asked["channels"]) ? asked["channels"].filter(isChannel) : SAMPLE;
  widget = { mode: asked["mode"] === "plain" ? "plain" : "signed", language, languages: [language], channels };
  wish(language, {} as Theme);
  // Whoever is typing in the console goes on typing there.
  takeFocus(false);
  await load();
  paint(asked.theme);
  (STATES[asked.state ?? "ready"] ?? STATES["ready"]!)();
});
