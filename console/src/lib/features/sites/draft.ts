import type { SiteTrigger, TriggerAction, TriggerValue } from '$lib/api';
import { percent } from '$lib/features/visits/names';
import { m } from '$lib/messages';

export const ACTIONS: TriggerAction[] = ['timer', 'click', 'scroll', 'submit'];

/** A trigger as its form holds it: every field is there, whichever of them the action needs. */
export interface TriggerDraft {
  id: string;
  name: string;
  action: TriggerAction;
  element: string;
  page: string;
  seconds: number;
  percent: number;
  condition: SiteTrigger['condition'];
  postcondition: SiteTrigger['postcondition'];
  values: ValueDraft[];
}

export interface ValueDraft {
  name: string;
  from: TriggerValue['from'];
  selector: string;
  attribute: string;
  value: string;
}

export const emptyValue = (): ValueDraft => ({ name: '', from: 'text', selector: '', attribute: '', value: '' });

export function draftOf(trigger: SiteTrigger | null): TriggerDraft {
  return {
    id: trigger?.id ?? '',
    name: trigger?.name ?? '',
    action: trigger?.action ?? 'timer',
    element: trigger?.element ?? '',
    page: trigger?.page ?? '',
    seconds: trigger?.seconds ?? 30,
    percent: trigger?.percent ?? 50,
    condition: trigger?.condition ?? 'always',
    postcondition: trigger?.postcondition ?? 'none',
    values: (trigger?.values ?? []).map((value) => ({
      name: value.name, from: value.from, selector: value.selector ?? '', attribute: value.attribute ?? '', value: value.value ?? ''
    }))
  };
}

/** A word for the address of a trigger; of two of one name, the second gets a number. */
export function idFor(name: string, taken: readonly string[]): string {
  const base = name.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '').replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 48) || 'trigger';
  if (!taken.includes(base)) return base;
  for (let n = 2; ; n++) if (!taken.includes(`${base}-${n}`)) return `${base}-${n}`;
}

/** Only what its action needs: what was typed for another action is no setting of this one. */
export function triggerOf(draft: TriggerDraft, taken: readonly string[]): SiteTrigger {
  const element = draft.element.trim();
  return {
    id: draft.id || idFor(draft.name, taken),
    name: draft.name.trim(),
    action: draft.action,
    ...((draft.action === 'click' || draft.action === 'submit') && element && { element }),
    ...(draft.page.trim() && { page: draft.page.trim() }),
    ...(draft.action === 'timer' && { seconds: draft.seconds }),
    ...(draft.action === 'scroll' && { percent: draft.percent }),
    condition: draft.condition,
    postcondition: draft.postcondition,
    values: draft.values.map(valueOf)
  };
}

function valueOf(draft: ValueDraft): TriggerValue {
  const name = draft.name.trim();
  if (draft.from === 'constant') return { name, from: 'constant', value: draft.value };
  const selector = draft.selector.trim();
  return draft.from === 'text' ? { name, from: 'text', selector } : { name, from: 'attribute', selector, attribute: draft.attribute.trim() };
}

/** When a trigger fires, in words. */
export function says(trigger: SiteTrigger): string {
  const { timer, click, scroll, submit } = m.siteTriggers.says;
  switch (trigger.action) {
    case 'timer':
      return timer(trigger.seconds ?? 0);
    case 'click':
      return click(isolated(trigger.element ?? ''));
    case 'scroll':
      return scroll(percent((trigger.percent ?? 0) / 100));
    case 'submit':
      return submit(trigger.element ? isolated(trigger.element) : m.siteTriggers.anyForm);
  }
}

/** A selector keeps its direction in a sentence of another one. */
export const isolated = (text: string) => `\u2068${text}\u2069`;
