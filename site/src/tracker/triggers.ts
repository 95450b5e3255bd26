/**
 * Business events that a site's settings ask for: a click, a time, a depth, a form that was sent. They are words, never
 * scripts. What people typed is never read, neither from fields nor from text that can be edited.
 */
import type { Tracker, Trigger, TriggerValue } from "./types";

const VALUE_MAX = 200;
const FIELDS = "input,textarea,select,option,[contenteditable]";
/** Attributes that hold addresses: without their query, in which anything may stand. */
const ADDRESS = /^(href|src|action|formaction|poster|data|cite)$/i;

function value(entry: TriggerValue, element: Element | undefined): string | undefined {
  if (entry.from === "constant") return entry.value?.slice(0, VALUE_MAX);
  const { selector } = entry;
  const found = selector ? (element?.querySelector(selector) ?? document.querySelector(selector)) : element;
  if (!found || found.closest(FIELDS)) return;
  if (entry.from === "text") {
    if (found.querySelector("textarea,[contenteditable]")) return;
    return found.textContent?.replace(/\s+/g, " ").trim().slice(0, VALUE_MAX);
  }
  const name = entry.attribute ?? "";
  const text = found.getAttribute(name)?.trim();
  return (text && (ADDRESS.test(name) || /^https?:/i.test(text)) ? text.split(/[?#]/)[0] : text)?.slice(0, VALUE_MAX);
}

function values(trigger: Trigger, element?: Element): Record<string, string> {
  const found: Record<string, string> = { trigger: trigger.id };
  for (const entry of trigger.values ?? []) {
    const text = value(entry, element);
    if (text) found[entry.name] = text;
  }
  return found;
}

function holds(word: string | undefined): boolean {
  return word === "focused" ? document.hasFocus() : word === "visible" ? document.visibilityState === "visible" : true;
}

/** The element that an event is about, also from within an open shadow tree. */
function within(event: Event, selector: string): Element | undefined {
  const target = event.composedPath()[0];
  return (target instanceof Element && (target.closest(selector) ?? (event.target as Element).closest?.(selector))) || undefined;
}

export function install(tracker: Tracker): void {
  const said = new Set<string>();
  /** Of the page that is open: undone when another is entered. */
  let armed: (() => void)[] = [];

  /** A wrong selector is the site's mistake: said once, and the page and the other triggers go on. */
  function guard(trigger: Trigger, act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!said.has(trigger.id)) console.warn(`countersign: trigger ${trigger.id}: ${error}`);
      said.add(trigger.id);
    }
  }

  function fire(trigger: Trigger, element?: Element): void {
    if (holds(trigger.condition) && holds(trigger.postcondition)) tracker.track(trigger.name, values(trigger, element));
  }

  function listen(type: string, act: (event: Event) => void): void {
    // Before the page's own listeners, which may stop it, and never in their way.
    const options = { capture: true, passive: true };
    document.addEventListener(type, act, options);
    armed.push(() => document.removeEventListener(type, act, options));
  }

  function time(trigger: Trigger): void {
    let spent = 0;
    let before = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      if (holds(trigger.condition)) spent += now - before;
      before = now;
      if (spent < (trigger.seconds ?? 30) * 1000) return;
      clearInterval(timer);
      guard(trigger, () => fire(trigger));
    }, 250);
    armed.push(() => clearInterval(timer));
  }

  function depth(trigger: Trigger): void {
    let isDone = false;
    listen("scroll", () => {
      const { scrollHeight, clientHeight, scrollTop } = document.documentElement;
      if (isDone || ((scrollTop + clientHeight) / scrollHeight) * 100 < (trigger.percent ?? 50)) return;
      isDone = true;
      guard(trigger, () => fire(trigger));
    });
  }

  function arm(trigger: Trigger): void {
    if (trigger.page && !location.href.includes(trigger.page)) return;
    const { action, element } = trigger;
    if (action === "timer") time(trigger);
    else if (action === "scroll") depth(trigger);
    else if (action === "click" || action === "submit") {
      const selector = element || (action === "submit" ? "form" : "a,button");
      listen(action, (event) =>
        guard(trigger, () => {
          const found = within(event, selector);
          if (found) fire(trigger, found);
        }),
      );
    }
  }

  tracker.isArmed = true;
  tracker.turned = () => {
    for (const disarm of armed.splice(0)) disarm();
    tracker.triggers.forEach(arm);
  };
  tracker.turned();
}
