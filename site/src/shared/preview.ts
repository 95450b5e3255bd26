/**
 * What the console and a preview frame say to each other. A preview stands at an address of its own, lets itself be
 * shown by our own origin alone, has no id, no person and no session, and calls nothing but the phrases' files.
 */
import { MARK } from "./protocol";
import { apply, type Theme } from "./theme";

/** What to show. Everything may be left out; what is left out stays as it was. */
export interface Wish {
  state?: string;
  language?: string;
  /** Texts that are not saved yet, of this language: key → text. */
  phrases?: Record<string, string>;
  theme?: Theme;
  /** Whatever else the product can show, such as the widget's channels. */
  [more: string]: unknown;
}

const own = (): boolean => window.parent !== window;

function post(message: Record<string, unknown>): void {
  if (own()) window.parent.postMessage({ countersign: MARK, ...message }, location.origin);
}

/** The wish in the address: what a preview shows before anybody says more. */
function asked(): Wish {
  const query = new URLSearchParams(location.search);
  const text = (name: string) => query.get(name) ?? undefined;
  const wish: Wish = { theme: {} };
  for (const name of ["state", "language", "mode"]) if (text(name)) wish[name] = text(name);
  for (const name of ["accent", "radius", "scheme"] as const) if (text(name)) wish.theme![name] = text(name)!;
  return wish;
}

/** Dresses the page anew, also where the wish before had more colour. */
export function paint(theme: Theme | undefined): void {
  const root = document.documentElement;
  root.removeAttribute("style");
  delete root.dataset["scheme"];
  apply(theme, root);
}

/** Shows what the address and then the console ask for. `show` is called with the whole wish each time. */
export function preview(show: (wish: Wish) => void | Promise<void>): void {
  let wish = asked();
  addEventListener("message", (event) => {
    const data = event.data as (Wish & { countersign?: unknown; type?: unknown }) | null;
    const isGenuine = own() && event.source === window.parent && event.origin === location.origin;
    if (!isGenuine || typeof data !== "object" || data === null || data.countersign !== MARK || data.type !== "preview") return;
    const { countersign: _mark, type: _type, ...next } = data;
    wish = { ...wish, ...next };
    void show(wish);
  });
  // Links of samples lead nowhere.
  addEventListener("click", (event) => event.composedPath().some((node) => node instanceof HTMLAnchorElement) && event.preventDefault(), true);
  void show(wish);
  post({ type: "ready" });
}

export function tellSize(height: number, title: string): void {
  post({ type: "size", height, title });
}
