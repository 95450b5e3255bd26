import type { DryFiring, DryStep, Rule, RuleBody } from '$lib/api';
import { locale } from '$lib/format/locale.svelte';
import { m } from '$lib/messages';
import type { Named } from './fields';
import { conditionWords } from './sentence';

const list = (parts: string[], type: 'conjunction' | 'disjunction') => new Intl.ListFormat(locale(), { type }).format(parts);

/** What a rule said when it was played: the draft in its place, else the saved one. */
export function bodyPlayed(firing: DryFiring, rules: readonly Rule[], draft: RuleBody | null, own: string | null): RuleBody | null {
  if (draft && firing.rule === own) return draft;
  return rules.find((rule) => rule.id === firing.rule) ?? null;
}

function reasons(firing: DryFiring, body: RuleBody, now: Named): string {
  const isFired = firing.verdict === 'fired';
  const words = m.rules.why;
  if (body.match.length === 0) return words.always;
  // Without a block that decided, it took all of them.
  const blocks = firing.block === null ? body.match : body.match.slice(firing.block, firing.block + 1);
  const said = blocks.flatMap((block) => {
    const one = firing.condition === null ? undefined : block.conditions[firing.condition];
    return one ? [one] : block.conditions;
  });
  const texts = said.map((one) => conditionWords(one, now, true));
  if (isFired) return words.holds(list(texts, 'conjunction'));
  return texts.length === 1 ? words.fails(texts[0]!) : words.none(list(texts, 'disjunction'));
}

/** Why a rule fired or did not, in a sentence of this language. */
export function whyWords(firing: DryFiring, step: DryStep, rules: readonly Rule[], draft: RuleBody | null, own: string | null, now: Named): string {
  const words = m.rules.why;
  const body = bodyPlayed(firing, rules, draft, own);
  switch (firing.verdict) {
    case 'fired': case 'unmet': return body ? reasons(firing, body, now) : '';
    case 'stopped': {
      const by = step.rules.slice(0, step.rules.indexOf(firing)).findLast((one) => one.verdict === 'fired' && bodyPlayed(one, rules, draft, own)?.actions.some((action) => action.kind === 'stop'));
      return by ? words.stopped(by.name) : words.stoppedBySome;
    }
    case 'rested': return (words as Record<string, unknown>)[firing.rested ?? ''] as string ?? words.cooldown;
    default: return words[firing.verdict];
  }
}
