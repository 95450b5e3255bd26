import { describe, expect, it } from 'vitest';
import { inputOf, standing } from './number';

const draft = { number: ' +46 8 12 ', name: 'Support', adapter: 'twiml' as const, provider: 'twilio' as const, secret: '', key: '', removes: false, flow: '' };

describe('a phone number', () => {
  it('is sent without a secret that nobody typed, so that the one it has stays', () => {
    expect(inputOf(draft)).toEqual({ number: '+46 8 12', name: 'Support', adapter: 'twiml', provider: 'twilio', flow: null, removes_recordings: false });
    expect(inputOf({ ...draft, secret: ' s ' }).auth_token).toBe('s');
    expect(inputOf({ ...draft, provider: 'signalwire', key: ' k ' }).api_key).toBe('k');
    // Twilio fetches with the secret that signs.
    expect(inputOf({ ...draft, key: 'k' }).api_key).toBeUndefined();
  });

  it('has a provider only where one takes its calls', () => {
    const bench = inputOf({ ...draft, adapter: 'bench', secret: 's', key: 'k', removes: true, flow: 'flow_1' });
    expect(bench).toEqual({ number: '+46 8 12', name: 'Support', adapter: 'bench', provider: null, flow: 'flow_1', removes_recordings: false });
  });

  it('says what keeps a caller from being answered', () => {
    expect(standing({ adapter: 'twiml', flow: 'f', has_auth_token: false })).toBe('no_secret');
    expect(standing({ adapter: 'twiml', flow: null, has_auth_token: true })).toBe('no_flow');
    expect(standing({ adapter: 'twiml', flow: 'f', has_auth_token: true })).toBe('ready');
    expect(standing({ adapter: 'bench', flow: 'f', has_auth_token: false })).toBe('bench');
  });
});
