import type { Card, CardTarget } from '$lib/api';

/** Where it leads, for a person to judge: a host, or the number that is dialled. */
export function hostText(target: CardTarget): string {
  if (target.host) return target.host;
  return target.url ? target.url.replace(/^(tel|sip):/, '') : '';
}

/** The hosts to which a card leads, each once. */
export function hostsOf(card: Card): string[] {
  const targets = [card.action?.target, ...card.buttons.map(({ target }) => target), ...card.rows.map(({ target }) => target)];
  return [...new Set(targets.flatMap((target) => (target?.url && target.host ? [target.host] : [])))];
}

const KEY = 'countersign.autorun';
const KEPT = 200;

/** What opened by itself already: once for each call and widget, also after the page was loaded anew. */
export class Opened {
  readonly #store: Pick<Storage, 'getItem' | 'setItem'> | null;

  constructor(store: Pick<Storage, 'getItem' | 'setItem'> | null) {
    this.#store = store;
  }

  #read(): string[] {
    try {
      const all: unknown = JSON.parse(this.#store?.getItem(KEY) ?? '[]');
      return Array.isArray(all) ? all.filter((one) => typeof one === 'string') : [];
    } catch {
      return [];
    }
  }

  has = (call: string, widget: string): boolean => this.#read().includes(`${call} ${widget}`);

  /** Says whether it is the first time. */
  add(call: string, widget: string): boolean {
    const all = this.#read();
    const one = `${call} ${widget}`;
    if (all.includes(one)) return false;
    try {
      this.#store?.setItem(KEY, JSON.stringify([...all, one].slice(-KEPT)));
    } catch {
      // Storage may be full or switched off: it then opens again after the page is loaded anew.
    }
    return true;
  }
}
