import { describe, expect, it } from 'vitest';
import type { Attribute, DryFiring, DryStep, Rule, RuleBody } from '$lib/api';
import { m } from '$lib/messages';
import { cloneOf, newAction, newRule, patchOf, toBody, toDraft } from './draft';
import { spanText, toSecs, toSpan, unitName } from './durations';
import { fieldsOf, findField, inputOf, opsOf, type Named } from './fields';
import { toLocal, toMoment } from './moments';
import { inOrder, moved } from './order';
import { locate, markAt, marksAbout, marksOf, missing, placeName } from './places';
import { changesBetween, conditionWords, summary } from './sentence';
import { inserted, variableItems } from './variables';
import { whyWords } from './why';

const tariff: Attribute = {
  id: 'attr_1', key: 'tariff', label: 'Tariff', level: 'profile', type: 'dropdown', pii: 'none', forms: [], required_to_close: false,
  mask: { format: 'auto', roles: { admin: null, team_manager: null, agent: null } },
  options: [{ value: 'standard', label: 'Standard' }, { value: 'vip', label: 'VIP' }]
};
const now: Named = {
  attributes: [tariff], channels: [], calendars: [],
  users: [{ id: 'user_1', email: 'mia@acme.example', name: 'Mia', role: 'agent', state: 'active', language: null, theme: 'system', created_at: '' }] as unknown as Named['users'],
  groups: [{ id: 'grp_1', name: 'Second line', members: [] }] as unknown as Named['groups'],
  ruleGroups: []
};

const body: RuleBody = {
  name: 'No code was sent', trigger: 'updated_case', enabled: true, join: 'and', once_per_case: false, cooldown_secs: 300,
  match: [
    { mode: 'all', conditions: [{ field: 'profile.is_identified', op: 'is', value: false }, { field: 'profile.attributes.tariff', op: 'is', value: ['standard', 'vip'] }] },
    { mode: 'any', conditions: [{ field: 'message.text', op: 'has_word', value: 'help' }, { field: 'case.assignee', op: 'is_empty' }] }
  ],
  actions: [
    { kind: 'ask_for_code', texts: ['Please send your code.'] }, { kind: 'end_chat', status: 'pending' },
    { kind: 'webhook', method: 'POST', url: 'https://crm.example/{case.id}', headers: { 'X-Token': 'abc' }, body: '{{}}' }
  ]
};

/** Marks of direction are not what these tests are about. */
const bare = (text: string) => text.replace(/[\u2068\u2069]/g, '');

describe('a draft', () => {
  it('becomes the body that it came from', () => {
    expect(toBody(toDraft(body))).toEqual(body);
  });

  it('says a list of one value as that value, and nothing where nothing is asked', () => {
    const draft = toDraft({ ...body, match: [{ mode: 'all', conditions: [{ field: 'case.status', op: 'is', value: ['open'] }, { field: 'case.labels', op: 'is_empty', value: null }, { field: 'case.status', op: 'changed', value: {} }] }] });
    expect(toBody(draft).match[0]!.conditions).toEqual([{ field: 'case.status', op: 'is', value: 'open' }, { field: 'case.labels', op: 'is_empty' }, { field: 'case.status', op: 'changed' }]);
  });

  it('keeps that something changed from nothing', () => {
    const condition = { field: 'case.assignee', op: 'changed', value: { from: null } };
    expect(toBody(toDraft({ ...body, match: [{ mode: 'all', conditions: [condition] }] })).match[0]!.conditions).toEqual([condition]);
  });

  it('leaves a delay behind that belongs to another trigger', () => {
    const draft = { ...toDraft(body), delay_secs: 60 };
    expect(toBody(draft)).not.toHaveProperty('delay_secs');
    expect(toBody({ ...draft, trigger: 'existing_case' }).delay_secs).toBe(60);
  });

  it('sends what differs alone, and null for what is gone', () => {
    const { cooldown_secs: _, ...after } = { ...body, name: 'Other' };
    expect(patchOf(body, after)).toEqual({ name: 'Other', cooldown_secs: null });
    expect(patchOf(body, toBody(toDraft(body)))).toEqual({});
  });

  it('is cloned off, with a name of its own and no template', () => {
    const clone = cloneOf({ ...body, id: 'rule_1', origin: 'chat-identification/not-sent', name: 'x'.repeat(119) } as unknown as Rule);
    expect(clone).toMatchObject({ enabled: false });
    expect(clone).not.toHaveProperty('origin');
    expect([...clone.name]).toHaveLength(120);
  });
});

