import { api, ApiError, type Rule, type RuleBody } from '$lib/api';
import { Action } from '$lib/state/resource.svelte';
import { newRule, patchOf, toBody, toDraft, type RuleDraft } from './draft';
import { marksOf, missing, type Mark } from './places';

/** A rule while somebody changes it: what they typed, what is saved, and what was complained about. */
export class Editor {
  readonly action = new Action();
  rule = $state.raw<Rule | null>(null);
  draft = $state<RuleDraft>(newRule());
  marks = $state.raw<Mark[]>([]);
  /** Somebody else saved, or deleted it, since this was read. */
  theirs = $state.raw<Rule | null>(null);
  isGone = $state(false);
  #base = $state.raw<RuleBody>(toBody(newRule()));

  readonly body = $derived(toBody(this.draft));
  readonly isDirty = $derived(JSON.stringify(this.body) !== JSON.stringify(this.#base));
  readonly problems = $derived(this.marks.filter((mark) => mark.tone === 'danger'));
  readonly warnings = $derived(this.marks.filter((mark) => mark.tone === 'warning'));

  /** What was saved when this was read. */
  get base(): RuleBody {
    return this.#base;
  }

  constructor(rule: Rule | null = null) {
    if (rule) this.take(rule);
  }

  /** What the server has, in the place of what was typed. */
  take(rule: Rule): void {
    this.rule = rule;
    this.draft = toDraft(rule);
    this.#base = toBody(this.draft);
    this.theirs = null;
    this.isGone = false;
    this.action.clear();
    this.marks = [...marksOf(rule.problems, this.draft, 'danger'), ...marksOf(rule.warnings, this.draft, 'warning')];
  }

  discard(): void {
    if (this.rule) this.take(this.rule);
    else {
      this.draft = newRule();
      this.marks = [];
    }
  }

  /** Somebody mends this part: what was said about it is not true any more. */
  touch(key: string, part = ''): void {
    if (!this.marks.some((mark) => mark.key === key)) return;
    this.marks = this.marks.filter((mark) => mark.key !== key || (part !== '' && mark.part !== '' && mark.part.split('/')[0] !== part.split('/')[0]));
  }

  /** Reads it anew; what somebody typed meanwhile stays. */
  async look(): Promise<void> {
    const id = this.rule?.id;
    if (!id) return;
    try {
      const fresh = await api.rules.get(id);
      if (fresh.version === this.rule?.version) this.rule = fresh;
      else if (this.isDirty) this.theirs = fresh;
      else this.take(fresh);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) this.isGone = true;
    }
  }

  /** Saves it; without an answer the marks say why. `over`: whoever saved it meanwhile. */
  async save(over = false): Promise<Rule | null> {
    this.marks = missing(this.draft);
    if (this.marks.length > 0) return null;
    const { rule, body } = this;
    const changes = { ...patchOf(this.#base, body), ...(rule && !over ? { version: rule.version } : {}) };
    const done = await this.action.run(() => (rule ? api.rules.update(rule.id, changes) : api.rules.create(body)));
    if (done.ok) {
      this.take(done.value);
      return done.value;
    }
    const error = this.action.error;
    if (error?.code === 'changed-meanwhile') {
      this.action.clear();
      await this.look();
    } else if (error && error.fields.length > 0) {
      this.marks = marksOf(error.fields, this.draft, 'danger');
      this.action.clear();
    }
    return null;
  }
}
