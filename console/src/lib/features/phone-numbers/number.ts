import type { PhoneAdapter, PhoneNumber, PhoneNumberInput, PhoneProvider } from '$lib/api';

export interface NumberDraft {
  number: string;
  name: string;
  adapter: PhoneAdapter;
  provider: PhoneProvider;
  /** Empty: what is kept stays. */
  secret: string;
  /** Empty: what is kept stays. */
  key: string;
  removes: boolean;
  flow: string;
}

/** What is sent: a provider only where one takes the calls, and no secret that nobody typed. */
export function inputOf(draft: NumberDraft): PhoneNumberInput {
  const isProvided = draft.adapter === 'twiml';
  return {
    number: draft.number.trim(),
    name: draft.name.trim(),
    adapter: draft.adapter,
    provider: isProvided ? draft.provider : null,
    flow: draft.flow || null,
    removes_recordings: isProvided && draft.removes,
    ...(isProvided && draft.secret.trim() && { auth_token: draft.secret.trim() }),
    ...(isProvided && draft.provider !== 'twilio' && draft.key.trim() && { api_key: draft.key.trim() })
  };
}

export type Standing = 'ready' | 'bench' | 'no_flow' | 'no_secret';

/** What keeps a caller from being answered. */
export function standing(number: Pick<PhoneNumber, 'adapter' | 'flow' | 'has_auth_token'>): Standing {
  if (number.adapter === 'twiml' && !number.has_auth_token) return 'no_secret';
  if (!number.flow) return 'no_flow';
  return number.adapter === 'bench' ? 'bench' : 'ready';
}
