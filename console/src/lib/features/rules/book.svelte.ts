import { api, type Rule } from '$lib/api';
import { m } from '$lib/messages';
import { Action, PagedList } from '$lib/state/resource.svelte';
import { toasts } from '$lib/state/toasts.svelte';
import { bodyOf, cloneOf } from './draft';
import { inOrder, moved } from './order';

/** Somebody presses several times: one order is saved. */
const SETTLE_MS = 600;

/** All rules and what is done with them from the list; each step is shown before the server has answered. */
export class RuleBook {
  readonly list = new PagedList<Rule>((_, signal) => api.rules.list(signal));
  readonly action = new Action();
  /** What a screen reader hears. */
  said = $state('');
  #order = $state.raw<string[] | null>(null);
  #before: string[] | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saving = false;

  readonly rules = $derived(inOrder(this.list.items, this.#order));

  /** Not while somebody moves a rule: their order would jump back under their finger. */
  async load(): Promise<void> {
    if (this.#order) return;
    await this.list.load();
  }

  place(id: string): number {
    return this.rules.findIndex((rule) => rule.id === id);
  }

  move(id: string, to: number): void {
    const from = this.place(id);
    const place = Math.min(Math.max(to, 0), this.rules.length - 1);
    if (from < 0 || from === place) return;
    const ids = this.rules.map((rule) => rule.id);
    this.#before ??= ids;
    this.#order = moved(ids, from, place);
    this.said = m.rules.moved(this.rules[place]?.name ?? '', place + 1, ids.length);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.settle(), SETTLE_MS);
  }

  /** Saves the order that is shown. */
  async settle(): Promise<void> {
    clearTimeout(this.#timer);
    const [order, before] = [this.#order, this.#before];
    if (!order || !before || this.#saving) return;
    if (order.join() === before.join()) return this.#forget();
    this.#saving = true;
    const saved = await this.#save(order);
    this.#saving = false;
    // Moved again meanwhile: that order is saved next.
    if (this.#order !== order) return saved ? this.settle() : this.#forget();
    this.#forget();
    if (saved) toasts.say(m.rules.movedShort, { action: { label: m.common.undo, run: () => void this.#save(before) } });
    else await this.list.load();
  }

  #forget(): void {
    this.#order = this.#before = null;
  }

  async #save(order: string[]): Promise<boolean> {
    try {
      const { data } = await api.rules.order(order);
      this.list.items = data;
      this.action.clear();
      return true;
    } catch (error) {
      await this.action.run(() => Promise.reject(error));
      return false;
    }
  }

  async change(rule: Rule, body: { enabled?: boolean; group?: string | null }): Promise<void> {
    this.list.replace({ ...rule, ...body });
    const done = await this.action.run(() => api.rules.update(rule.id, body));
    this.list.replace(done.ok ? done.value : rule);
    // Whether others take part, or are hidden by it, may have changed too.
    if (done.ok) await this.load();
  }

  /** Its copy is off, and stands below it. */
  async clone(rule: Rule): Promise<Rule | null> {
    const done = await this.action.run(() => api.rules.create(cloneOf(rule)));
    if (!done.ok) return null;
    await this.#put(done.value, this.place(rule.id) + 1);
    return done.value;
  }

  /** A rule with nothing wrong can be made again as it was. */
  async remove(rule: Rule): Promise<boolean> {
    const place = this.place(rule.id);
    const done = await this.action.run(() => api.rules.remove(rule.id));
    if (!done.ok) return false;
    this.list.remove(rule.id);
    const undo = { label: m.common.undo, run: () => void this.#restore(rule, place) };
    toasts.say(m.rules.deleted(rule.name), rule.problems.length === 0 ? { action: undo } : {});
    return true;
  }

  async #restore(rule: Rule, place: number): Promise<void> {
    const done = await this.action.run(() => api.rules.create(bodyOf(rule)));
    if (done.ok) await this.#put(done.value, place);
  }

  async #put(rule: Rule, place: number): Promise<void> {
    await this.list.load();
    const ids = this.list.items.map((one) => one.id);
    const from = ids.indexOf(rule.id);
    if (from >= 0 && from !== place) await this.#save(moved(ids, from, place));
  }

  stop(): void {
    void this.settle();
    this.list.stop();
  }
}
