import { api, type LookUp } from '$lib/api';
import { m } from '$lib/messages';
import { Action } from '$lib/state/resource.svelte';
import { draftOf, inputOf, isStatuses, readJson, type LookUpDraft } from './draft';

/** One look-up on its page: what is saved, what somebody makes of it, and what is wrong with that. */
export class LookUpEditor {
  lookUp = $state.raw<LookUp | null>(null);
  draft = $state<LookUpDraft>(draftOf(null));
  /** What the page itself knows to be wrong, by the pointers of the server. */
  wrong = $state.raw<Record<string, string>>({});
  readonly saving = new Action();
  #clean = $state.raw('');

  constructor(lookUp: LookUp | null = null) {
    this.take(lookUp);
  }

  take(lookUp: LookUp | null): void {
    this.lookUp = lookUp;
    this.draft = draftOf(lookUp);
    this.#clean = said(this.draft);
    this.wrong = {};
    this.saving.clear();
  }

  /** How its system gets on, and what a colleague changed where nothing was changed here. */
  refresh(lookUp: LookUp): void {
    if (!this.isDirty && !this.saving.busy) this.take(lookUp);
    else this.lookUp = lookUp;
  }

  get isDirty(): boolean {
    return said(this.draft) !== this.#clean;
  }

  error(pointer: string): string | null {
    return this.wrong[pointer] ?? this.saving.error?.field(pointer) ?? null;
  }

  discard(): void {
    this.take(this.lookUp);
  }

  async save(): Promise<LookUp | null> {
    const { draft } = this;
    this.wrong = {
      ...(draft.bodyKind === 'json' && draft.method !== 'GET' && !readJson(draft.json) && { 'request/body': m.lookUps.notJson }),
      ...(!isStatuses(draft.foundStatus) && { 'answer/found/status': m.lookUps.notStatuses }),
      ...(!isStatuses(draft.notFoundStatus) && { 'answer/found/not_found_status': m.lookUps.notStatuses })
    };
    if (Object.keys(this.wrong).length > 0) return null;
    const body = inputOf(draft);
    const id = this.lookUp?.id;
    const done = await this.saving.run(() => (id ? api.lookUps.update(id, body) : api.lookUps.create(body)));
    if (!done.ok) return null;
    this.take(done.value);
    return done.value;
  }
}

/** Without the keys of its rows, which say nothing. */
const said = (draft: LookUpDraft) => JSON.stringify(draft, (name, value: unknown) => (name === 'key' ? undefined : value));
