/** Phone numbers, as docs/API.md fixes them. */
import type { Client } from './client';
import type { Page } from './types';

export const PHONE_ADAPTERS = ['twiml', 'bench', 'sip'] as const;
export type PhoneAdapter = (typeof PHONE_ADAPTERS)[number];

export const PHONE_PROVIDERS = ['twilio', 'signalwire', 'telnyx'] as const;
export type PhoneProvider = (typeof PHONE_PROVIDERS)[number];

export interface PhoneNumber {
  id: string;
  /** E.164. */
  number: string;
  name: string;
  adapter: PhoneAdapter;
  provider: PhoneProvider | null;
  has_auth_token: boolean;
  has_api_key: boolean;
  removes_recordings: boolean;
  /** Where its provider posts. */
  hook_url: string | null;
  /** What its callers hear; `null`: nobody answers. */
  flow: string | null;
  created_at: string;
  updated_at: string;
}

export interface PhoneNumberInput {
  number: string;
  name: string;
  adapter: PhoneAdapter;
  provider: PhoneProvider | null;
  flow: string | null;
  /** Left out: it stays as it is. */
  auth_token?: string | null;
  /** With which recordings are fetched; left out: it stays as it is. */
  api_key?: string | null;
  removes_recordings: boolean;
}

/** What a list of flows says of each. */
export interface FlowName {
  id: string;
  name: string;
  published: number | null;
}

const at = (number: string) => `/v1/phone-numbers/${encodeURIComponent(number)}`;

export const phoneNumbers = (client: Client) => ({
  list: (signal?: AbortSignal) => client.get<Page<PhoneNumber>>('/v1/phone-numbers', undefined, signal),
  create: (body: PhoneNumberInput) => client.post<PhoneNumber>('/v1/phone-numbers', body),
  update: (number: string, body: Partial<PhoneNumberInput>) => client.patch<PhoneNumber>(at(number), body),
  remove: (number: string) => client.delete(at(number)),
  /** The flows that a number can have. */
  flows: (signal?: AbortSignal) => client.get<Page<FlowName>>('/v1/ivr-flows', undefined, signal),
  /** What a flow sets, for whoever writes a widget for its calls. */
  draft: (flow: string, signal?: AbortSignal) =>
    client.get<FlowName & { draft: { nodes?: Record<string, unknown> } }>(`/v1/ivr-flows/${encodeURIComponent(flow)}`, undefined, signal)
});
