/** Plays one sound at a time: who begins another ends the one before. */
export class Player {
  /** What is heard now. */
  playing = $state<string | null>(null);
  failed = $state<string | null>(null);
  #audio: HTMLAudioElement | null = null;

  /** Begins, or ends what is heard. */
  toggle(key: string, url: string): void {
    const was = this.playing;
    this.stop();
    if (was === key) return;
    const audio = new Audio(url);
    this.#audio = audio;
    this.playing = key;
    this.failed = null;
    audio.onended = () => this.#end(audio, false);
    audio.onerror = () => this.#end(audio, true);
    audio.play().catch(() => this.#end(audio, true));
  }

  stop(): void {
    const audio = this.#audio;
    this.#audio = null;
    this.playing = null;
    audio?.pause();
  }

  #end(audio: HTMLAudioElement, hasFailed: boolean): void {
    if (this.#audio !== audio) return;
    if (hasFailed) this.failed = this.playing;
    this.stop();
  }
}
