import type { BenchMoment, BenchPiece } from '$lib/api/bench';
import { lastsMs } from './pace';

type Playing = NonNullable<BenchMoment['playing']>;

/** Plays pieces in turn: recordings as they are, sentences by the browser's voice or, in silence, as long as one would take. */
export class Player {
  readonly #onheard: (id: number) => void;
  #turn = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #audio: HTMLAudioElement | null = null;

  constructor(onheard: (id: number) => void) {
    this.#onheard = onheard;
  }

  play(playing: Playing, aloud: boolean): void {
    this.stop();
    const turn = this.#turn;
    const next = (at: number) => {
      if (turn !== this.#turn) return;
      const piece = playing.pieces[at];
      if (!piece) return this.#onheard(playing.id);
      this.#one(piece, aloud, () => next(at + 1));
    };
    next(0);
  }

  stop(): void {
    this.#turn++;
    clearTimeout(this.#timer);
    this.#audio?.pause();
    this.#audio = null;
    if (typeof speechSynthesis !== 'undefined') speechSynthesis.cancel();
  }

  #one(piece: BenchPiece, aloud: boolean, done: () => void): void {
    if (piece.kind === 'recorded') return this.#recorded(piece, done);
    if (!aloud || typeof speechSynthesis === 'undefined') return this.#silent(piece, done);
    const spoken = new SpeechSynthesisUtterance(piece.kind === 'digits' ? [...piece.digits].join(' ') : piece.text);
    if (piece.language) spoken.lang = piece.language;
    spoken.onend = done;
    // A browser without a voice says so, or nothing at all.
    spoken.onerror = () => this.#silent(piece, done);
    speechSynthesis.speak(spoken);
  }

  #recorded(piece: BenchPiece & { kind: 'recorded' }, done: () => void): void {
    if (!piece.url) return this.#silent(piece, done);
    const audio = (this.#audio = new Audio(piece.url));
    let isOver = false;
    const once = (then: () => void) => () => {
      if (isOver) return;
      isOver = true;
      then();
    };
    audio.onended = once(done);
    const failed = once(() => this.#silent(piece, done));
    audio.onerror = failed;
    audio.play().catch(failed);
  }

  #silent(piece: BenchPiece, done: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(done, lastsMs(piece));
  }
}
