import { client } from '$lib/api';
import { readFilters, toQuery } from '$lib/features/inbox/filters';
import { session } from '$lib/state/session.svelte';
import type { PageLoad } from './$types';

let isHere = false;

/** Who arrives: the conversation and the list travel while the page is drawn. */
export const load: PageLoad = async ({ params, url }) => {
  if (isHere) return;
  isHere = true;
  await session.ensure().catch(() => {});
  if (!session.can('case.read')) return;
  if (params.case) {
    const path = `/v1/cases/${encodeURIComponent(params.case)}`;
    client.ahead(path);
    client.ahead(`${path}/messages`);
  }
  client.ahead('/v1/cases', toQuery(readFilters(url.searchParams)));
};
