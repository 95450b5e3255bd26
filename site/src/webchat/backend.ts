/** What the chat asks for. The real one is our API; the console's preview has one of sample data. */
import { call, Problem, problemOf } from "../shared/http";
import { phrases } from "../shared/i18n";
import type { PublicMessage } from "./conversation";
import english from "./phrases/en.json";

export type Text = typeof english;

export interface Question {
  key: string;
  label: string;
  kind: string;
  options: string[];
  required: boolean;
}

export interface Session {
  session: string;
  assurance: string;
  customer_name?: string | null;
  title?: string | null;
  greeting?: string | null;
  accent?: string | null;
  online: boolean;
  offline_text?: string;
  files: boolean;
  questions: Question[];
  /** What the company says in its own words: language → key → text. */
  phrases?: Record<string, Record<string, string>>;
  messages: PublicMessage[];
  read_until?: string | null;
}

export interface Update {
  data: PublicMessage[];
  chat: "live" | "ended";
  assurance: string;
  read_until?: string | null;
  typing?: boolean;
}

export interface Outgoing {
  id: string;
  text: string;
  attachments: string[];
  answers: Record<string, string>;
  /** The tracker's visit. */
  visit?: string;
  /** The invitation that is answered. */
  invitation?: string;
}

export interface Uploaded {
  id: string;
  name: string;
  mime_type: string;
  size_bytes: number;
}

export interface Backend {
  text(language: string): Promise<Text>;
  open(body: { token?: string; session?: string; visit?: string }, signal: AbortSignal): Promise<Session>;
  follow(session: string, after: string | undefined, seen: string | undefined, signal: AbortSignal): Promise<Update>;
  send(session: string, message: Outgoing): Promise<PublicMessage>;
  typing(session: string): void;
  receipt(session: string, message: string, state: "delivered" | "read"): void;
  upload(session: string, file: File): Promise<Uploaded>;
  file(session: string, id: string): Promise<Blob>;
}

const RASTER = /^image\/(png|jpeg|gif|webp)$/;

export function server(channel: string): Backend {
  const api = `/public/web-chats/${channel}`;
  const raw = async (path: string, bearer: string, init: RequestInit): Promise<Response> => {
    const headers = { Accept: "application/json", ...(init.headers as Record<string, string>), Authorization: `Bearer ${bearer}` };
    const response = await fetch(path, { ...init, headers, credentials: "omit", cache: "no-store" }).catch(() => {
      throw new Problem(0, "unreachable", "", "", "", 0);
    });
    if (!response.ok) throw problemOf(response, await response.json().catch(() => undefined));
    return response;
  };
  // What is only a sign may be lost.
  const hint = (path: string, bearer: string, body: unknown) => void call(`${api}/${path}`, { method: "POST", body, bearer }).catch(() => undefined);
  return {
    text: (language) => phrases("webchat", language, english),
    open: (body, signal) => call<Session>(`${api}/sessions`, { method: "POST", body, signal }),
    follow: (session, after, seen, signal) => {
      const query = new URLSearchParams({ wait: "25", ...(after && { after }), ...(seen && { seen }) });
      return call<Update>(`${api}/messages?${query}`, { bearer: session, signal, timeout: 40_000 });
    },
    send: (session, message) => call<PublicMessage>(`${api}/messages`, { method: "POST", body: message, bearer: session }),
    typing: (session) => hint("typing", session, {}),
    receipt: (session, message, state) => hint("receipts", session, { message, state }),
    upload: async (session, file) => {
      const headers = { "Content-Type": "application/octet-stream", "Content-Disposition": `attachment; filename*=UTF-8''${encodeURIComponent(file.name).replace(/['()*]/g, escape)}` };
      return (await raw(`${api}/attachments`, session, { method: "POST", headers, body: file })).json() as Promise<Uploaded>;
    },
    file: async (session, id) => {
      const blob = await (await raw(`${api}/attachments/${id}`, session, { headers: { Accept: "*/*" } })).blob();
      // A blob's type decides what a browser makes of it: pictures, or bytes to save.
      return RASTER.test(blob.type) ? blob : new Blob([blob], { type: "application/octet-stream" });
    },
  };
}