describe('a pointer', () => {
  const draft = toDraft(body);
  it.each([
    ['/match/0/conditions/1/value/0', () => draft.blocks[0]!.conditions[1]!.key, 'value/0'],
    ['/draft/match/1/conditions/0/op', () => draft.blocks[1]!.conditions[0]!.key, 'op'],
    ['/match/1', () => draft.blocks[1]!.key, ''],
    ['/match/1/conditions', () => draft.blocks[1]!.key, ''],
    ['/actions/0/texts/0', () => draft.actions[0]!.key, 'texts/0'],
    ['/actions/2/headers/X~1Y', () => draft.actions[2]!.key, 'headers/X/Y'],
    ['/actions/1', () => draft.actions[1]!.key, ''],
    ['/actions/9', () => '', 'actions'],
    ['/cooldown_secs', () => '', 'cooldown_secs'],
    ['', () => '', '']
  ])('%s leads to its part', (pointer, key, part) => {
    expect(locate(pointer, draft)).toEqual({ key: key(), part });
  });

  it('keeps its mark at the part when that moves', () => {
    const marks = marksOf([{ pointer: '/actions/0/texts/0', code: 'no-text', detail: 'The text is empty.' }], draft, 'danger');
    const other = { ...draft, actions: moved(draft.actions, 0, 2) };
    expect(placeName(marks[0]!, draft)).toBe('Action 1');
    expect(placeName(marks[0]!, other)).toBe('Action 3');
    expect(markAt(marks, draft.actions[0]!.key, 'texts')).toBe('The text is empty.');
    expect(marksAbout(marks, draft.actions[0]!.key, ['texts'])).toEqual([]);
    expect(marksAbout(marks, draft.actions[0]!.key, ['url'])).toHaveLength(1);
  });
});

describe('what is missing', () => {
  it('is said of each part before anything is sent', () => {
    const draft = newRule();
    expect(missing(draft).map(({ part }) => part)).toEqual(['name', 'actions']);
    draft.name = 'A rule';
    draft.actions = [newAction('send_message'), newAction('assign_agent'), newAction('notify'), newAction('stop')];
    draft.blocks = toDraft({ ...body, match: [{ mode: 'all', conditions: [{ field: 'message.text', op: 'contains' }, { field: 'case.labels', op: 'is_empty' }] }] }).blocks;
    expect(missing(draft).map(({ part }) => part)).toEqual(['value', 'texts/0', 'agent', 'text', 'people']);
    expect(missing(toDraft(body))).toEqual([]);
  });
});

