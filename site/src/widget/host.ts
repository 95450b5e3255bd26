/**
 * The loader, on the company's page. Until somebody presses an opener it adds nothing to the page and loads nothing.
 * The code lives in a frame of our own origin; it never enters this page.
 */
import { type FrameMessage, type HostMessage, MARK, receive } from "../shared/protocol";
import { identity, type PageData, profile, theme } from "../shared/page";

interface Api {
  open(widget?: string): void;
  close(): void;
  /** Forgets code and person, e.g. when somebody signs out without a page load. */
  reset(): void;
}

interface SeedEntry {
  g_config?: { widget_id?: string };
  type_widget?: string;
}

type HostWindow = Window & {
  countersign?: PageData & Partial<Api>;
  DeskieIdentify?: Record<string, unknown>;
  DeskieIndetify?: Record<string, unknown>;
  deskie?: SeedEntry[];
};

/** Where the window stands as a part of the page. */
const INLINE = "[data-countersign-inline]";
const OPENER = ".countersign-identify,[data-countersign-identify],.deskie-identifier-widget";
const FRAGMENT = "#countersign-identify";
const FULL = "all:initial;position:fixed;inset:0;width:100%;height:100%;max-width:none;max-height:none;box-sizing:border-box;z-index:2147483647;";

export function install(script: HTMLScriptElement, wait = 12_000): void {
  const host = window as unknown as HostWindow;
  const page = document;
  const base = new URL("../../", script.src);
  const data = script.dataset;

  let given = host.countersign;
  // The same tag twice on one page is one widget.
  if (given?.open) return;

  let seedWidget: string | undefined;
  let dialog: HTMLDialogElement | undefined;
  let card: HTMLElement | undefined;
  let frame: HTMLIFrameElement | undefined;
  let current: string | undefined;
  let ready = false;

  const tell = (name: string) => page.dispatchEvent(new CustomEvent(`countersign:${name}`, { bubbles: true }));
  const post = (message: HostMessage) => ready && frame?.contentWindow?.postMessage({ countersign: MARK, ...message }, base.origin);

  const show = () => {
    if (!dialog) card?.scrollIntoView({ block: "nearest" });
    if (!dialog || dialog.open) return;
    dialog.style.display = "flex";
    dialog.showModal();
    frame?.focus();
    tell("open");
  };

  const close = () => dialog?.open && dialog.close();

  const reset = () => {
    close();
    dialog?.remove();
    card?.remove();
    dialog = card = frame = undefined;
    ready = false;
  };

  const build = (widget: string) => {
    reset();
    current = widget;
    const place = page.querySelector(INLINE);
    const view = (frame = page.createElement("iframe"));
    view.title = "Countersign";
    view.allow = "clipboard-write";
    view.setAttribute("sandbox", "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox");
    // A card stands at once; what is in it shows when it is ours and not some error page.
    const box = (card = page.createElement("div"));
    // Styles go through the object model: a page with a strict style-src keeps its policy.
    box.style.cssText = `all:initial;display:block;width:100%;max-width:420px;height:280px;border-radius:14px;overflow:hidden;color-scheme:light dark;background:canvas${place ? "" : ";max-height:100%;box-shadow:0 12px 48px rgb(0 0 0/.35)"}`;
    view.style.cssText = "all:initial;display:block;width:100%;height:100%;opacity:0";
    box.append(view);
    view.src = `${base.href}widget/frame/${encodeURIComponent(widget)}`;
    if (place) place.append(box);
    else modal(box);
    const check = () => {
      // Blocked, unreachable or this page is not among the widget's origins: say so instead of showing nothing.
      if (ready || frame !== view) return;
      console.error(`countersign: the window of ${widget} did not open. Is ${location.origin} among the widget's origins in the console?`);
      const button = page.createElement("button");
      button.textContent = "✕";
      button.setAttribute("aria-label", "Close");
      button.onclick = reset;
      const note = (card = page.createElement("div"));
      note.role = "alert";
      note.style.cssText = "all:initial;font:16px/1.5 system-ui,sans-serif;background:#fff;color:#14161c;padding:20px;border-radius:14px;max-width:380px";
      button.style.cssText = "all:initial;font:inherit;cursor:pointer;padding:10px 14px;float:right";
      note.append(button, data.failure || "The identification window could not be opened. Check your connection and try again.");
      box.replaceWith(note);
      if (dialog?.open) button.focus();
      frame = current = undefined;
    };
    // The frame speaks while it loads. One that has loaded and is silent is not ours.
    view.onload = () => setTimeout(check, 2000);
    setTimeout(check, wait);
  };

  const modal = (content: HTMLElement) => {
    const box = (dialog = page.createElement("dialog"));
    box.style.cssText = `${FULL}display:none;align-items:center;justify-content:center;padding:max(12px,env(safe-area-inset-top)) 12px max(12px,env(safe-area-inset-bottom));background:rgb(10 12 18/.55);overscroll-behavior:contain`;
    box.setAttribute("aria-label", "Countersign");
    box.onclick = (event) => event.target === box && close();
    box.onclose = () => {
      box.style.display = "none";
      if (location.hash === FRAGMENT) history.replaceState(history.state, "", location.pathname + location.search);
      post({ type: "hide" });
      tell("close");
    };
    box.append(content);
    page.body.append(box);
  };

  const known = () => data.widget || seedWidget;
  // A moment later: the seed's entry is not filled in at once.
  const inline = () =>
    setTimeout(() => {
      const id = known();
      if (id && !frame && page.querySelector(INLINE)) build(id);
    });

  const open = (widget?: string) => {
    const id = widget || known();
    if (!id) return console.error("countersign: no widget id (data-widget)");
    if (id === current && frame) post({ type: "show" });
    else build(id);
    show();
  };

  const renew = () => {
    reset();
    inline();
  };
  const api: Api = { open: (widget) => open(widget), close, reset: renew };

  addEventListener("message", (event) => {
    const message = receive<FrameMessage>(event, frame?.contentWindow, base.origin);
    if (!message || !frame) return;
    const view = frame;
    if (message.type === "ready") {
      ready = true;
      view.style.opacity = "1";
      post({ type: "init", language: data.language || given?.language || page.documentElement.lang, theme: theme(), inline: !dialog });
      if (dialog?.open) view.focus();
    } else if (message.type === "need") {
      void identity([given as Record<string, unknown>, host.DeskieIdentify ?? host.DeskieIndetify], data.tokenUrl, profile).then(
        // Another frame by now belongs to another person.
        (answer) => view === frame && post({ type: "identity", request: message.request, ...answer }),
      );
    } else if (message.type === "size") {
      view.parentElement!.style.height = `${Math.min(Math.max(message.height, 120), 2000)}px`;
      view.title = message.title;
      dialog?.setAttribute("aria-label", message.title);
    } else if (message.type === "close") {
      close();
    } else if (message.type === "linked" || message.type === "asking") {
      // "Not you? Undo" has to be seen, even by somebody who closed the window and went to the messenger.
      show();
      if (message.type === "linked") tell("linked");
    }
  });

  // Captured, so that a page that stops its clicks keeps its openers; delegated, so that later elements work.
  page.addEventListener(
    "click",
    (event) => {
      if (event.defaultPrevented || event.button > 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
      for (const node of event.composedPath()) {
        if (node instanceof Element && node.matches(OPENER)) {
          event.preventDefault();
          return open((node as HTMLElement).dataset.countersignIdentify);
        }
      }
    },
    true,
  );

  // A page that replaces the object has another person: nothing of the one before may stay.
  const adopt = (value: unknown) => {
    given = Object.assign(Object(value ?? {}) as PageData, api);
  };
  adopt(given);
  Object.defineProperty(host, "countersign", {
    configurable: true,
    get: () => given,
    set(value) {
      adopt(value);
      renew();
    },
  });

  // Seed 000: entries are pushed first and filled in after, so they are read a moment later.
  const take = (entry: SeedEntry) =>
    setTimeout(() => {
      if (entry?.type_widget === "identifier") seedWidget ||= entry.g_config?.widget_id;
    });
  const queue = (host.deskie ||= []);
  queue.forEach(take);
  const push = queue.push;
  queue.push = (...entries) => {
    entries.forEach(take);
    return push.apply(queue, entries);
  };

  const byFragment = () => location.hash === FRAGMENT && setTimeout(() => open());
  addEventListener("hashchange", byFragment);
  const start = () => {
    byFragment();
    inline();
  };
  if (page.readyState === "loading") page.addEventListener("DOMContentLoaded", start);
  else start();
}
