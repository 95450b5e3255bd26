import { m } from '$lib/messages';

/** What was done, in words; an action newer than the catalogue keeps its own. */
export function actionName(action: string): string {
  return m.auditPage.action[action] ?? action;
}

export function actions(): { value: string; label: string }[] {
  return Object.entries(m.auditPage.action)
    .map(([value, label]) => ({ value, label }))
    .sort((a, b) => a.label.localeCompare(b.label));
}
