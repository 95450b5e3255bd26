import { goto } from '$app/navigation';
import { api } from '$lib/api';
import { live } from '$lib/live/live.svelte';
import { forgetDirectory } from '$lib/state/directory.svelte';
import { here } from '$lib/state/presence.svelte';
import { session } from '$lib/state/session.svelte';

/** The server's answer also clears what the browser keeps (`Clear-Site-Data`). */
export async function logOutEverywhere(): Promise<void> {
  live.stop();
  await here.leave();
  try {
    await api.auth.logOut();
  } finally {
    session.forget();
    forgetDirectory();
    await goto('/log-in', { replaceState: true });
  }
}
