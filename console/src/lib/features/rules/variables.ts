import { m } from '$lib/messages';
import type { MenuItem } from '$lib/ui/menu';
import type { Named } from './fields';
import { upperFirst } from './words';

const field = () => m.ruleWords.field;

/** What may be missing has a word to say in its place. */
const PROFILE = () => [
  ['profile.name', field().name, true], ['profile.email', field().email, false], ['profile.phone', field().phone, false],
  ['profile.external_id', field().externalId, false], ['profile.reference', field().reference, false],
  ['profile.language', field().language, false], ['profile.assurance', field().assurance, false]
] as const;

const CASE = () => [
  ['case.number', field().number], ['case.id', field().caseId], ['case.status', field().status], ['case.priority', field().priority],
  ['case.channel', field().channel], ['case.assignee', field().assignee], ['case.group', field().group]
] as const;

/** The values that texts may hold, by what they are of. `insert` gets the token, and the part of it to type over. */
export function variableItems(now: Named, insert: (token: string, over: string) => void): MenuItem[] {
  const item = (name: string, label: string, fallback = ''): MenuItem => ({
    label: upperFirst(label),
    run: () => insert(fallback ? `{${name}|${fallback}}` : `{${name}}`, fallback)
  });
  const ofAttributes = (level: 'profile' | 'case') =>
    now.attributes.filter((one) => one.level === level).map((one) => item(`${level}.attributes.${one.key}`, one.label));
  const { area } = m.ruleWords;
  return [
    {
      label: area.profile, icon: 'person',
      items: [...PROFILE().map(([name, label, isGreeting]) => item(name, label, isGreeting ? m.rules.fallback : '')), ...ofAttributes('profile')]
    },
    { label: area.case, icon: 'inbox', items: [...CASE().map(([name, label]) => item(name, label)), ...ofAttributes('case')] },
    { label: area.message, icon: 'channel', items: [item('message.text', field().text)] },
    { label: area.workspace, icon: 'settings', items: [item('workspace.name', field().workspace)] }
  ];
}

/** A text with a token at the cursor, and what is selected then. */
export function inserted(text: string, from: number, to: number, token: string, over: string) {
  const start = from + (over ? token.indexOf(over) : token.length);
  return { text: text.slice(0, from) + token + text.slice(to), start, end: start + over.length };
}
