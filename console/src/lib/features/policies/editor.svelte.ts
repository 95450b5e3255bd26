import { api, type PolicyCheck, type VerificationPolicy } from '$lib/api';
import { Action } from '$lib/state/resource.svelte';
import { documentOf, draftOf, type PolicyDraft } from './draft';

const CHECK_AFTER_MS = 400;

/** One policy on its page: what is saved, what somebody makes of it, and what the linter says of that. */
export class PolicyEditor {
  policy = $state.raw<VerificationPolicy>() as VerificationPolicy;
  draft = $state<PolicyDraft>() as PolicyDraft;
  found = $state.raw<PolicyCheck>({ findings: [], strength: null });
  readonly saving = new Action();
  #clean = $state.raw('');
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor(policy: VerificationPolicy) {
    this.take(policy);
  }

  take(policy: VerificationPolicy): void {
    this.policy = policy;
    this.draft = draftOf(policy.draft);
    this.#clean = this.said;
    this.found = { findings: policy.findings, strength: policy.strength };
  }

  /** What somebody else did to it, where nothing was changed here. */
  refresh(policy: VerificationPolicy): void {
    if (!this.isDirty && !this.saving.busy && policy.revision !== this.policy.revision) this.take(policy);
    else if (policy.revision === this.policy.revision) this.policy = policy;
  }

  get said(): string {
    return JSON.stringify(documentOf(this.draft));
  }

  get isDirty(): boolean {
    return this.said !== this.#clean;
  }

  get problems() {
    return this.found.findings.filter(({ severity }) => severity === 'problem');
  }

  get warnings() {
    return this.found.findings.filter(({ severity }) => severity === 'warning');
  }

  /** Asks the linter once nothing changed for a moment. */
  later(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.check(), CHECK_AFTER_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async check(): Promise<void> {
    const asked = ++this.#asked;
    try {
      const found = await api.policies.check(documentOf(this.draft));
      if (asked === this.#asked) this.found = found;
    } catch {
      // Saving says what is wrong; what was found before stays in sight until then.
    }
  }

  async save(): Promise<VerificationPolicy | null> {
    const done = await this.saving.run(() => api.policies.update(this.policy.id, this.policy.revision, documentOf(this.draft)));
    if (!done.ok) return null;
    this.take(done.value);
    return done.value;
  }

  discard(): void {
    this.take(this.policy);
    this.saving.clear();
  }
}
