import { redirect } from '@sveltejs/kit';
import { ApiError } from '$lib/api';
import { words } from '$lib/messages/words.svelte';
import { session } from '$lib/state/session.svelte';
import type { LayoutLoad } from './$types';

/** Nobody sees a page of the console before the server said who they are. */
export const load: LayoutLoad = async ({ url }) => {
  try {
    await session.ensure();
    // The inbox is drawn first; what other pages say comes with the first of them.
    if (!/^\/(inbox|$)/.test(url.pathname)) await words.whole();
    return { unreachable: null };
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) {
      const next = url.pathname === '/' ? '' : `?next=${encodeURIComponent(url.pathname + url.search)}`;
      redirect(307, `/log-in${next}`);
    }
    if (error instanceof ApiError) return { unreachable: error };
    throw error;
  }
};
