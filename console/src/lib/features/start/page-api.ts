import { ApiError } from '$lib/api';
import { isAbort } from '$lib/api/client';
import { readProblem, unreachable } from '$lib/api/problem';

/** What pages of the company call. The test chat plays such a page: without the cookie, with what a page has. */
export async function callAsPage<T>(
  method: 'GET' | 'POST',
  path: string,
  options: { body?: unknown; bearer?: string; signal?: AbortSignal } = {}
): Promise<T> {
  const headers = new Headers({ accept: 'application/json' });
  if (options.body !== undefined) headers.set('content-type', 'application/json');
  if (options.bearer) headers.set('authorization', `Bearer ${options.bearer}`);
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: options.body === undefined ? null : JSON.stringify(options.body),
      credentials: 'omit',
      cache: 'no-store',
      signal: options.signal ?? null
    });
  } catch (cause) {
    if (isAbort(cause)) throw cause;
    throw unreachable(cause);
  }
  if (!response.ok) throw await readProblem(response);
  return (await response.json()) as T;
}

export function isGone(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 401 || error.status === 404);
}

const text = new TextEncoder();

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** Signs a token the way a company's server does; the secret is used as the text it is. */
export async function signToken(kid: string, secret: string, claims: Record<string, unknown>): Promise<string> {
  const part = (value: unknown) => base64url(text.encode(JSON.stringify(value)));
  const signed = `${part({ alg: 'HS256', typ: 'JWT', kid })}.${part(claims)}`;
  const key = await crypto.subtle.importKey('raw', text.encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const signature = await crypto.subtle.sign('HMAC', key, text.encode(signed));
  return `${signed}.${base64url(new Uint8Array(signature))}`;
}
