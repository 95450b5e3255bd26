import { api, type CallWidget, type CallWidgetPreview, type Remark } from '$lib/api';
import { Action } from '$lib/state/resource.svelte';
import { bodyOf, draftOf, pathsOf, remarkAt, remarkText, sampleFor, variablesFrom, type WidgetDraft } from './draft';

/** One call widget on its page: what is saved, what somebody makes of it, and how its card would look. */
export class Builder {
  widget = $state.raw<CallWidget | null>(null);
  draft = $state<WidgetDraft>(draftOf(null));
  /** What somebody wrote as an example, by paths; without it there is a sample. */
  samples = $state<Record<string, string>>({});
  numbers = $state({ caller: '+46706170786', callee: '+46771123456', from: '' });
  preview = $state.raw<CallWidgetPreview | null>(null);
  /** Somebody wanted to save: from then on what is missing is said. */
  tried = $state(false);
  readonly looking = new Action();
  readonly saving = new Action();
  #clean = $state.raw('');
  #asked = 0;

  constructor(widget: CallWidget | null = null) {
    this.take(widget);
  }

  take(widget: CallWidget | null): void {
    this.widget = widget;
    this.draft = draftOf(widget);
    this.#clean = this.#said;
    this.tried = false;
    this.saving.clear();
  }

  discard(): void {
    this.take(this.widget);
  }

  get body() {
    return bodyOf(this.draft);
  }

  get #said(): string {
    return JSON.stringify({ name: this.draft.name, ...this.body });
  }

  get isDirty(): boolean {
    return this.#said !== this.#clean;
  }

  get paths(): string[] {
    return pathsOf(this.body);
  }

  sample = (path: string): string => this.samples[path] ?? sampleFor(path);

  /** Asks the server how the card looks; of several answers the last one counts. */
  async look(): Promise<void> {
    const asked = ++this.#asked;
    const { caller, callee, from } = this.numbers;
    const variables = variablesFrom({ ...this.samples, ...Object.fromEntries(this.paths.map((path) => [path, this.sample(path)])) });
    try {
      const preview = await api.callWidgets.preview({
        widget: this.body, variables, ...(caller && { caller }), ...(callee && { callee }), ...(from && { from })
      });
      if (asked !== this.#asked) return;
      this.preview = preview;
      this.looking.clear();
    } catch (error) {
      if (asked === this.#asked) await this.looking.run(() => Promise.reject(error as Error));
    }
  }

  get problems(): readonly Remark[] {
    return this.preview?.problems ?? [];
  }

  get warnings(): readonly Remark[] {
    return this.preview?.warnings ?? [];
  }

  /** What keeps it from being saved, at one place. */
  error = (pointer: string): string | null => {
    const refused = this.saving.error?.fields.find((field) => field.pointer === pointer);
    return remarkAt(this.problems, pointer, this.tried) ?? (refused ? remarkText(refused) : null);
  };

  warning = (pointer: string): string | null => remarkAt(this.warnings, pointer, true);

  async save(): Promise<CallWidget | null> {
    this.tried = true;
    const { widget } = this;
    const body = { name: this.draft.name.trim(), ...this.body };
    const done = await this.saving.run(() =>
      widget ? api.callWidgets.update(widget.id, { ...body, version: widget.version }) : api.callWidgets.create(body)
    );
    if (!done.ok) return null;
    this.take(done.value);
    return done.value;
  }
}