describe('a rule in words', () => {
  it('is a sentence with when, if and then', () => {
    expect(bare(summary({ ...body, match: body.match.slice(0, 1), actions: body.actions.slice(0, 2) }, now))).toBe(
      'When a message comes or something changes · if the customer is not identified and Tariff is Standard or VIP · ask for a code, end the chat, leave it Pending'
    );
  });

  it('puts blocks in brackets, and says nothing where it always holds', () => {
    expect(bare(summary(body, now))).toContain('if (the customer is not identified and Tariff is Standard or VIP) and (text of the message has the word “help” or assignee is empty)');
    expect(summary({ ...body, match: [] }, now)).not.toContain('if ');
  });

  it.each([
    [{ field: 'identification_code.outcome', op: 'is', value: 'invalid' }, 'a code was not accepted'],
    [{ field: 'identification_code.outcome', op: 'is_not', value: 'valid' }, 'identification code is not accepted'],
    [{ field: 'message.author', op: 'is', value: 'customer' }, 'the customer writes'],
    [{ field: 'profile.is_identified', op: 'is_not', value: false }, 'the customer is identified'],
    [{ field: 'case.assignee', op: 'is', value: 'user_9' }, 'assignee is something deleted'],
    [{ field: 'case.status', op: 'changed', value: { from: 'open', to: 'closed' } }, 'status changed from Open to Closed'],
    [{ field: 'case.priority', op: 'changed' }, 'priority changed'],
    [{ field: 'case.labels', op: 'has_all', value: ['a', 'b'] }, 'labels has all of “a” and “b”'],
    [{ field: 'case.message_count', op: 'at_least', value: 1200 }, 'number of messages is at least 1,200'],
    [{ field: 'visit.url', op: 'contains', value: '/checkout' }, 'address of the page looked at contains “/checkout”'],
    [{ field: 'visit.state', op: 'is', value: ['anonymous', 'none'] }, 'state of the visit is Anonymous or no visit'],
    [{ field: 'visit.confidence', op: 'at_least', value: 80 }, 'confidence in the visitor, percent is at least 80'],
    [{ field: 'profile.attributes.gone', op: 'is', value: 'x' }, 'gone is “x”']
  ])('%j', (condition, words) => {
    expect(bare(conditionWords(condition, now))).toBe(words);
  });

  it('names three of many values where it is to be read at a glance', () => {
    const condition = { field: 'message.text', op: 'contains', value: ['a', 'b', 'c', 'd', 'e'] };
    expect(bare(conditionWords(condition, now, true))).toBe('text of the message contains “a”, “b”, “c”, or 2 more');
    expect(bare(conditionWords(condition, now))).toContain('“e”');
  });

  it('says what a version changed', () => {
    const changes = changesBetween(body, { ...body, name: 'Other', enabled: false, actions: [...body.actions, { kind: 'assign_group', group: 'grp_1' }] }, now);
    expect(changes.gone.map(bare)).toEqual(['Name: No code was sent', 'On']);
    expect(changes.come.map(bare)).toEqual(['Name: Other', 'assign to the group Second line', 'Off']);
  });
});

describe('fields', () => {
  it('have questions that fit, and an input for each', () => {
    for (const field of fieldsOf(now)) for (const op of opsOf(field)) expect(inputOf(field, op)).toBeTruthy();
    const field = (name: string) => findField(name, now);
    expect(opsOf(field('case.channel'))).toEqual(['is', 'is_not']);
    expect(opsOf(field('profile.attributes.tariff'))).toEqual(['is', 'is_not', 'is_empty', 'is_not_empty', 'changed']);
    expect(inputOf(field('message.text'), 'matches')).toBe('regex');
    // Of many addresses it cannot be asked how they begin.
    expect(opsOf(field('visit.pages'))).toEqual(['contains', 'not_contains', 'has_word', 'not_has_word', 'is_empty', 'is_not_empty']);
    expect(field('visit.categories').family).toBe('labels');
    expect(inputOf(field('profile.assurance'), 'at_least')).toBe('pick');
    expect(inputOf(field('case.labels'), 'changed')).toBe('none');
    expect(inputOf(field('case.status'), 'changed')).toBe('change');
  });
});

describe('durations', () => {
  it.each([[300, 5, 'minute'], [90, 90, 'second'], [3600, 1, 'hour'], [172_800, 2, 'day'], [90_000, 25, 'hour']] as const)('%i seconds', (secs, amount, unit) => {
    expect(toSpan(secs)).toEqual({ amount, unit });
    expect(toSecs(amount, unit)).toBe(secs);
  });

  it('stay within what a rule takes, and are said in words', () => {
    expect([toSecs(0, 'minute'), toSecs(99, 'day')]).toEqual([1, 2_592_000]);
    expect([spanText(300), spanText(3600, 'de'), unitName('day', 3, 'pl')]).toEqual(['5 minutes', '1 Stunde', 'dni']);
  });
});

