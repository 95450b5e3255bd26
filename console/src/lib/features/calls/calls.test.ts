import { describe, expect, it } from 'vitest';
import type { Call, CallLookUp, CallStep } from '$lib/api';
import { callerName, clock, lasted, standing } from './names';
import { Pops, type PopsApi } from './pops.svelte';
import { stopsOf } from './timeline';

const STEPS: CallStep[] = [
  { at: 0, node: 'ask', what: 'entered', kind: 'keypad_input' },
  { at: 0, node: 'ask', what: 'prompted', pieces: ['Enter your account number.'] },
  { at: 6000, node: 'ask', what: 'keyed', count: 10, ended: 'match' },
  { at: 6000, node: 'ask', what: 'set', variable: 'accountNumber', class: 'personal' },
  { at: 6000, node: 'ask', what: 'exited', exit: 'next' },
  { at: 6000, node: 'look', what: 'entered', kind: 'http_request' },
  { at: 7500, node: 'look', what: 'looked_up', outcome: 'found' },
  { at: 7500, node: 'look', what: 'exited', exit: 'found' },
  { at: 9000, what: 'over', by: 'caller' }
];
const LOOK_UPS: CallLookUp[] = [{ id: 'l', node: 'look', outcome: 'found', why: null, status: 200, latency_ms: 46, host: 'https://crm.example', at: '2026-11-23T08:00:06Z' }];

const call = (over: Partial<Call> = {}): Call => ({
  id: 'call_1', adapter: 'bench', state: 'ringing', outcome: null, caller: '+46706170786', callee: null, from: null, attestation: null, number: null, number_name: null,
  flow: null, flow_name: null, flow_version: null,
  identity: { assurance: 'al0', profile: 'prf_1', reference: 'C-1', name: null, anonymous: true, evidence: null },
  variables: [], widgets: [], look_ups: [], texts: [], recordings: [], transcript: [], note: null, agent: null,
  started_at: '2026-11-23T08:00:00Z', answered_at: null, ended_at: null, masked: [], ...over
});

describe('the timeline of a call', () => {
  it('has a stop for each node, with what happened there', () => {
    const stops = stopsOf(STEPS, LOOK_UPS);
    expect(stops.map(({ node, kind, exit }) => [node, kind, exit])).toEqual([
      ['ask', 'keypad_input', 'next'], ['look', 'http_request', 'found'], [null, null, null]
    ]);
    expect(stops[0]!.lines[1]).toMatchObject({ text: '•••• (10 keys)', tone: 'good' });
    expect(stops[1]!.lines[0]!.hint).toContain('crm.example, 46 ms');
  });

  it('counts keys and shows none', () => {
    expect(JSON.stringify(stopsOf(STEPS, LOOK_UPS))).not.toContain('1234567890');
  });

  it('takes a node that the call came to twice for two stops, each with its own look-up', () => {
    const twice = [...STEPS.slice(5, 8), ...STEPS.slice(5, 8).map((step) => ({ ...step, at: step.at + 5000 }))];
    const stops = stopsOf(twice, [...LOOK_UPS, { ...LOOK_UPS[0]!, latency_ms: 99 }]);
    expect(stops.map(({ lines }) => lines[0]!.hint)).toEqual(['crm.example, 46 ms', 'crm.example, 99 ms']);
  });

  it('keeps words that are newer than this page', () => {
    expect(stopsOf([{ at: 0, node: 'x', what: 'teleported' }], [])[0]!.lines[0]!.text).toBe('teleported');
  });
});

describe('the words for a call', () => {
  it('name the caller as well as they are known', () => {
    expect(callerName(call())).toMatchObject({ text: '+46706170786', isPhone: true });
    expect(callerName(call({ identity: { ...call().identity, name: 'Jane' } }))).toMatchObject({ text: 'Jane', field: 'identity.name' });
    expect(callerName(call({ caller: null })).field).toBe('');
  });

  it('say where it is, and once it is over what it came to', () => {
    expect(standing(call()).tone).toBe('warning');
    expect(standing(call({ state: 'ended', outcome: 'missed' })).tone).toBe('danger');
  });

  it('say how long it lasted', () => {
    expect(clock(125_000)).toBe('2:05');
    expect(clock(3_725_000)).toBe('1:02:05');
    expect(lasted(call({ ended_at: '2026-11-23T08:01:00Z' }), 0)).toBe('1:00');
  });
});

describe('calls that ring', () => {
  const known = new Map<string, Call>();
  const api: PopsApi = {
    get: (id) => (known.has(id) ? Promise.resolve(known.get(id)!) : Promise.reject(new Error('gone'))),
    live: () => Promise.resolve([...known.values()])
  };
  const ring = (one: Call) => known.set(one.id, one);

  it('stack with the newest first, each once, and go when they do not ring any more', async () => {
    known.clear();
    const pops = new Pops(api, () => 'usr_me');
    ring(call());
    ring(call({ id: 'call_2' }));
    await pops.hear({ type: 'call.ringing', id: 'call_1' });
    await pops.hear({ type: 'call.ringing', id: 'call_2' });
    await pops.hear({ type: 'call.ringing', id: 'call_1' });
    expect(pops.calls.map(({ id }) => id)).toEqual(['call_2', 'call_1']);
    ring(call({ state: 'connected', agent: 'usr_other' }));
    await pops.hear({ type: 'call.updated', id: 'call_1' });
    expect(pops.calls.map(({ id }) => id)).toEqual(['call_2']);
    known.delete('call_2');
    await pops.hear({ type: 'call.updated', id: 'call_2' });
    expect(pops.calls).toEqual([]);
  });

  it('do not come back once somebody put them aside, nor where a change of another call is told', async () => {
    known.clear();
    const pops = new Pops(api, () => 'usr_me');
    ring(call());
    await pops.hear({ type: 'call.ringing', id: 'call_1' });
    pops.dismiss('call_1');
    await pops.hear({ type: 'call.updated', id: 'call_1' });
    await pops.hear({ type: 'resync', id: '' });
    expect(pops.calls).toEqual([]);
    await pops.hear({ type: 'call.updated', id: 'call_9' });
    expect(pops.calls).toEqual([]);
  });

  it('lead to the call once whoever looks took it on their telephone', async () => {
    known.clear();
    const taken: string[] = [];
    const pops = new Pops(api, () => 'usr_me', ({ id }) => taken.push(id));
    ring(call({ adapter: 'twiml' }));
    await pops.hear({ type: 'call.ringing', id: 'call_1' });
    ring(call({ adapter: 'twiml', state: 'connected', agent: 'usr_other' }));
    await pops.hear({ type: 'call.updated', id: 'call_1' });
    expect([taken, pops.calls]).toEqual([[], []]);
    ring(call({ id: 'call_2', adapter: 'twiml' }));
    await pops.hear({ type: 'call.ringing', id: 'call_2' });
    ring(call({ id: 'call_2', adapter: 'twiml', state: 'connected', agent: 'usr_me' }));
    await pops.hear({ type: 'call.updated', id: 'call_2' });
    await pops.hear({ type: 'call.updated', id: 'call_2' });
    expect([taken, pops.calls]).toEqual([['call_2'], []]);
  });

  it('that began to ring while nobody listened are there after all, but for those of others', async () => {
    known.clear();
    const pops = new Pops(api, () => 'usr_me');
    ring(call());
    ring(call({ id: 'call_2', agent: 'usr_other' }));
    ring(call({ id: 'call_3', state: 'in_flow' }));
    await pops.hear({ type: 'resync', id: '' });
    expect(pops.calls.map(({ id }) => id)).toEqual(['call_1']);
  });
});
