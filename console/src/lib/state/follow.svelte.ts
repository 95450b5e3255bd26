import { onMount } from 'svelte';
import { Coalescer } from '../live/coalesce';
import { live, type LiveEventName } from '../live/live.svelte';

/** Loads anew when one of these events arrives; bursts count once. For lists that are small enough to be read whole. */
export function follow(events: LiveEventName[], load: () => Promise<void>): void {
  onMount(() => {
    const refresh = new Coalescer<'all'>(() => load());
    const off = live.on((event) => {
      if (event.type === 'resync' || events.includes(event.type)) refresh.add('all');
    });
    return () => {
      off();
      refresh.stop();
    };
  });
}