describe('moments', () => {
  it('are shown on the clock here and sent in UTC', () => {
    const local = toLocal('2026-12-24T10:30:00Z');
    expect(toMoment(local)).toBe('2026-12-24T10:30:00Z');
    expect([toLocal('nonsense'), toMoment('')]).toEqual(['', undefined]);
  });
});

describe('an order', () => {
  it('moves one, and holds at the ends', () => {
    expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c']);
    expect(moved(['a', 'b', 'c'], 1, 99)).toEqual(['a', 'c', 'b']);
    expect(moved(['a', 'b', 'c'], 2, -1)).toEqual(['c', 'a', 'b']);
  });

  it('takes rows that came since behind, and forgets those that went', () => {
    const rows = ['a', 'b', 'new'].map((id) => ({ id }));
    expect(inOrder(rows, ['b', 'gone', 'a']).map(({ id }) => id)).toEqual(['b', 'a', 'new']);
  });
});

describe('a value in a text', () => {
  it('stands at the cursor, with its fallback to type over', () => {
    expect(inserted('Hello !', 6, 6, '{profile.name|dear customer}', 'dear customer')).toEqual({ text: 'Hello {profile.name|dear customer}!', start: 20, end: 33 });
    expect(inserted('x', 1, 1, '{case.id}', '')).toEqual({ text: 'x{case.id}', start: 10, end: 10 });
  });

  it('is offered for attributes too', () => {
    const said: string[] = [];
    const items = variableItems(now, (token) => said.push(token));
    for (const item of items.flatMap((group) => group.items ?? [])) if (typeof item === 'object') item.run?.();
    expect(said).toContain('{profile.attributes.tariff}');
    expect(said[0]).toBe(`{profile.name|${m.rules.fallback}}`);
  });
});

describe('why', () => {
  const rule = { ...body, id: 'rule_1' } as unknown as Rule;
  const stopper = { ...body, id: 'rule_2', name: 'Stopper', match: [], actions: [{ kind: 'stop' }] } as unknown as Rule;
  const firing = (more: Partial<DryFiring>): DryFiring => ({ rule: 'rule_1', name: rule.name, verdict: 'unmet', rested: null, sentence: '', block: null, condition: null, replies: [], ...more });
  const step = (...rules: DryFiring[]): DryStep => ({ message: null, at: '', author: 'customer', text: '', refused: null, refused_code: null, rules });
  const said = (one: DryFiring, ...before: DryFiring[]) => bare(whyWords(one, step(...before, one), [rule, stopper], null, null, now));

  it('names the condition that decided', () => {
    expect(said(firing({ block: 0, condition: 0 }))).toBe('This does not hold: the customer is not identified.');
    expect(said(firing({ block: 1 }))).toBe('None of these holds: text of the message has the word “help” or assignee is empty.');
  });

  it('names who stopped it, and why it rests', () => {
    const before = firing({ rule: 'rule_2', name: 'Stopper', verdict: 'fired' });
    expect(said(before)).toBe('It has no conditions.');
    expect(said(firing({ verdict: 'stopped' }), before)).toBe('“Stopper” stopped further rules.');
    expect(said(firing({ verdict: 'rested', rested: 'once' }))).toBe('It fires once in a conversation, and did.');
    expect(said(firing({ verdict: 'off' }))).toBe('It is switched off.');
  });

  it('reads the draft in the place of the rule it is of', () => {
    const draft = { ...body, match: [{ mode: 'all' as const, conditions: [{ field: 'case.status', op: 'is', value: 'open' }] }] };
    const one = firing({ block: 0, condition: 0 });
    expect(bare(whyWords(one, step(one), [rule], draft, 'rule_1', now))).toBe('This does not hold: status is Open.');
  });
});
