import type { CallLookUp, CallStep } from '$lib/api';
import { m } from '$lib/messages';
import { number } from '$lib/format/plural';
import { whyText } from '$lib/features/look-ups/words';
import type { IconName } from '$lib/ui/icons';

export interface Line {
  at: number;
  icon: IconName;
  text: string;
  tone: 'plain' | 'good' | 'bad';
  /** After the text, less loud. */
  hint?: string;
}

/** What happened at one node, from where the call came to it until it left. */
export interface Stop {
  key: string;
  at: number;
  node: string | null;
  kind: string | null;
  lines: Line[];
  exit: string | null;
}

/** A transcript as the stops of a call. What a look-up took stands with the look-ups: they are matched in turn. */
export function stopsOf(steps: readonly CallStep[], lookUps: readonly CallLookUp[]): Stop[] {
  const stops: Stop[] = [];
  const left = [...lookUps];
  for (const step of steps) {
    const node = step.node ?? null;
    let stop = stops.at(-1);
    if (step.what === 'entered' || !stop || stop.node !== node) {
      stop = { key: `${stops.length}`, at: step.at, node, kind: step.what === 'entered' ? (step.kind ?? null) : null, lines: [], exit: null };
      stops.push(stop);
    }
    if (step.what === 'exited') stop.exit = step.exit ?? null;
    else if (step.what !== 'entered') stop.lines.push(lineOf(step, step.what === 'looked_up' ? taken(left, node) : undefined));
  }
  return stops;
}

function taken(left: CallLookUp[], node: string | null): CallLookUp | undefined {
  const at = left.findIndex((one) => one.node === node);
  return at < 0 ? undefined : left.splice(at, 1)[0];
}

const GOOD = new Set(['match', 'found', 'verified', 'answered']);

function lineOf(step: CallStep, lookUp?: CallLookUp): Line {
  const t = m.calls.steps;
  const line = (icon: IconName, text: string, of = '', hint?: string): Line => ({
    at: step.at, icon, text, tone: GOOD.has(of) ? 'good' : of && of !== 'ended' && of !== 'not_found' ? 'bad' : 'plain', ...(hint && { hint })
  });
  switch (step.what) {
    case 'prompted':
      return line('play', t.prompted((step.pieces ?? []).join(' ')));
    case 'keyed':
      return line('keyboard', t.keyed(step.count ?? 0), step.ended, m.calls.ended[step.ended ?? ''] ?? step.ended);
    case 'set':
      return line('attribute', t.set(step.variable ?? '', m.calls.classes[step.class as 'personal'] ?? step.class ?? ''));
    case 'looked_up':
      return line(
        'database', t.lookedUp(m.lookUps.outcomes[step.outcome as 'found'] ?? step.outcome ?? ''), step.outcome,
        [lookUp && `${lookUp.host.replace(/^https?:\/\//, '')}, ${m.lookUps.took(number(lookUp.latency_ms))}`, step.why && whyText(step.why)].filter(Boolean).join(' · ')
      );
    case 'code_checked':
      return line('code', m.calls.codes[step.outcome ?? ''] ?? step.outcome ?? '', step.outcome);
    case 'hours':
      return line('clock', step.is_open === null || step.is_open === undefined ? t.hoursUnknown : step.is_open ? t.open : t.closed);
    case 'leg':
      return line('phone', m.calls.legs[step.outcome ?? ''] ?? step.outcome ?? '', step.outcome);
    case 'recorded':
      return line('bubble-text', step.ms ? t.recorded(number(Math.round(step.ms / 1000))) : t.notRecorded, step.ms ? '' : 'failed');
    case 'sms':
      return line('mobile', step.is_sent ? t.smsSent : t.smsFailed, step.is_sent ? '' : 'failed');
    case 'went_wrong':
      return line('alert', t.wentWrong(step.code ?? ''), 'failed');
    case 'over':
      return line('end', m.calls.over[step.by ?? ''] ?? step.by ?? '', step.by === 'trouble' ? 'failed' : '');
    default:
      return line('info', step.what);
  }
}
