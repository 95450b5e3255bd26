import { onMount } from 'svelte';
import { Coalescer } from '$lib/live/coalesce';
import { live } from '$lib/live/live.svelte';
import { Twice } from '$lib/live/twice';

const KNOWN_MS = 1000;
const OTHER_MS = 15_000;

/**
 * Loads anew what is shown of somebody's visits: soon when one of these goes on, now and then when any other does, for
 * it may be a new one of theirs. A busy site tells of hundreds a second.
 */
export function followVisits(known: () => readonly string[], load: () => Promise<void>): void {
  onMount(() => {
    const soon = new Twice<'all'>(() => load(), KNOWN_MS);
    const later = new Coalescer<'all'>(() => load(), OTHER_MS);
    const off = live.on((event) => {
      if (event.type === 'resync' || event.type.startsWith('link.')) soon.add('all');
      else if (event.type === 'visit.updated') (known().includes(event.id) ? soon : later).add('all');
    });
    return () => {
      off();
      soon.stop();
      later.stop();
    };
  });
}
