import { onMount } from 'svelte';
import { Coalescer } from '../live/coalesce';
import { live, type Live, type LiveEventName } from '../live/live.svelte';

/** Loads anew when one of these events arrives; bursts count once. For lists that are small enough to be read whole. */
export function follow(events: LiveEventName[], load: () => Promise<void>): void {
  onMount(() => following(live, events, load));
}

/** The same without a component; answers with what ends it. */
export function following(stream: Live, events: LiveEventName[], load: () => Promise<void>): () => void {
  const refresh = new Coalescer<'all'>(() => load());
  const off = stream.on((event) => {
    if (event.type === 'resync' || events.includes(event.type)) refresh.add('all');
  });
  // What was read before the stream stood may have changed in between, and nothing will say so.
  const unheard = stream.whenOpen(() => refresh.add('all'));
  return () => {
    off();
    unheard();
    refresh.stop();
  };
}
