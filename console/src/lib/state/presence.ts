import type { PresenceState } from '../api';

/** What the tabs of a browser know of each other: what was chosen, and when and where the last input was. */
export interface Shared {
  chosen?: PresenceState;
  tab?: string;
  input?: number;
}

const STORE = 'countersign.presence';
/** Five minutes without input, in any tab. */
const IDLE_MS = 5 * 60_000;

export const isIdle = (input: number, now: number): boolean => now - input >= IDLE_MS;

/** What stands in the browser's storage, or what this tab knows where that is switched off. */
export function readShared(own: Shared = {}): Shared {
  try {
    return { ...own, ...(JSON.parse(localStorage.getItem(STORE) ?? '{}') as Shared) };
  } catch {
    return own;
  }
}

export function writeShared(shared: Shared): void {
  try {
    localStorage.setItem(STORE, JSON.stringify(shared));
  } catch {
    // Then each tab speaks for itself.
  }
}

const TAB = 'countersign.tab';

/** What this window is called: the same after a reload, so that it does not stand beside what it was before. */
export function tabName(): string {
  try {
    const name = sessionStorage.getItem(TAB) ?? crypto.randomUUID();
    sessionStorage.setItem(TAB, name);
    return name;
  } catch {
    return crypto.randomUUID();
  }
}
