import { api, ApiError, type Flow, type FlowDocument, type FlowFinding, type FlowNode, type NodeKind } from '$lib/api';
import { asApiError } from '$lib/state/resource.svelte';
import { addNode, arrange, moveNode, patchNode, removeNode, renameNode } from './edit';
import { History } from './history';
import { draw, placesOf, type Place } from './layout';
import { stable } from './changes';


const SAVE_AFTER_MS = 700;

export type SaveState = 'saved' | 'waiting' | 'saving' | 'failed' | 'refused' | 'conflict';

/** A phone menu while somebody builds it: what is on screen, what is saved, and what is wrong with it. */
export class Builder {
  flow = $state.raw<Flow>(null!);
  document = $state.raw<FlowDocument>({ start: 'start', nodes: {} });
  selected = $state<string | null>(null);
  saving = $state<SaveState>('saved');
  error = $state.raw<ApiError | null>(null);
  /** What the server says of the draft that it has. */
  findings = $state.raw<FlowFinding[]>([]);
  checked = $state(false);
  /** Counted up where another document takes the place of this one: forms begin anew. */
  epoch = $state(0);
  canUndo = $state(false);
  canRedo = $state(false);

  readonly places = $derived(placesOf(this.document));
  readonly drawing = $derived(draw(this.document, this.places));
  readonly problems = $derived(this.findings.filter((finding) => finding.severity === 'problem'));
  readonly warnings = $derived(this.findings.filter((finding) => finding.severity === 'warning'));
  readonly node = $derived<FlowNode | null>(this.selected ? (this.document.nodes[this.selected] ?? null) : null);

  #history: History<FlowDocument>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saved = '';
  #running: Promise<void> | null = null;

  constructor(flow: Flow) {
    this.#history = new History(flow.draft);
    this.take(flow);
    void this.check();
  }

  get isDirty(): boolean {
    return stable(this.document) !== this.#saved;
  }

  /** What the server has, in the place of what is on screen. */
  take(flow: Flow): void {
    clearTimeout(this.#timer);
    this.flow = flow;
    this.#history = new History(flow.draft);
    this.#show(flow.draft);
    this.#saved = stable(flow.draft);
    this.saving = 'saved';
    this.error = null;
    this.epoch++;
  }

  /** One step; `what` joins letters of one word to one step. */
  do(next: FlowDocument, what = ''): void {
    if (next === this.document) return;
    this.#history.push(next, what, Date.now());
    this.#show(next);
    this.#later();
  }

  undo(): void {
    if (this.#history.undo()) this.#stepped();
  }

  redo(): void {
    if (this.#history.redo()) this.#stepped();
  }

  #stepped(): void {
    this.#show(this.#history.now);
    this.epoch++;
    this.#later();
  }

  #show(document: FlowDocument): void {
    this.document = document;
    if (this.selected && !document.nodes[this.selected]) this.selected = null;
    this.canUndo = this.#history.canUndo;
    this.canRedo = this.#history.canRedo;
  }

  add(kind: NodeKind, from?: { node: string; exit: string }, at?: Place): string {
    const { document, id } = addNode(this.document, kind, from, at);
    this.do(document);
    this.selected = id;
    return id;
  }

  remove(id: string): void {
    this.do(removeNode(this.document, id));
  }

  rename(id: string, name: string): void {
    const wasSelected = this.selected === id;
    const next = renameNode(this.document, id, name);
    if (wasSelected) this.selected = name;
    this.do(next);
  }

  move(id: string, to: Place): void {
    this.do(moveNode(this.document, id, to), `move ${id}`);
  }

  arrange(): void {
    this.do(arrange(this.document));
  }

  patch(id: string, fields: Partial<FlowNode>): void {
    this.do(patchNode(this.document, id, fields), `${id} ${Object.keys(fields).join()}`);
  }

  /** What was said about a node, or of a field of it. */
  of(node: string): FlowFinding[] {
    return this.findings.filter((finding) => finding.node === node);
  }

  #later(): void {
    clearTimeout(this.#timer);
    if (this.saving === 'conflict') return;
    this.saving = 'waiting';
    this.#timer = setTimeout(() => void this.save(), SAVE_AFTER_MS);
  }

  /** Saves what is not saved yet. `over`: whatever somebody else saved meanwhile. */
  async save(over = false): Promise<boolean> {
    clearTimeout(this.#timer);
    // One after the other: the version of the next is in the answer to the last.
    while (this.#running) await this.#running;
    if (!over && (this.saving === 'conflict' || !this.isDirty)) {
      if (this.saving === 'waiting') this.saving = 'saved';
      return this.saving === 'saved';
    }
    this.#running = this.#send(over).finally(() => (this.#running = null));
    await this.#running;
    return this.saving === 'saved';
  }

  async #send(over: boolean): Promise<void> {
    const sent = this.document;
    this.saving = 'saving';
    try {
      const flow = await api.flows.save(this.flow.id, { ...sent, ...(over ? {} : { version: this.flow.version }) });
      this.flow = flow;
      this.#saved = stable(sent);
      this.error = null;
      this.saving = 'saved';
    } catch (error) {
      const failed = asApiError(error);
      this.error = failed;
      this.saving = failed.code === 'changed-meanwhile' ? 'conflict' : failed.status === 400 ? 'refused' : 'failed';
      if (this.saving === 'refused') this.#mark(failed);
      return;
    }
    if (this.document !== sent) this.#later();
    else await this.check();
  }

  /** What a draft was refused for stands at its nodes like what is wrong with one that was taken. */
  #mark(error: ApiError): void {
    this.findings = error.fields.map(({ pointer, code, detail }) => {
      const [, , node, ...field] = pointer.split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
      return { severity: 'problem', node: node ?? null, field: field.join('.'), pointer, code, detail, hint: '' };
    });
  }

  async check(): Promise<boolean> {
    try {
      const { findings, is_publishable } = await api.flows.validate(this.flow.id);
      this.findings = findings;
      this.checked = true;
      return is_publishable;
    } catch (error) {
      this.error = asApiError(error);
      return false;
    }
  }

  /** Somebody changed it: it is shown at once where nothing is lost by that. */
  async look(): Promise<void> {
    if (this.#running || this.saving === 'saving') return;
    try {
      const fresh = await api.flows.get(this.flow.id);
      if (this.#running || fresh.version < this.flow.version) return;
      if (fresh.version === this.flow.version) this.flow = fresh;
      else if (this.isDirty) this.saving = 'conflict';
      else {
        this.take(fresh);
        await this.check();
      }
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) this.error = error;
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
