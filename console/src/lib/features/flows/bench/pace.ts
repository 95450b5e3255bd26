import type { BenchInput, BenchMoment, BenchPiece } from '$lib/api/bench';

const CHARACTER_MS = 60;
const DIGIT_MS = 450;
const LEAST_MS = 600;
/** A recording that cannot be played is over after this. */
export const UNHEARD_MS = 2000;
/** A timer is due a little after its time, never before: the server's clock counts. */
const LATE_MS = 30;
const LOOK_MS = 1500;

/** How long a piece takes that nobody speaks. */
export function lastsMs(piece: BenchPiece): number {
  if (piece.kind === 'recorded') return UNHEARD_MS;
  const ms = piece.kind === 'digits' ? piece.digits.length * DIGIT_MS : piece.text.length * CHARACTER_MS;
  return Math.max(LEAST_MS, ms);
}

/** When to speak to the server next, and whether it is because a timer is due. */
export function waitOf(moment: BenchMoment): { ms: number; isDue: boolean } {
  if (typeof moment.tick_at_ms === 'number') return { ms: Math.max(0, moment.tick_at_ms - moment.at_ms) + LATE_MS, isDue: true };
  return { ms: LOOK_MS, isDue: false };
}

/** Keys that wait go together, and time needs to be told only once. */
export function joined(waiting: readonly BenchInput[], input: BenchInput): BenchInput[] {
  const last = waiting.at(-1);
  if (last && 'press' in last && 'press' in input) return [...waiting.slice(0, -1), { press: last.press + input.press }];
  if ('tick' in input && waiting.some((one) => 'tick' in one)) return [...waiting];
  return [...waiting, input];
}
