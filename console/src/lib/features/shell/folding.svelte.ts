import type { Group } from './pages';

const KEPT_AT = 'countersign.navigation';
/** So many pages are seen at a glance: whoever has no more finds every group open. */
const AT_A_GLANCE = 16;
/** What people come for, and what a new workspace begins with. */
const FIRST: readonly Group['id'][] = ['work', 'setUp'];

function kept(): Partial<Record<Group['id'], boolean>> {
  try {
    const said: unknown = JSON.parse(localStorage.getItem(KEPT_AT) ?? '{}');
    return typeof said === 'object' && said !== null && !Array.isArray(said) ? said : {};
  } catch {
    // Nothing was kept, or somebody else wrote there.
    return {};
  }
}

/** Which groups of the navigation are open: as somebody left them in this browser, and always where they are. */
export class Folding {
  #said = $state.raw(kept());
  /** Closed while one of its pages was shown: it stays so until another page is. */
  #closedAt = $state.raw<string | null>(null);

  isOpen(group: Group, groups: readonly Group[], path: string): boolean {
    if (holds(group, path) && this.#closedAt !== `${group.id} ${path}`) return true;
    const count = groups.reduce((sum, { pages }) => sum + pages.length, 0);
    const isNow = this.#said[group.id] ?? (count <= AT_A_GLANCE || FIRST.includes(group.id));
    return isNow && this.#closedAt !== `${group.id} ${path}`;
  }

  turn(group: Group, isOpen: boolean, path: string): void {
    this.#closedAt = isOpen ? null : `${group.id} ${path}`;
    this.#said = { ...this.#said, [group.id]: isOpen };
    try {
      localStorage.setItem(KEPT_AT, JSON.stringify(this.#said));
    } catch {
      // Storage may be switched off; it then holds for this page.
    }
  }
}

export const isHere = (href: string, path: string): boolean => path === href || path.startsWith(`${href}/`);

const holds = (group: Group, path: string): boolean => group.pages.some(({ href }) => isHere(href, path));
