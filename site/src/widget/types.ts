/** What the identification window gets from the server. */
import type { Theme } from "../shared/theme";
import english from "./phrases/en.json";

export type Text = typeof english;
export type Key = keyof Text;

export interface Channel {
  name: string;
  kind: string;
  url?: string | null;
}

export interface Widget {
  mode: "signed" | "plain";
  language?: string;
  languages?: string[];
  phrases?: unknown;
  theme?: Theme;
  channels?: Channel[];
}

export interface Code {
  id: string;
  code: string;
  display: string;
  issued_at: string;
  expires_at: string;
  lifetime_secs: number;
  status_token: string;
  links: Channel[];
}

export interface Linked {
  channel_name: string;
  channel_kind: string;
  account_name: string | null;
  undo_until: string;
  state: "live" | "superseded" | "undone";
}

/** Who sent a code while codes are being guessed: the customer is asked before anybody is linked. */
export interface Held {
  channel_name: string;
  channel_kind: string;
  account_name: string;
}

export interface Status {
  state: "live" | "held" | "used" | "expired" | "superseded" | "revoked";
  link: Linked | null;
  held?: Held | null;
}

/** One of the customer's own linked channels. */
export interface MyLink {
  id: string;
  channel_name: string;
  channel_kind: string;
  account_name: string;
  linked_at: string;
}
