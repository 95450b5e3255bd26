import { api, type ApiError } from '$lib/api';
import type { BenchInput, BenchMoment, NewBenchCall } from '$lib/api/bench';
import { asApiError } from '$lib/state/resource.svelte';
import { joined, waitOf } from './pace';
import { Player } from './player';

/** A call that somebody plays by hand. The server decides what happens; the page tells it what was done, and when time has passed. */
export class Bench {
  moment = $state.raw<BenchMoment | null>(null);
  error = $state.raw<ApiError | null>(null);
  starting = $state(false);
  /** What was pressed since the last question, for the eye only: keys are shown as dots. */
  keyed = $state(0);
  isAloud = $state(false);

  readonly #player = new Player((id) => this.send({ heard: id }));
  #id = '';
  #waiting: BenchInput[] = [];
  #isSending = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #playing: number | null = null;

  get isOver(): boolean {
    return this.moment?.is_over ?? false;
  }

  get isOn(): boolean {
    return this.moment !== null && !this.isOver;
  }

  async start(call: Omit<NewBenchCall, 'by_hand'>): Promise<boolean> {
    this.stop();
    this.error = null;
    this.starting = true;
    try {
      const made = await api.bench.call({ ...call, by_hand: true });
      this.#id = made.id;
      this.#take(await api.bench.moment(made.id));
      return true;
    } catch (error) {
      this.error = asApiError(error);
      return false;
    } finally {
      this.starting = false;
    }
  }

  press(key: string): void {
    this.keyed++;
    this.send({ press: key });
  }

  /** One after the other; keys that were pressed meanwhile go together. */
  send(input: BenchInput): void {
    if (!this.isOn) return;
    this.#waiting = joined(this.#waiting, input);
    void this.#work();
  }

  /** Aloud or not, what plays begins anew: half a sentence helps nobody. */
  aloud(on: boolean): void {
    this.isAloud = on;
    if (this.moment?.playing) this.#player.play(this.moment.playing, on);
  }

  /** Whoever has read it need not wait. */
  skip(): void {
    const id = this.moment?.playing?.id;
    this.#player.stop();
    if (id !== undefined) this.send({ heard: id });
  }

  async #work(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    clearTimeout(this.#timer);
    const call = this.#id;
    for (let input = this.#waiting.shift(); input && this.#id === call; input = this.#waiting.shift()) {
      try {
        const moment = await api.bench.input(call, input);
        if (this.#id === call) this.#take(moment);
      } catch (error) {
        this.error = asApiError(error);
        if (this.error.status === 404 || this.error.status === 409) await this.#look();
      }
    }
    this.#isSending = false;
    this.#pace();
  }

  async #look(): Promise<void> {
    const call = this.#id;
    try {
      const moment = await api.bench.moment(call);
      if (this.#id === call) this.#take(moment);
    } catch (error) {
      this.error = asApiError(error);
    }
  }

  #take(moment: BenchMoment): void {
    if (moment.node !== this.moment?.node) this.keyed = 0;
    this.moment = moment;
    if (!moment.playing || moment.is_over) {
      this.#player.stop();
      this.#playing = null;
    } else if (moment.playing.id !== this.#playing) {
      this.#playing = moment.playing.id;
      this.keyed = 0;
      this.#player.play(moment.playing, this.isAloud);
    }
    if (!this.#isSending) this.#pace();
  }

  /** When a timer is due the server is told; where it waits for something else, it is asked now and then. */
  #pace(): void {
    clearTimeout(this.#timer);
    if (!this.moment || this.isOver) return;
    const { ms, isDue } = waitOf(this.moment);
    this.#timer = setTimeout(() => {
      if (isDue) this.send({ tick: true });
      else void this.#look();
    }, ms);
  }

  /** The page goes away, or another call begins. A call that goes on is hung up. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#player.stop();
    if (this.isOn && this.#id) void api.bench.input(this.#id, { hang_up: true }).catch(() => {});
    this.#id = '';
    this.#waiting = [];
    this.#playing = null;
    this.moment = null;
    this.keyed = 0;
  }
}
