import { api, type ApiError, type Site, type SiteConfig } from '$lib/api';
import { m } from '$lib/messages';
import { Action } from '$lib/state/resource.svelte';
import { toasts } from '$lib/state/toasts.svelte';

/** The complaint about a setting, or about one of its rows. */
export function complaint(error: ApiError | null, setting: keyof SiteConfig): string | null {
  const found = error?.fields.find(({ pointer }) => pointer === `/config/${setting}` || pointer.startsWith(`/config/${setting}/`));
  return found ? (error?.field(found.pointer) ?? null) : null;
}

/** Saves one part of a site's settings and leaves the others as they are. */
export class Saving {
  readonly action = new Action();
  readonly #site: () => Site;
  readonly #onsaved: (site: Site) => void;

  constructor(site: () => Site, onsaved: (site: Site) => void) {
    this.#site = site;
    this.#onsaved = onsaved;
  }

  async save(part: Partial<SiteConfig>): Promise<boolean> {
    const { id } = this.#site();
    const done = await this.action.run(async () => {
      // A colleague may have changed another part since this page was drawn.
      const now = await api.sites.get(id);
      return api.sites.update(id, { config: { ...now.config, ...part } });
    });
    if (!done.ok) return false;
    this.#onsaved(done.value);
    toasts.say(m.common.saved);
    return true;
  }
}
