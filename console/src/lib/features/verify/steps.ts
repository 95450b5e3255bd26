import type { Assurance, PartyProgress, VerificationBack, VerificationState } from '$lib/api';

export const STEPS = ['reason', 'about', 'find', 'questions', 'result'] as const;
export type StepName = (typeof STEPS)[number];

/** Where the stepper stands. The mandate says whom a representative speaks for, so it belongs to finding them. */
export function stepOf(state: Pick<VerificationState, 'stage'>): StepName {
  const steps: Record<VerificationState['stage'], StepName> = {
    topic: 'reason', about: 'about', search: 'find', mandate: 'find', questions: 'questions', evidence: 'questions', done: 'result'
  };
  return steps[state.stage];
}

/** Whether a step was taken. What ended early, or needed no verification, did not take them all. */
export function isTaken(state: Pick<VerificationState, 'stage' | 'topic' | 'about' | 'parties' | 'outcome'>, step: StepName): boolean {
  if (state.stage !== 'done') return STEPS.indexOf(step) < STEPS.indexOf(stepOf(state));
  const { customer } = state.parties;
  const taken: Record<StepName, boolean> = {
    reason: state.topic !== null, about: state.about !== null, find: customer.profile !== null,
    questions: customer.is_passed || state.outcome?.class === 'not_verified', result: false
  };
  return taken[step];
}

/** What a step of the stepper goes back to, where one can. */
export function backTo(state: Pick<VerificationState, 'stage' | 'role'>, step: StepName): VerificationBack | null {
  const at = STEPS.indexOf(stepOf(state));
  if (state.stage === 'done' || STEPS.indexOf(step) >= at) return null;
  if (step === 'reason') return 'topic';
  return step === 'about' ? 'about' : state.role;
}

/** Where Esc goes: one step back. */
export function before(state: Pick<VerificationState, 'stage' | 'role' | 'about'> & { mandates: readonly unknown[] }): VerificationBack | null {
  const isForOther = state.about === 'someone_else';
  switch (state.stage) {
    case 'topic':
    case 'done':
      return null;
    case 'about':
      return 'topic';
    case 'questions':
    case 'evidence':
      return state.role;
    case 'mandate':
      return 'representative';
    case 'search':
      if (!isForOther || state.role === 'representative') return 'about';
      return state.mandates.length > 0 ? 'mandate' : 'representative';
  }
}

/** The server writes levels in capitals or not; the badge has one spelling. */
export function levelOf(level: string | null | undefined): Assurance {
  const known = (['al0', 'al1', 'al2', 'al3'] as const).find((one) => one === level?.toLowerCase());
  return known ?? 'al0';
}

/** Answered and asked, both kinds together. */
export const open = ({ required, additional }: Pick<PartyProgress, 'required' | 'additional'>): number =>
  required.of - required.answered + (additional.of - additional.answered);

/** `1` to `9` for the first nine things to choose from; what stands further down has no number. */
export const numberOf = (at: number): string => (at < 9 ? String(at + 1) : '');

/** Which of them a key chooses, if it is a number and there are so many. */
export function chosenBy(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>, count: number): number | null {
  if (event.ctrlKey || event.metaKey || event.altKey || !/^[1-9]$/.test(event.key)) return null;
  const at = Number(event.key) - 1;
  return at < count ? at : null;
}
