/** What the window asks for. The real one is our API; the console's preview has one of sample data. */
import { call } from "../shared/http";
import { override, phrases } from "../shared/i18n";
import type { Identity } from "../shared/protocol";
import type { Code, Linked, MyLink, Status, Text, Widget } from "./types";
import english from "./phrases/en.json";

export interface Backend {
  widget(signal: AbortSignal): Promise<Widget>;
  text(language: string, own: unknown): Promise<Text>;
  issue(who: Identity, signal: AbortSignal): Promise<Code>;
  /** Where a code stands; waits for another state than `seen` where one is given. */
  status(code: Code, signal: AbortSignal, seen?: Status["state"]): Promise<Status>;
  /** The answer to "was that you?". */
  confirm(code: Code, isMe: boolean, signal: AbortSignal): Promise<Status>;
  undo(code: Code, signal: AbortSignal): Promise<Linked | null>;
  links(who: Identity, signal: AbortSignal): Promise<MyLink[]>;
  unlink(who: Identity, link: string, signal: AbortSignal): Promise<MyLink[]>;
}

const body = (who: Identity) => (who.token !== undefined ? { token: who.token } : { profile: who.profile });

export function server(id: string): Backend {
  const api = `/public/widgets/${id}`;
  return {
    widget: (signal) => call<Widget>(api, { signal }),
    text: async (language, own) => override(await phrases("widget", language, english), own, language),
    issue: (who, signal) => call<Code>(`${api}/codes`, { method: "POST", body: body(who), signal }),
    status: (code, signal, seen) =>
      call<Status>(`/public/codes/${code.id}${seen ? `?wait=25&seen=${seen}` : ""}`, { bearer: code.status_token, signal, timeout: seen ? 40_000 : 5000 }),
    confirm: (code, is_me, signal) => call<Status>(`/public/codes/${code.id}/confirm`, { method: "POST", body: { is_me }, bearer: code.status_token, signal }),
    undo: async (code, signal) => (await call<Status>(`/public/codes/${code.id}/undo`, { method: "POST", body: {}, bearer: code.status_token, signal })).link,
    links: async (who, signal) => (await call<{ data: MyLink[] }>(`${api}/links`, { method: "POST", body: body(who), signal })).data,
    unlink: async (who, link, signal) => (await call<{ data: MyLink[] }>(`${api}/links/${link}/end`, { method: "POST", body: body(who), signal })).data,
  };
}
