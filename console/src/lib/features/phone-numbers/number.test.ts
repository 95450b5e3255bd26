import { describe, expect, it } from 'vitest';
import { inputOf, standing } from './number';

const draft = { number: ' +46 8 12 ', name: 'Support', adapter: 'twiml' as const, provider: 'twilio' as const, secret: '', flow: '' };

describe('a phone number', () => {
  it('is sent without a secret that nobody typed, so that the one it has stays', () => {
    expect(inputOf(draft)).toEqual({ number: '+46 8 12', name: 'Support', adapter: 'twiml', provider: 'twilio', flow: null });
    expect(inputOf({ ...draft, secret: ' s ' }).auth_token).toBe('s');
  });

  it('has a provider only where one takes its calls', () => {
    expect(inputOf({ ...draft, adapter: 'bench', secret: 's', flow: 'flow_1' })).toEqual({ number: '+46 8 12', name: 'Support', adapter: 'bench', provider: null, flow: 'flow_1' });
  });

  it('says what keeps a caller from being answered', () => {
    expect(standing({ adapter: 'twiml', flow: 'f', has_auth_token: false })).toBe('no_secret');
    expect(standing({ adapter: 'twiml', flow: null, has_auth_token: true })).toBe('no_flow');
    expect(standing({ adapter: 'twiml', flow: 'f', has_auth_token: true })).toBe('ready');
    expect(standing({ adapter: 'bench', flow: 'f', has_auth_token: false })).toBe('bench');
  });
});
