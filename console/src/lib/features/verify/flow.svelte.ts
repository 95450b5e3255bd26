import {
  api, ApiError, type AskedQuestion, type CodeWay, type Engagement, type SearchResult, type VerificationAnswer, type VerificationBack
} from '$lib/api';
import { asApiError } from '$lib/state/resource.svelte';

/** What is on screen is not how it stands any more. */
const OVERTAKEN = ['engagement-changed', 'engagement-over', 'engagement-expired'];

type Step = (id: string, revision: number) => Promise<Engagement>;

/**
 * One engagement that somebody works on. The server decides every step; this keeps what it said last, sends one step
 * after the other, and says where a step was refused. What was searched for and what was said stays in the fields until
 * it is sent and is not kept here.
 */
export class Verification {
  engagement = $state.raw<Engagement>() as Engagement;
  results = $state.raw<SearchResult[] | null>(null);
  isTruncated = $state(false);
  busy = $state(false);
  error = $state.raw<ApiError | null>(null);
  /** Why an answer was not taken, by its field. */
  refused = $state.raw<Record<string, ApiError>>({});
  /** A colleague went on with it, and this is where it stands. */
  isOvertaken = $state(false);
  #last: Promise<unknown> = Promise.resolve();
  readonly #told: (engagement: Engagement) => void;

  constructor(engagement: Engagement, told: (engagement: Engagement) => void = () => {}) {
    this.engagement = engagement;
    this.#told = told;
  }

  get id(): string {
    return this.engagement.id;
  }

  get state() {
    return this.engagement.verification;
  }

  /** What the server says of it, unless this knows something newer. */
  take(engagement: Engagement): void {
    if (engagement.id !== this.id || engagement.verification.revision < this.state.revision) return;
    const [old, now] = [this.state, engagement.verification];
    const isElsewhere = old.stage !== now.stage || old.role !== now.role || old.parties[old.role].profile?.id !== now.parties[now.role].profile?.id;
    if (isElsewhere) this.results = null;
    if (isElsewhere) this.refused = {};
    this.engagement = engagement;
    this.#told(engagement);
  }

  async reload(): Promise<void> {
    try {
      this.take(await api.engagements.get(this.id));
    } catch (error) {
      this.error = asApiError(error);
    }
  }

  topic = (topic: string) => this.#step((id, revision) => api.engagements.topic(id, revision, topic));
  subject = (about: 'self' | 'someone_else') => this.#step((id, revision) => api.engagements.subject(id, revision, about));
  select = (profile: string) => this.#step((id, revision) => api.engagements.select(id, revision, profile));
  mandate = (mandate: string) => this.#step((id, revision) => api.engagements.mandate(id, revision, mandate));
  finish = () => this.#step(api.engagements.finish);
  evidence = () => this.#step(api.engagements.evidence);
  code = () => this.#step(api.engagements.code);
  redeem = (code: string) => this.#step((id, revision) => api.engagements.redeem(id, revision, code));
  sendCode = (by: CodeWay) => this.#step((id, revision) => api.engagements.sendCode(id, revision, by));
  confirmCode = (code: string) => this.#step((id, revision) => api.engagements.confirmCode(id, revision, code));
  back = (to: VerificationBack) => this.#step((id, revision) => api.engagements.back(id, revision, to));
  end = () => this.#step(api.engagements.end);

  search(search: number, said: { query: string } | { fields: Record<string, string> }): Promise<boolean> {
    return this.#step(async (id, revision) => {
      const found = await api.engagements.search(id, revision, search, said);
      // After `take`, which forgets what was found for somebody else.
      this.take(found.engagement);
      this.results = found.results;
      this.isTruncated = found.is_truncated;
      return found.engagement;
    });
  }

  /** Whether it was taken. An answer that cannot be read is asked again, and says nothing about being right. */
  answer(question: AskedQuestion, answer: VerificationAnswer): Promise<boolean> {
    const { [question.field]: _, ...others } = this.refused;
    this.refused = others;
    return this.#step((id, revision) => api.engagements.answers(id, revision, [answer]), question.field);
  }

  /** Once what was sent has come back: whether every answer could be read. */
  async settled(): Promise<boolean> {
    await this.#last;
    return Object.keys(this.refused).length === 0;
  }

  /** One after the other: each step names the revision that the one before it made. */
  #step(work: Step, field: string | null = null): Promise<boolean> {
    const next = this.#last.then(() => this.#run(work, field));
    this.#last = next;
    return next;
  }

  async #run(work: Step, field: string | null): Promise<boolean> {
    this.busy = true;
    this.error = null;
    this.isOvertaken = false;
    try {
      this.take(await work(this.id, this.state.revision));
      return true;
    } catch (error) {
      const problem = asApiError(error);
      if (OVERTAKEN.includes(problem.code)) {
        await this.reload();
        this.isOvertaken = problem.code === 'engagement-changed';
      } else if (field !== null && problem.status === 422) {
        this.refused = { ...this.refused, [field]: problem };
      } else {
        this.error = problem;
      }
      return false;
    } finally {
      this.busy = false;
    }
  }
}
