import { loudness, toWav } from './wav';

/** More than telephones carry, and half of what speech has: the server takes the rest out. */
const RATE = 16_000;
/** Longest recording: as WAV, five minutes stay below what the server takes. */
export const LONGEST_MS = 5 * 60_000;

/** How far the level falls from one picture to the next. */
const FALL = 0.01;

/** `refused`: the person or the system lets nobody listen; `failed`: there is no microphone, or it broke off. */
export type RecorderState = 'idle' | 'asking' | 'recording' | 'making' | 'refused' | 'failed';

/** Records with the microphone and makes a WAV file of it, in the page. */
export class Recorder {
  state = $state<RecorderState>('idle');
  /** How loud it is now, 0 to 1. */
  level = $state(0);
  ms = $state(0);
  file = $state.raw<Blob | null>(null);

  #stream: MediaStream | null = null;
  #context: AudioContext | null = null;
  #recorder: MediaRecorder | null = null;
  #frame = 0;
  #closed = false;

  async start(): Promise<void> {
    if (this.state === 'asking' || this.state === 'recording' || this.state === 'making') return;
    this.file = null;
    this.ms = 0;
    this.state = 'asking';
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
      this.#stream = stream;
      // Asked and answered after the page was left: nothing listens.
      if (this.#closed) return this.#silence();
      const context = new AudioContext();
      this.#context = context;
      const analyser = context.createAnalyser();
      analyser.fftSize = 1024;
      context.createMediaStreamSource(stream).connect(analyser);
      const recorder = new MediaRecorder(stream);
      const parts: Blob[] = [];
      recorder.ondataavailable = (event) => parts.push(event.data);
      recorder.onstop = () => void this.#make(parts);
      recorder.onerror = () => this.#fail('failed');
      recorder.start();
      this.#recorder = recorder;
      this.state = 'recording';
      this.#watch(analyser, new Float32Array(analyser.fftSize), performance.now());
    } catch (error) {
      this.#fail(error instanceof DOMException && error.name === 'NotAllowedError' ? 'refused' : 'failed');
    }
  }

  stop(): void {
    if (this.state !== 'recording') return;
    this.state = 'making';
    cancelAnimationFrame(this.#frame);
    this.#recorder?.stop();
  }

  forget(): void {
    this.file = null;
    this.ms = 0;
    this.state = 'idle';
  }

  /** The page goes: nothing listens any more. */
  close(): void {
    this.#closed = true;
    this.#silence();
  }

  #watch(analyser: AnalyserNode, samples: Float32Array<ArrayBuffer>, from: number): void {
    this.#frame = requestAnimationFrame(() => {
      if (this.state !== 'recording') return;
      analyser.getFloatTimeDomainData(samples);
      // What was loud is seen for a moment: a short sound is shorter than a look.
      this.level = Math.max(loudness(samples), this.level - FALL);
      this.ms = performance.now() - from;
      if (this.ms >= LONGEST_MS) this.stop();
      else this.#watch(analyser, samples, from);
    });
  }

  async #make(parts: Blob[]): Promise<void> {
    try {
      const context = this.#context;
      if (!context || this.#closed) return;
      const heard = await context.decodeAudioData(await new Blob(parts).arrayBuffer());
      const slow = new OfflineAudioContext(1, Math.max(1, Math.ceil(heard.duration * RATE)), RATE);
      const source = slow.createBufferSource();
      source.buffer = heard;
      source.connect(slow.destination);
      source.start();
      const made = await slow.startRendering();
      this.ms = made.duration * 1000;
      this.file = new Blob([toWav(made.getChannelData(0), RATE)], { type: 'audio/wav' });
      this.state = 'idle';
      this.#silence();
    } catch {
      this.#fail('failed');
    }
  }

  #fail(state: 'refused' | 'failed'): void {
    this.state = state;
    this.#silence();
  }

  #silence(): void {
    cancelAnimationFrame(this.#frame);
    this.level = 0;
    if (this.#recorder && this.#recorder.state !== 'inactive') {
      this.#recorder.onstop = null;
      this.#recorder.stop();
    }
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    void this.#context?.close().catch(() => {});
    this.#recorder = null;
    this.#stream = null;
    this.#context = null;
  }
}
