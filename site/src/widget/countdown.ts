/**
 * How long a code still lives. The server says how many seconds it gave; the page's clock may be wrong by hours, so only
 * time that passed counts, and of two clocks the one that says more passed: one stops while the machine sleeps, the
 * other can be set back.
 */
export interface Clock {
  now(): number;
  wall(): number;
}

export const REAL: Clock = { now: () => performance.now(), wall: () => Date.now() };

export const WARNING = 60;

export class Countdown {
  #now: number;
  #wall: number;

  constructor(
    readonly seconds: number,
    private readonly clock: Clock = REAL,
  ) {
    this.#now = clock.now();
    this.#wall = clock.wall();
  }

  /** Whole seconds left, rounded up, never below 0. */
  get left(): number {
    const passed = Math.max(this.clock.now() - this.#now, this.clock.wall() - this.#wall, 0);
    return Math.max(0, Math.ceil(this.seconds - passed / 1000));
  }
}

/** `4:05` */
export function minutes(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Seconds the server gave, from whichever of its fields are there. */
export function lifetime(answer: { lifetime_secs?: unknown; issued_at?: unknown; expires_at?: unknown }): number {
  const given = Number(answer.lifetime_secs);
  if (given > 0) return given;
  const span = (Date.parse(String(answer.expires_at)) - Date.parse(String(answer.issued_at))) / 1000;
  return span > 0 ? span : 300;
}
