/**
 * The web chat's loader: a launcher in the corner of the company's page, and a frame of our own origin behind it. The
 * frame is loaded at the first press, or quietly some time after the page when there is a conversation to go on with.
 */
import { type FrameMessage, type HostMessage, MARK, receive } from "../shared/protocol";
import { identity, theme } from "../shared/page";
import type { Beside } from "./invite";

interface Chat {
  token?: unknown;
  tokenUrl?: string;
  language?: string;
  open?(): void;
  close?(): void;
  /** A line beside the launcher, once a visit, unless there is a conversation already. */
  propose?(text: string): void;
  /** Tells the chat that somebody signed in or out without a page load. */
  refresh?(): void;
}

const CSS = `:host{all:initial}
*{box-sizing:border-box}
dialog,button,iframe{all:unset}
#l,dialog{position:fixed;z-index:2147483647;inset-inline-end:20px;bottom:92px;box-shadow:0 4px 18px rgb(0 0 0/.28);border-radius:14px}
#l,iframe,dialog[open]{display:block}
button{cursor:pointer;min-width:24px}
#l{bottom:max(20px,env(safe-area-inset-bottom));width:28px;height:28px;padding:14px;border-radius:50%;background:var(--a,#3555d6);color:var(--o,#fff)}
button:focus-visible{outline:3px solid Highlight;outline-offset:3px}
svg{fill:none;stroke:currentColor;stroke-width:1.6;stroke-linejoin:round;stroke-linecap:round}
b{position:absolute;top:-4px;inset-inline-end:-4px;min-width:22px;padding:0 6px;border-radius:14px;background:#c4231a;color:#fff;font:600 13px/22px system-ui;text-align:center}
dialog,b:empty{display:none}
p{margin:0;padding:16px;font:16px/1.5 system-ui;background:#fff;color:#14161c}
dialog{width:384px;height:min(640px,100dvh - 116px);overflow:hidden;color-scheme:light dark;background:canvas}
iframe{width:100%;height:100%}
@media(max-width:480px),(max-height:480px){dialog{inset:0;width:100%;height:100dvh;border-radius:0}}
@media print{:host{display:none}}`;

