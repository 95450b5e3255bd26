import type { en } from './en';

/** What pages read: every sentence of the English catalogue. */
export type Messages = typeof en;

type Part<T> = T extends (...args: never[]) => string ? T : T extends string ? string : { [K in keyof T]?: Part<T[K]> };

/**
 * A catalogue in another language: the shape of the English one, where a sentence may still be missing. It is then
 * shown in English, and `messages.test.ts` names it.
 */
export type Translation = Part<Messages>;

/** The translation laid over the English catalogue. */
export function complete<T extends object>(english: T, translation: Part<T>): T {
  const whole = { ...english } as Record<string, unknown>;
  for (const [key, value] of Object.entries(translation)) {
    const base = whole[key];
    whole[key] = isBranch(base) && isBranch(value) ? complete<object>(base, value) : (value ?? base);
  }
  return whole as T;
}

function isBranch(value: unknown): value is object {
  // A list is a sentence in parts: taken whole.
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
