/**
 * What stands beside the launcher: a line of the page's own, or an invitation of the team. Loaded by the loader where one
 * of them is wanted, so that a page without pays nothing for it.
 */
export interface Offer {
  id: string;
  text: string;
  name: string;
}

/** What the loader hands over. */
export interface Beside {
  readonly shadow: ShadowRoot;
  /** The attributes of the loader. */
  readonly data: DOMStringMap;
  open(): void;
  /** The key of the visit that the tracker made, if it may. */
  visit(): string | undefined;
  /** A line of the page's own. */
  text?: string | undefined;
  /** The invitation by which the chat is opened. */
  offer?: Offer | undefined;
  propose?(): void;
  close?(): void;
}

/** The page is asked for an invitation as often as this, and less often while the server does not answer. */
export const EVERY = 10_000;
const SLOWEST = 300_000;
/** In windows that are narrower nothing is shown: it would cover the page. */
const NARROWEST = 240;

const CSS = `aside{position:fixed;z-index:2147483647;inset-inline-end:20px;bottom:92px;display:flex;gap:12px;align-items:flex-start;box-sizing:border-box;max-width:min(320px,calc(100vw - 40px));padding:14px 16px;border-radius:14px;box-shadow:0 4px 18px rgb(0 0 0/.28);font:16px/1.5 system-ui;background:#fff;color:#14161c;overflow-wrap:anywhere;animation:in .25s}
aside button{text-align:start;padding:4px;margin:-4px;border-radius:6px}
aside button+button{flex:none;text-align:center;min-width:24px;min-height:24px}
@keyframes in{from{opacity:0;transform:translateY(8px)}}
@media(prefers-reduced-motion:reduce){aside{animation:none}}
@media(prefers-color-scheme:dark){aside{background:#23262e;color:#f2f3f5}}`;

export function install(beside: Beside, src: string): void {
  if (beside.propose) return beside.propose();
  const page = document;
  const { data } = beside;
  /** The chat is open, or there is a conversation: the loader keeps that under this name. */
  const isBusy = () => {
    try {
      if (localStorage.getItem(`countersign-chat:${data.channel}`)) return true;
    } catch {
      // A page without storage remembers no conversation.
    }
    return beside.shadow.querySelector("dialog")?.open;
  };
  const from = new URL(`../../public/web-chats/${data.channel}/invitation`, src).href;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  beside.shadow.adoptedStyleSheets = [...beside.shadow.adoptedStyleSheets, sheet];
  let bubble: HTMLElement | undefined;

  const say = (offer: Offer | undefined, outcome: "opened" | "dismissed") => {
    // Sent as text, so that no browser asks first; that it may get lost is no harm.
    if (offer) void fetch(`${from}/${offer.id}`, { method: "POST", body: JSON.stringify({ outcome }), keepalive: true, credentials: "omit" }).catch(() => undefined);
  };

  const show = (text: string, offer?: Offer) => {
    // Once a visit of the page.
    if (!text || bubble || isBusy() || innerWidth < NARROWEST) return;
    const box = (bubble = page.createElement("aside"));
    const [yes, no] = [page.createElement("button"), page.createElement("button")];
    // Told politely, and the focus stays where it is.
    box.setAttribute("role", "status");
    box.setAttribute("aria-label", data.label || "Chat");
    yes.type = no.type = "button";
    yes.dir = "auto";
    yes.textContent = text;
    no.textContent = "✕";
    no.setAttribute("aria-label", data.close || "Close");
    const away = () => {
      box.remove();
      page.removeEventListener("keydown", key);
      delete beside.close;
    };
    const dismiss = () => {
      // Whoever closes it by the keyboard is not left nowhere.
      if (beside.shadow.activeElement && box.contains(beside.shadow.activeElement)) beside.shadow.getElementById("l")?.focus();
      away();
      say(offer, "dismissed");
    };
    const key = (event: KeyboardEvent) => event.key === "Escape" && dismiss();
    // The chat opens: by the bubble, by the launcher, by the page.
    beside.close = () => {
      beside.offer = offer;
      away();
      say(offer, "opened");
    };
    yes.onclick = beside.open;
    no.onclick = dismiss;
    page.addEventListener("keydown", key);
    box.append(yes, no);
    beside.shadow.append(box);
    page.dispatchEvent(new CustomEvent("countersign-chat:proposed", { bubbles: true }));
  };
  beside.propose = () => show(beside.text ?? "");

  let pause = EVERY;
  const ask = async () => {
    const visit = beside.visit();
    if (isBusy() || bubble) return;
    if (visit && !page.hidden && innerWidth >= NARROWEST) {
      try {
        const answer = await fetch(`${from}?visit=${visit}`, { credentials: "omit", cache: "no-store" });
        if (answer.status === 200) {
          const offer = (await answer.json()) as Offer;
          return show(offer.text, offer);
        }
        pause = answer.ok ? EVERY : Math.min(pause * 2, SLOWEST);
        // Nobody is invited to this chat, or not from this page: that does not change while it is open.
        if (/40[034]/.test(String(answer.status))) return;
      } catch {
        pause = Math.min(pause * 2, SLOWEST);
      }
    }
    setTimeout(() => void ask(), pause);
  };
  beside.propose();
  if (data.proactive) setTimeout(show, Number(data.proactiveAfter || 30) * 1000, data.proactive);
  // The tracker's first batch is on its way: before it the visit is not known.
  if (data.invitations) setTimeout(() => void ask(), 3000);
}
