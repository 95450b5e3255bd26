import type { LookUp, LookUpAuthKind, LookUpContent, LookUpInput, LookUpMethod } from '$lib/api';
import { namesIn } from '$lib/features/calls/variables';

export const LIMITS = { name: 80, url: 8192, path: 512, headers: 20, fields: 20, formFields: 50, timeoutMin: 100, timeoutMax: 10_000, cacheMax: 3600 };
export const TARGETS = ['name', 'email', 'phone', 'external_id'] as const;

export interface HeaderDraft {
  key: string;
  name: string;
  value: string;
  secret: boolean;
  /** The server has a value of it. */
  kept: boolean;
  last4: string | null;
}

export interface FieldDraft {
  key: string;
  path: string;
  to: string;
  attribute: string;
}

/** What the server keeps of a login, and never shows. */
export interface SecretDraft {
  value: string;
  kept: boolean;
  last4: string | null;
}

/** A look-up as its form holds it: every field is there, whichever of them it needs. */
export interface LookUpDraft {
  name: string;
  method: LookUpMethod;
  url: string;
  headers: HeaderDraft[];
  bodyKind: 'none' | 'json' | 'form';
  json: string;
  form: { key: string; name: string; value: string }[];
  auth: LookUpAuthKind;
  username: string;
  tokenUrl: string;
  clientId: string;
  scope: string;
  certificate: string;
  secret: SecretDraft;
  jsonPath: string;
  foundStatus: string;
  foundPath: string;
  notFoundStatus: string;
  fields: FieldDraft[];
  timeoutMs: number;
  cacheSecs: number;
}

let made = 0;
export const nextKey = () => `k${++made}`;

export const newHeader = (): HeaderDraft => ({ key: nextKey(), name: '', value: '', secret: false, kept: false, last4: null });
export const newField = (): FieldDraft => ({ key: nextKey(), path: '', to: 'name', attribute: '' });
export const newFormField = () => ({ key: nextKey(), name: '', value: '' });

export function draftOf(lookUp: LookUp | null): LookUpDraft {
  const body = lookUp?.request.body ?? null;
  const auth = lookUp?.auth;
  const found = lookUp?.answer.found;
  return {
    name: lookUp?.name ?? '',
    method: lookUp?.request.method ?? 'GET',
    url: lookUp?.request.url ?? '',
    headers: (lookUp?.request.headers ?? []).map(({ name, value, secret, last4 }) => ({
      key: nextKey(), name, value: value ?? '', secret, kept: secret, last4: last4 ?? null
    })),
    bodyKind: body?.kind ?? 'none',
    json: body?.kind === 'json' ? JSON.stringify(body.value, null, 2) : '',
    form: body?.kind === 'form' ? body.fields.map((field) => ({ key: nextKey(), ...field })) : [],
    auth: auth?.kind ?? 'none',
    username: auth?.username ?? '',
    tokenUrl: auth?.token_url ?? '',
    clientId: auth?.client_id ?? '',
    scope: auth?.scope ?? '',
    certificate: auth?.certificate ?? '',
    secret: { value: '', kept: (auth?.kind ?? 'none') !== 'none', last4: auth?.last4 ?? null },
    jsonPath: lookUp?.answer.json_path ?? '',
    foundStatus: (found?.status ?? []).join(', '),
    foundPath: found?.path ?? '',
    notFoundStatus: (found?.not_found_status ?? [404, 410]).join(', '),
    fields: (lookUp?.answer.fields ?? []).map(({ path, to }) => {
      const [kind, attribute] = to.startsWith('attributes.') ? ['attributes', to.slice('attributes.'.length)] : [to, ''];
      return { key: nextKey(), path, to: kind, attribute };
    }),
    timeoutMs: lookUp?.timeout_ms ?? 5000,
    cacheSecs: lookUp?.cache_secs ?? 0
  };
}

export const statuses = (text: string): number[] =>
  text.split(/[\s,;]+/).filter(Boolean).map(Number).filter((status) => Number.isInteger(status) && status >= 100 && status <= 599);

/** Whether a text of statuses says something that is none. */
export const isStatuses = (text: string): boolean => statuses(text).length === text.split(/[\s,;]+/).filter(Boolean).length;

