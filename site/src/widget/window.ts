/** The one window that all states draw into. */
import { h, icon } from "../shared/dom";
import { direction, fill } from "../shared/i18n";
import type { FrameMessage, Identity } from "../shared/protocol";
import type { Key, Text } from "./types";
import english from "./phrases/en.json";

/** The page that shows us: the company's, or the console's preview. */
export interface Page {
  readonly embedded: boolean;
  send(message: FrameMessage): void;
  identity(timeout?: number): Promise<Identity>;
}

export const app = document.getElementById("app")!;
export const live = h("p", { class: "sr", "aria-live": "polite" });
export let text: Text = english;
/** Part of the company's page, not over it: nothing to close. */
let inline = false;
let page: Page;
/** Ends what belongs to the state before: timers, polls, requests. */
let scope = new AbortController();
let focusNext = false;

export const t = (key: Key, values?: Record<string, string>) => fill(text[key], values);

export function use(shownBy: Page): void {
  page = shownBy;
}

export function setInline(): void {
  inline = true;
}

export const closable = () => page.embedded && !inline;

export function setText(words: Text, language: string): void {
  text = words;
  document.documentElement.lang = language;
  document.documentElement.dir = direction(language);
  document.title = text.title;
}

export function say(words: string): void {
  live.textContent = "";
  setTimeout(() => (live.textContent = words), 50);
}

/** A new state: whatever the last one was doing stops. */
export function enter(): AbortSignal {
  scope.abort();
  scope = new AbortController();
  return scope.signal;
}

/** Whether the next drawing takes the focus. */
export function takeFocus(take: boolean): void {
  focusNext = take && !inline;
}

let lastHeight = 0;
export function measure(): void {
  const height = Math.ceil(app.getBoundingClientRect().height);
  if (height !== lastHeight) page.send({ type: "size", height: (lastHeight = height), title: text.title });
}

export const leave = () => page.send({ type: "close" });

export function draw(title: string, ...content: (Node | null | false)[]): void {
  const hadFocus = app.contains(document.activeElement) || document.activeElement === document.body;
  const heading = h("h1", { tabindex: -1 }, title);
  const shut = closable() && h("button", { class: "square", "aria-label": text.close, title: text.close, click: leave }, icon("close"));
  app.replaceChildren(h("header", {}, heading, shut), ...content.filter((node): node is Node => !!node), live);
  if (focusNext || (hadFocus && document.hasFocus())) {
    focusNext = false;
    (app.querySelector<HTMLElement>("[data-first]") ?? heading).focus({ preventScroll: true });
  }
}

export function button(label: string, press: () => void, kind: "main" | "second" | "link" = "main", picture?: string): HTMLButtonElement {
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

export const hero = (picture: string, kind = "") => h("div", { class: `hero ${kind}` }, icon(picture));
export const line = (words: string, kind = "") => h("p", { class: kind }, words);
export const warning = (key: "warn" | "warn_short") => h("p", { class: "note" }, icon("shield"), h("span", {}, text[key]));
export const bone = () => h("div", { class: "bone", role: "status", "aria-label": text.loading });

const PICTURES: Record<string, string> = { telegram: "plane", whatsapp: "phone", phone: "phone", sms: "phone", email: "mail" };
export const picture = (kind: string) => icon(PICTURES[kind] ?? "chat");
