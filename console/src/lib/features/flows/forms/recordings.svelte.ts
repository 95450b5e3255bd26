import { api } from '$lib/api';

interface Recording {
  id: string;
  name: string;
}

/** Names of prompts that were recorded, for menus. */
class Recordings {
  items = $state.raw<Recording[]>([]);
  #asked = false;

  async want(): Promise<void> {
    if (this.#asked) return;
    this.#asked = true;
    try {
      this.items = (await api.prompts.list({})).data;
    } catch {
      // A name is a comfort: without it the id is shown.
      this.#asked = false;
    }
  }
}

export const recordings = new Recordings();
