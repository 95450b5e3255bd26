import type { CannedReply } from '$lib/api';
import { directory } from '$lib/state/directory.svelte';
import { ranked, tokenAt, type Token } from './picker';

/** The list of canned replies over the field in which somebody types `/`. */
export class Picker {
  token = $state.raw<Token | null>(null);
  #at = $state(0);
  /** Closed by hand: it stays closed for this `/`. */
  #closed: number | null = null;
  readonly #choose: (reply: CannedReply, token: Token) => void;
  readonly found = $derived(this.token ? ranked(directory.replies.items, this.token.query) : []);

  constructor(choose: (reply: CannedReply, token: Token) => void) {
    this.#choose = choose;
  }

  get isOpen(): boolean {
    return this.token !== null;
  }

  get at(): number {
    return Math.min(this.#at, this.found.length - 1);
  }

  set at(place: number) {
    this.#at = place;
  }

  /** Something was typed, or the cursor moved. */
  look(text: string, cursor: number | null): void {
    const token = cursor === null ? null : tokenAt(text, cursor);
    if (!token) this.#closed = null;
    if (token && this.#closed === token.from) return;
    if (token) directory.replies.want();
    if (token?.query !== this.token?.query || token?.from !== this.token?.from) this.#at = 0;
    this.token = token;
  }

  close(): void {
    this.#closed = this.token?.from ?? null;
    this.token = null;
  }

  /** Somebody went elsewhere; it comes again when they type on. */
  hide(): void {
    this.token = null;
  }

  choose(reply: CannedReply | undefined): void {
    const token = this.token;
    if (!reply || !token) return;
    this.token = null;
    this.#choose(reply, token);
  }

  /** Answers whether the key was for the list. */
  keydown(event: KeyboardEvent): boolean {
    if (!this.isOpen || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') this.close();
    else if (this.found.length === 0) return false;
    else if (step !== undefined) this.#at = (this.at + step + this.found.length) % this.found.length;
    else if (event.key === 'Enter' || (event.key === 'Tab' && !event.shiftKey)) this.choose(this.found[this.at]);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}
