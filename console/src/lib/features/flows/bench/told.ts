import type { CallStep } from '$lib/api';
import { m } from '$lib/messages';
import { exitName, kindName } from '../names';

/** A step of a call in one sentence. Keys are counted, never shown. */
export function told(entry: CallStep): string {
  const say = m.benchTold;
  const word = (words: Record<string, string>, of: string | undefined) => (of ? (words[of] ?? of) : '');
  switch (entry.what) {
    case 'entered':
      return kindName(entry.kind ?? '');
    case 'exited':
      return say.exited(exitName(entry.exit ?? ''));
    case 'prompted':
      return say.prompted((entry.pieces ?? []).join(' · '));
    case 'keyed':
      return say.keyed('•'.repeat(Math.min(entry.count ?? 0, 20)) || '–', word(say.ended, entry.ended));
    case 'set':
      return say.set(entry.variable ?? '');
    case 'looked_up':
      return say.lookedUp(word(say.outcomes, entry.outcome) + (entry.why ? ` (${entry.why})` : ''));
    case 'code_checked':
      return say.code(word(say.codes, entry.outcome));
    case 'hours':
      return entry.is_open === null || entry.is_open === undefined ? say.hoursUnknown : entry.is_open ? say.isOpen : say.isClosed;
    case 'leg':
      return word(say.legs, entry.outcome);
    case 'recorded':
      return entry.ms ? say.recorded(Math.round(entry.ms / 1000)) : say.notRecorded;
    case 'sms':
      return entry.is_sent ? say.sms : say.noSms;
    case 'went_wrong':
      return say.wentWrong(entry.code ?? '');
    case 'over':
      return word(say.over, entry.by);
    default:
      return entry.what;
  }
}

/** `0:07` on the clock of the call. */
export function clock(ms: number): string {
  const secs = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(secs / 60)}:${String(secs % 60).padStart(2, '0')}`;
}