/** The body of a JSON text; `undefined`: it is not JSON. */
export function readJson(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function contentOf(draft: LookUpDraft): LookUpContent | null {
  if (draft.method === 'GET' || draft.bodyKind === 'none') return null;
  if (draft.bodyKind === 'json') return { kind: 'json', value: readJson(draft.json)?.value ?? null };
  return { kind: 'form', fields: draft.form.filter(({ name }) => name.trim()).map(({ name, value }) => ({ name: name.trim(), value })) };
}

/** Which member the secret of each kind of login is. */
const SECRETS = { none: null, basic: 'password', bearer: 'token', oauth2_client_credentials: 'client_secret', mtls: 'key' } as const;
export const secretName = (kind: LookUpAuthKind) => SECRETS[kind];

function authOf(draft: LookUpDraft): LookUpInput['auth'] {
  const name = secretName(draft.auth);
  const typed = draft.auth === 'mtls' || draft.auth === 'basic' ? draft.secret.value : draft.secret.value.trim();
  const secret = name && typed !== '' ? { [name]: typed } : {};
  switch (draft.auth) {
    case 'none':
      return { kind: 'none' };
    case 'basic':
      return { kind: 'basic', username: draft.username.trim(), ...secret };
    case 'bearer':
      return { kind: 'bearer', ...secret };
    case 'oauth2_client_credentials':
      return {
        kind: draft.auth, token_url: draft.tokenUrl.trim(), client_id: draft.clientId.trim(),
        ...(draft.scope.trim() && { scope: draft.scope.trim() }), ...secret
      };
    case 'mtls':
      return { kind: 'mtls', ...(draft.certificate.trim() && { certificate: draft.certificate }), ...secret };
  }
}

/** What is sent: only what its method and its kinds need, and no secret that nobody typed. */
export function inputOf(draft: LookUpDraft): LookUpInput {
  return {
    name: draft.name.trim(),
    request: {
      method: draft.method,
      url: draft.url.trim(),
      headers: draft.headers
        .filter(({ name }) => name.trim())
        .map(({ name, value, secret, kept }) => ({ name: name.trim(), secret, ...((!secret || value !== '' || !kept) && { value }) })),
      body: contentOf(draft)
    },
    auth: authOf(draft),
    answer: {
      json_path: draft.jsonPath.trim(),
      found: { status: statuses(draft.foundStatus), path: draft.foundPath.trim(), not_found_status: statuses(draft.notFoundStatus) },
      fields: draft.fields
        .filter(({ path }) => path.trim())
        .map(({ path, to, attribute }) => ({ path: path.trim(), to: to === 'attributes' ? `attributes.${attribute.trim()}` : to }))
    },
    cache_secs: draft.method === 'GET' ? draft.cacheSecs : 0,
    timeout_ms: draft.timeoutMs
  };
}

/** The variables that it needs, each once. */
export function variablesOf(draft: LookUpDraft): string[] {
  const texts = [draft.url, ...draft.headers.filter(({ secret }) => !secret).map(({ value }) => value)];
  if (draft.method !== 'GET' && draft.bodyKind === 'json') texts.push(draft.json);
  if (draft.method !== 'GET' && draft.bodyKind === 'form') texts.push(...draft.form.map(({ value }) => value));
  return namesIn(...texts);
}

/** Scheme, host and port, which hold no variables; `null` while it is no address. */
export function hostOf(url: string): string | null {
  const found = /^https?:\/\/([^/?#\s]+)/i.exec(url.trim())?.[1];
  return found ? found.toLowerCase() : null;
}

/** Secrets that were kept for another host have to be entered again: an address must not be able to fetch them. */
export const asksElsewhere = (lookUp: LookUp, draft: LookUpDraft): boolean =>
  hostOf(lookUp.request.url) !== hostOf(draft.url) && (lookUp.auth.kind !== 'none' || lookUp.request.headers.some(({ secret }) => secret));

/** How often the system has failed, and whether it is left alone. */
export function standing(lookUp: Pick<LookUp, 'state'>, now: number): 'well' | 'failing' | 'paused' {
  const { failures, paused_until } = lookUp.state;
  if (paused_until && Date.parse(paused_until) > now) return 'paused';
  return failures > 0 ? 'failing' : 'well';
}
