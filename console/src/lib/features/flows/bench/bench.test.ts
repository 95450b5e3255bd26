import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { api } from '$lib/api';
import type { BenchInput, BenchMoment } from '$lib/api/bench';
import { Bench } from './bench.svelte';
import { joined, lastsMs, waitOf } from './pace';
import { clock, told } from './told';

const moment = (more: Partial<BenchMoment> = {}): BenchMoment => ({
  call: { id: 'call_1', transcript: [], look_ups: [], texts: [], widgets: [], variables: [], state: 'in_flow' } as unknown as BenchMoment['call'],
  is_over: false, node: 'ask', at_ms: 0, tick_at_ms: null, playing: null, rings: null, records: false, ...more
});
const plays = (id: number, text: string): BenchMoment['playing'] => ({ id, may_be_interrupted: true, pieces: [{ kind: 'say', text, language: null }] });

describe('the pace of a call', () => {
  it('tells time when the timer is due, and else asks now and then', () => {
    expect(waitOf(moment({ at_ms: 1000, tick_at_ms: 6000 }))).toEqual({ ms: 5030, isDue: true });
    expect(waitOf(moment({ at_ms: 9000, tick_at_ms: 6000 }))).toEqual({ ms: 30, isDue: true });
    expect(waitOf(moment())).toEqual({ ms: 1500, isDue: false });
  });

  it('sends keys that wait together, and time once', () => {
    const steps: BenchInput[] = [{ press: '1' }, { press: '2' }, { tick: true }, { tick: true }, { press: '#' }];
    expect(steps.reduce<BenchInput[]>((all, one) => joined(all, one), [])).toEqual([{ press: '12' }, { tick: true }, { press: '#' }]);
  });

  it('gives a sentence the time that one takes', () => {
    expect(lastsMs({ kind: 'say', text: 'x'.repeat(100), language: null })).toBe(6000);
    expect(lastsMs({ kind: 'digits', digits: '1234', language: null })).toBe(1800);
    expect(lastsMs({ kind: 'say', text: '', language: null })).toBe(600);
  });
});

describe('a call by hand', () => {
  let sent: BenchInput[];
  let answers: BenchMoment[];

  beforeEach(() => {
    vi.useFakeTimers();
    sent = [];
    answers = [];
    vi.spyOn(api.bench, 'call').mockResolvedValue(moment().call);
    vi.spyOn(api.bench, 'input').mockImplementation((_, input) => {
      sent.push(input);
      return Promise.resolve(answers.shift() ?? moment());
    });
  });

  afterEach(() => vi.useRealTimers());

  async function started(first: BenchMoment): Promise<Bench> {
    vi.spyOn(api.bench, 'moment').mockResolvedValue(first);
    const bench = new Bench();
    expect(await bench.start({ flow: 'flow_1', version: 'draft' })).toBe(true);
    return bench;
  }

  it('says that a prompt was heard once it would have been, and not before', async () => {
    const bench = await started(moment({ playing: plays(7, 'x'.repeat(50)) }));
    await vi.advanceTimersByTimeAsync(2900);
    expect(sent.filter((one) => 'heard' in one)).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(sent.filter((one) => 'heard' in one)).toEqual([{ heard: 7 }]);
    bench.stop();
  });

  it('does not say of a prompt that was stopped that it was heard', async () => {
    const bench = await started(moment({ playing: plays(7, 'x'.repeat(50)) }));
    answers = [moment({ playing: null })];
    vi.spyOn(api.bench, 'moment').mockResolvedValue(moment());
    bench.press('1');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sent[0]).toEqual({ press: '1' });
    expect(sent.some((one) => 'heard' in one)).toBe(false);
    bench.stop();
  });

  it('sends what was pressed while an answer was on its way in one, in turn', async () => {
    const bench = await started(moment());
    for (const key of '1234#') bench.press(key);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toEqual([{ press: '1' }, { press: '234#' }]);
    expect(bench.keyed).toBe(5);
    bench.stop();
  });

  it('tells that time has passed when the timer is due', async () => {
    const bench = await started(moment({ at_ms: 100, tick_at_ms: 3100 }));
    await vi.advanceTimersByTimeAsync(2000);
    expect(sent).toEqual([]);
    answers = [moment({ is_over: true })];
    await vi.advanceTimersByTimeAsync(1100);
    expect(sent).toEqual([{ tick: true }]);
    expect(bench.isOver).toBe(true);
    bench.press('1');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent).toHaveLength(1);
  });

  it('hangs up when somebody leaves in the middle', async () => {
    const bench = await started(moment());
    bench.stop();
    expect(sent).toEqual([{ hang_up: true }]);
    bench.stop();
    expect(sent).toHaveLength(1);
  });
});

describe('a transcript', () => {
  it('counts keys and shows none', () => {
    expect(told({ at: 0, what: 'keyed', count: 4, ended: 'too_short' })).toBe('•••• too few digits');
    expect(told({ at: 0, what: 'keyed', count: 0, ended: 'no_input' })).toBe('– nothing');
  });

  it('has a sentence for each thing, and its own word for what is new', () => {
    expect(told({ at: 0, what: 'entered', kind: 'queue' })).toBe('Queue');
    expect(told({ at: 0, what: 'exited', exit: 'not_found' })).toBe('exit: not found');
    expect(told({ at: 0, what: 'looked_up', outcome: 'unavailable', why: 'timed_out' })).toBe('look-up: unavailable (timed_out)');
    expect(told({ at: 0, what: 'hours', is_open: null })).toBe('the calendar could not be asked');
    expect(told({ at: 0, what: 'over', by: 'caller' })).toBe('the caller hung up');
    expect(told({ at: 0, what: 'somersault' })).toBe('somersault');
    expect(clock(67_890)).toBe('1:07');
  });
});
