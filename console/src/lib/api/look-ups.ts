/** Look-ups as the server says and takes them; docs/LOOK_UPS.md has every member. */
import type { Client } from './client';
import type { Maskable, Page } from './types';

export const LOOK_UP_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type LookUpMethod = (typeof LOOK_UP_METHODS)[number];

export const LOOK_UP_AUTHS = ['none', 'basic', 'bearer', 'oauth2_client_credentials', 'mtls'] as const;
export type LookUpAuthKind = (typeof LOOK_UP_AUTHS)[number];

export type LookUpOutcome = 'found' | 'not_found' | 'unavailable';

export interface LookUpHeader {
  name: string;
  /** `null`: it is secret. */
  value: string | null;
  secret: boolean;
  last4?: string | null;
}

export type LookUpContent =
  | { kind: 'json'; value: unknown }
  | { kind: 'form'; fields: { name: string; value: string }[] };

export interface LookUpAuth {
  kind: LookUpAuthKind;
  username?: string | null;
  token_url?: string | null;
  client_id?: string | null;
  scope?: string | null;
  certificate?: string | null;
  last4?: string | null;
}

export interface LookUp {
  id: string;
  name: string;
  request: { method: LookUpMethod; url: string; headers: LookUpHeader[]; body: LookUpContent | null };
  auth: LookUpAuth;
  answer: {
    json_path: string;
    found: { status: number[]; path: string; not_found_status: number[] };
    fields: { path: string; to: string }[];
  };
  cache_secs: number;
  timeout_ms: number;
  /** From which address it is asked; `null`: the operator bound none. */
  source_address: string | null;
  state: { failures: number; paused_until: string | null };
  created_at: string;
  updated_at: string;
}

/** Secrets that are left out stay, as long as the same host is asked. */
export interface LookUpInput {
  name: string;
  request: {
    method: LookUpMethod;
    url: string;
    headers: { name: string; value?: string; secret: boolean }[];
    body: LookUpContent | null;
  };
  auth: { kind: LookUpAuthKind } & Record<string, string | null | undefined>;
  answer: LookUp['answer'];
  cache_secs: number;
  timeout_ms: number;
}

export interface LookUpTest extends Maskable {
  outcome: LookUpOutcome;
  why: string | null;
  detail: string | null;
  status: number | null;
  tries: number;
  latency_ms: number;
  result?: unknown;
  fields: {
    name: string | null;
    email: string | null;
    phone: string | null;
    external_id: string | null;
    attributes: Record<string, string>;
  };
  sent: { method: string; url: string; headers: { name: string; value: string }[]; body: string | null };
}

const at = (lookUp: string) => `/v1/look-ups/${encodeURIComponent(lookUp)}`;

export const lookUps = (client: Client) => ({
  list: (signal?: AbortSignal) => client.get<Page<LookUp>>('/v1/look-ups', undefined, signal),
  get: (lookUp: string, signal?: AbortSignal) => client.get<LookUp>(at(lookUp), undefined, signal),
  create: (body: LookUpInput) => client.post<LookUp>('/v1/look-ups', body),
  update: (lookUp: string, body: LookUpInput) => client.patch<LookUp>(at(lookUp), body),
  remove: (lookUp: string) => client.delete(at(lookUp)),
  test: (lookUp: string, variables: Record<string, string>) => client.post<LookUpTest>(`${at(lookUp)}/test`, { variables })
});