export function install(script: HTMLScriptElement, wait = 15_000): void {
  const host = window as unknown as { countersignChat?: Chat };
  const page = document;
  const data = script.dataset;
  const channel = data.channel;
  const base = new URL("../../", script.src);
  let given = host.countersignChat;
  if (given?.open) return;
  if (!channel) return console.error("countersign: data-channel?");

  const key = `countersign-chat:${channel}`;
  // A page without storage just starts without the colour and the badge.
  const memory = (value?: string, storage: "localStorage" | "sessionStorage" = "localStorage"): string | undefined => {
    try {
      if (value === undefined) return window[storage].getItem(key) ?? "";
      window[storage].setItem(key, value);
    } catch {}
    return undefined;
  };
  const small = matchMedia("(max-width:480px),(max-height:480px)");
  const language = () => data.language || given?.language || page.documentElement.lang;

  const root = page.createElement("div");
  const shadow = root.attachShadow({ mode: "closed" });
  // A constructed sheet is no inline style: a page with a strict style-src keeps its policy.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  shadow.adoptedStyleSheets = [sheet];
  const dialog = page.createElement("dialog");
  const button = page.createElement("button");
  const badge = page.createElement("b");
  const svg = page.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = page.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", "M4 4.5h12v9H9.500L6 16.500v-3H4z");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.append(path);
  button.id = "l";
  button.append(svg, badge);
  const label = (text: string) => button.setAttribute("aria-label", text);
  const paint = (accent: unknown) => {
    if (typeof accent !== "string" || !/^#[\da-f]{6}$/i.test(accent)) return;
    const [r, g, b] = [1, 3, 5].map((at) => (parseInt(accent.slice(at, at + 2), 16) / 255) ** 2.2) as [number, number, number];
    root.style.setProperty("--a", accent);
    root.style.setProperty("--o", 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.36 ? "#14161c" : "#fff");
  };
  label("Chat");
  paint(theme().accent || memory() || data.accent);
  button.setAttribute("aria-expanded", "false");
  shadow.append(dialog, button);

  let frame: HTMLIFrameElement | undefined;
  let ready = false;
  const post = (message: HostMessage) => ready && frame?.contentWindow?.postMessage({ countersign: MARK, ...message }, base.origin);
  const tell = (name: string) => page.dispatchEvent(new CustomEvent(`countersign-chat:${name}`, { bubbles: true }));

  const build = () => {
    if (frame) return;
    ready = false;
    const view = (frame = page.createElement("iframe"));
    view.title = "Chat";
    view.setAttribute("sandbox", "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-downloads");
    view.src = `${base.href}webchat/frame/${encodeURIComponent(channel)}`;
    dialog.replaceChildren(view);
    setTimeout(() => {
      if (ready || frame !== view) return;
      console.error(`countersign: is ${location.origin} among the origins of ${channel}?`);
      const note = page.createElement("p");
      note.role = "alert";
      note.textContent = data.failure || "The chat could not be opened.";
      view.replaceWith(note);
      frame = undefined;
    }, wait);
  };

  const show = () => post({ type: "show", visit: visit(), offer: beside.offer });
  const open = () => {
    build();
    beside.close?.();
    if (dialog.open) return;
    // On a phone the chat is the whole screen, and so has the whole keyboard too.
    if (small.matches) dialog.showModal();
    else dialog.show();
    button.setAttribute("aria-expanded", "true");
    show();
    frame?.focus();
    tell("open");
  };
  const close = () => dialog.open && dialog.close();
  dialog.onclose = () => {
    button.setAttribute("aria-expanded", "false");
    post({ type: "hide" });
    button.focus();
    tell("close");
  };
  button.onclick = () => (dialog.open ? close() : open());
  root.onkeydown = (event) => event.key === "Escape" && close();

  addEventListener("message", (event) => {
    const message = receive<FrameMessage>(event, frame?.contentWindow, base.origin);
    if (!message || !frame) return;
    const view = frame;
    if (message.type === "ready") {
      ready = true;
      post({ type: "init", language: language(), kept: memory(undefined, "sessionStorage"), theme: theme() });
      if (dialog.open) show();
    } else if (message.type === "need") {
      void identity([given as Record<string, unknown> | undefined], data.tokenUrl).then((answer) => view === frame && post({ type: "identity", request: message.request, ...answer }));
    } else if (message.type === "state") {
      badge.textContent = message.unread ? (message.unread > 9 ? "9+" : String(message.unread)) : "";
      label(message.label);
      view.title = message.title;
      dialog.setAttribute("aria-label", message.title);
      paint(message.accent);
      memory(message.started ? message.accent || "1" : "");
    } else if (message.type === "keep") {
      // Only where the company asked for it: what is kept in the page can be read by the page.
      if (data.keep === "page") memory(message.value, "sessionStorage");
    } else if (message.type === "close") {
      close();
    }
  });

  // The key of the tracker's visit, where it may have one: which visit stands beside the conversation. It proves nothing.
  const visit = () => {
    try {
      return /cs_visit=(\w{32})/.exec(`${page.cookie};cs_visit=${localStorage.cs_visit}`)?.[1];
    } catch {}
    return undefined;
  };
  const beside: Beside = { shadow, data, open, visit };
  // The page pins both files by the one attribute that it gives this one. It runs once, however often it is loaded.
  const propose = (text?: string) => {
    beside.text ||= text;
    page.head.append(Object.assign(page.createElement("script"), { beside, crossOrigin: "", integrity: script.integrity, src: script.src.replace("loader", "invite") }));
  };

  const api = { open, close, propose, refresh: () => post({ type: "who" }) };
  const adopt = (value: unknown) => {
    given = Object.assign(Object(value ?? {}) as Chat, api);
  };
  adopt(given);
  Object.defineProperty(host, "countersignChat", {
    configurable: true,
    get: () => given,
    set(value) {
      adopt(value);
      api.refresh();
    },
  });

  const start = () => {
    page.body.append(root);
    if (memory()) setTimeout(build, 1500);
    else if (data.proactive || data.invitations) propose();
  };
  if (page.body) start();
  else page.addEventListener("DOMContentLoaded", start);
}
