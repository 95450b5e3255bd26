import { m } from '../messages';

export interface Shortcut {
  /** `j`, `?`, `g i` (one after the other) or `mod+k`. */
  keys: string;
  /** A function where it is kept longer than a language may last. */
  label: string | (() => string);
  /** Everywhere, or only where the page that added it stands. */
  scope?: 'everywhere' | 'go';
  run: (event: KeyboardEvent) => void;
}

const SEQUENCE_MS = 1200;
/** How long a dialog may take to come before what is typed counts as shortcuts again. */
const HELD_MS = 3000;
const STORE = 'countersign.single-keys';

/** Keyboard shortcuts. Single keys never act while somebody types, or behind a dialog, and can be switched off. */
class Keys {
  list = $state.raw<Shortcut[]>([]);
  singleKeys = $state(readSetting());
  #first: { key: string; at: number } | null = null;
  #held: { text: string; enter: boolean; since: number } | null = null;

  /** From now until {@link release}, letters and Enter are kept for the field that is about to come: no shortcuts. */
  hold(): void {
    this.#held = { text: '', enter: false, since: performance.now() };
  }

  release(): { text: string; enter: boolean } {
    const { text = '', enter = false } = this.#held ?? {};
    this.#held = null;
    return { text, enter };
  }

  add(...shortcuts: Shortcut[]): () => void {
    this.list = [...this.list, ...shortcuts];
    return () => (this.list = this.list.filter((s) => !shortcuts.includes(s)));
  }

  setSingleKeys(on: boolean): void {
    this.singleKeys = on;
    try {
      localStorage.setItem(STORE, on ? 'on' : 'off');
    } catch {
      // Without storage the choice holds for this page.
    }
  }

  handle(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return;
    if (this.#held && !event.ctrlKey && !event.metaKey && !event.altKey && event.timeStamp - this.#held.since < HELD_MS) {
      if (event.key.length === 1) this.#held.text += event.key;
      else if (event.key === 'Enter') this.#held.enter = true;
      else if (event.key === 'Backspace') this.#held.text = this.#held.text.slice(0, -1);
      event.preventDefault();
      return;
    }
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (event.ctrlKey || event.metaKey) {
      if (!event.altKey && !event.shiftKey) this.#fire(`mod+${name}`, event);
      return;
    }
    if (event.altKey || !this.singleKeys || isTyping(event.target) || document.querySelector('dialog[open]')) {
      this.#first = null;
      return;
    }
    const now = event.timeStamp;
    const first = this.#first && now - this.#first.at < SEQUENCE_MS ? this.#first.key : null;
    this.#first = null;
    if (first && this.#fire(`${first} ${name}`, event)) return;
    if (this.list.some((s) => s.keys.startsWith(`${name} `))) this.#first = { key: name, at: now };
    else this.#fire(name, event);
  }

  #fire(keys: string, event: KeyboardEvent): boolean {
    const found = this.list.findLast((s) => s.keys === keys);
    if (!found) return false;
    event.preventDefault();
    found.run(event);
    return true;
  }
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  // Nobody types into a tick box.
  if (target instanceof HTMLInputElement && /^(checkbox|radio|button|submit)$/.test(target.type)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.closest('[role="menu"]') !== null;
}

function readSetting(): boolean {
  try {
    return localStorage.getItem(STORE) !== 'off';
  } catch {
    return true;
  }
}

/** Where ⌘ is what others call Ctrl. */
export const isApple = () => /Mac|iPhone|iPad/.test(navigator.platform);

/** What stands on a key. */
export function keyName(key: string): string {
  const names: Record<string, string> = { mod: isApple() ? '⌘' : m.keys.control, Enter: isApple() ? '↩' : 'Enter', Escape: 'Esc' };
  return names[key] ?? key.toUpperCase();
}

export const keys = new Keys();
