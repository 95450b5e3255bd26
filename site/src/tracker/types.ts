/** What the two files of the tracker, the page and the server tell each other. */

export type Data = Record<string, unknown>;

/** As the server takes it in `POST /t/{key}`. */
export interface TrackedEvent {
  /** Time first, 32 hex: the server drops an id it knows. */
  id: string;
  name: string;
  at: number;
  page?: string | undefined;
  url: string;
  title?: string | undefined;
  category?: string | undefined;
  data?: unknown;
}

/** The key of its visit, and the event: a visit may end while some of its events wait. */
export type Waiting = [visit: string, event: TrackedEvent];

/** What a page may say of itself instead of its own title. */
export interface PageWords {
  title?: string;
  /** Several with `;` between them. */
  category?: string;
}

/** Of `GET /t/{key}`: what the triggers need. Words, never scripts. */
export interface Trigger {
  id: string;
  name: string;
  action: "timer" | "click" | "scroll" | "submit";
  element?: string;
  page?: string;
  seconds?: number;
  percent?: number;
  condition?: "always" | "focused" | "visible";
  postcondition?: "none" | "focused";
  values?: TriggerValue[];
}

export interface TriggerValue {
  name: string;
  from: "text" | "attribute" | "constant";
  selector?: string;
  attribute?: string;
  value?: string;
}

/** What `triggers.js` needs of `window.countersignTracker`. */
export interface Tracker {
  triggers: Trigger[];
  track(name: string, data?: Data): void;
  /** Called when another page was entered; the first one has been. */
  turned?: () => void;
  isArmed?: boolean;
}
