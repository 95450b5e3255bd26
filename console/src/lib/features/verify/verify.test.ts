import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { client, type Engagement, type Me, type VerificationState } from '$lib/api';
import { session } from '$lib/state/session.svelte';
import { Verification } from './flow.svelte';
import { backTo, before, chosenBy, isTaken, levelOf, stepOf, STEPS } from './steps';
import VerifyPanel from './VerifyPanel.svelte';

const ADA = { id: 'pro_ada', name: 'Ada Example', reference: 'C-7' };
const BOB = { id: 'pro_bob', name: 'Bob Example', reference: 'C-8' };
const party = () => ({
  profile: null, is_passed: false, level: null, until: null, required: { answered: 0, of: 0 }, additional: { answered: 0, of: 0 }, missing: []
});

function engagement(change: Partial<VerificationState> = {}): Engagement {
  return {
    id: 'eng_1', channel: 'voice', type: 'inbound', status: 'new', result: null, reason: null, sentiment: null, notes: null, custom: {}, case_id: null, call_id: null,
    owner: null, started_at: '2026-11-23T12:00:00Z', ended_at: null, duration_secs: null, initiating_attendee: null, candidates: [], attendees: [], topics: [],
    verification: {
      revision: 0, stage: 'topic', topic: null, about: null, role: 'customer',
      searches: [{ kind: 'text', object: null, label: null, fields: [{ field: 'name', label: null }, { field: 'phone', label: null }] }],
      parties: { representative: party(), customer: party() }, mandates: [], questions: [],
      evidence: { may_replace: false, held: null, can_send_code: false, can_redeem_code: false, ways: [], sent: null }, idle_until: null, ends_at: null, outcome: null, ...change
    }
  };
}

/** A server in miniature: it holds the answers, counts revisions and gives no verdict before the end. */
class StandIn {
  now = engagement();
  asked: { path: string; body: Record<string, unknown> }[] = [];
  readonly #right: Record<string, string> = { birth_date: '3.5.1990', card: '4711' };
  readonly #said = new Map<string, string>();
  overtake = false;

  fetch = (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const url = new URL(String(input), 'http://console.test');
    const body = init?.body ? (JSON.parse(String(init.body)) as Record<string, unknown>) : {};
    if (init?.method === 'POST') this.asked.push({ path: url.pathname.replace('/v1/engagements/eng_1/', ''), body });
    return Promise.resolve(this.#answer(url.pathname, init?.method ?? 'GET', body));
  };

  #answer(path: string, method: string, body: Record<string, unknown>): Response {
    if (path === '/v1/topics') {
      const script = { opening: null, proceed: 'Your balance is here.', stop: null };
      const topic = { key: 'balance', is_confidential: true, is_active: true, minimum_level: 'AL2', problems: [], script };
      return json({ data: [{ ...topic, id: 'top_1', name: 'Balance' }, { ...topic, id: 'top_2', name: 'Opening hours', is_confidential: false }] });
    }
    if (method === 'GET') return json(path.startsWith('/v1/engagements/') ? this.now : { data: [] });
    const state = this.now.verification;
    if (this.overtake) {
      this.overtake = false;
      this.#go({ stage: 'about' });
    }
    if (body['revision'] !== this.now.verification.revision) return problem(409, 'engagement-changed');
    switch (path.split('/').at(-1)) {
      case 'topic':
        return this.#go({ stage: 'about', topic: { id: 'top_1', name: 'Balance', key: 'balance', is_confidential: true, minimum_level: 'al2', script: { opening: null, proceed: null, stop: null }, next_action: null } });
      case 'subject':
        return this.#go({ stage: 'search', about: body['about'] as 'self', role: body['about'] === 'self' ? 'customer' : 'representative' });
      case 'search':
        this.#go({});
        return json({ engagement: this.now, is_truncated: false, results: [ADA, BOB].map((profile) => ({ profile, fields: { town: 'Berlin' }, is_candidate: false })) });
      case 'select': {
        const questions = Object.keys(this.#right).map((field) => ({ field, label: null, answer: 'date' as const, judge: 'server' as const, is_required: true, is_answered: false }));
        return this.#go({ stage: 'questions', questions, parties: { ...state.parties, customer: { ...party(), profile: ADA, required: { answered: 0, of: 2 } } } });
      }
      case 'answers': {
        const [{ field, said }] = body['answers'] as [{ field: string; said: string }];
        if (said === '3.5.90') return problem(422, 'invalid', [{ pointer: '/answers/0/said', code: 'two-digit-year', detail: 'The year has two digits.' }]);
        this.#said.set(field, said);
        const questions = state.questions.map((one) => ({ ...one, is_answered: this.#said.has(one.field) }));
        return this.#go({ questions, parties: { ...state.parties, customer: { ...state.parties.customer, required: { answered: this.#said.size, of: 2 } } } });
      }
      case 'finish': {
        const isRight = Object.entries(this.#right).every(([field, right]) => this.#said.get(field) === right);
        const at = '2026-11-23T12:01:00Z';
        return this.#go({
          stage: 'done',
          outcome: isRight
            ? { result: 'proceed', class: null, role: null, level: 'AL2', at, until: null, words: 'Your balance is here.', next_action: null, profile_id: ADA.id }
            : { result: 'stop', class: 'not_verified', role: 'customer', level: null, at, until: null, words: null, next_action: null, profile_id: null }
        });
      }
      case 'back':
        return this.#go({ stage: body['to'] as 'topic', topic: null });
      default:
        return problem(404, 'not-found');
    }
  }

  #go(change: Partial<VerificationState>): Response {
    const old = this.now.verification;
    this.now = { ...this.now, verification: { ...old, ...change, revision: old.revision + 1 } };
    return json(this.now);
  }
}

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
const problem = (status: number, code: string, errors: unknown[] = []) => json({ status, code, title: code, detail: '', errors }, status);

let server: StandIn;
const press = (key: string) => fireEvent.keyDown(document.activeElement ?? document.body, { key });

function show(from = server.now) {
  server.now = from;
  const flow = new Verification(from);
  render(VerifyPanel, { flow });
  return flow;
}

beforeEach(() => {
  server = new StandIn();
  vi.stubGlobal('fetch', server.fetch);
  session.me = { permissions: ['engagement.write', 'verification.read', 'profile.read'], user: { id: 'usr_1' } } as unknown as Me;
});
afterEach(() => {
  session.me = null;
  client.forgetAhead();
});

async function toQuestions() {
  await waitFor(() => expect(document.activeElement?.textContent).toContain('Balance'));
  await press('1');
  await waitFor(() => expect(document.activeElement?.textContent).toContain('About themselves'));
  await press('1');
  const search = await screen.findByRole('searchbox');
  expect(document.activeElement).toBe(search);
  await fireEvent.input(search, { target: { value: 'Ada' } });
  await fireEvent.submit(search.closest('form')!);
  await waitFor(() => expect(document.activeElement?.textContent).toContain('C-7'));
  await press('ArrowDown');
  expect(document.activeElement?.textContent).toContain('C-8');
  await press('1');
  await screen.findByText(/0 of 2 required answered/);
}

async function say(field: RegExp, words: string) {
  const input = screen.getByLabelText(field, { selector: 'input' });
  await fireEvent.input(input, { target: { value: words } });
  await fireEvent.keyDown(input, { key: 'Enter' });
}

describe('a verification', () => {
  it('is done by keyboard from the reason to Proceed, and says what to say', async () => {
    show();
    await toQuestions();
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText(/Birth date/, { selector: 'input' })));
    await say(/Birth date/, '3.5.1990');
    expect(document.activeElement).toBe(screen.getByLabelText(/Card/, { selector: 'input' }));
    await say(/Card/, '4711');
    expect(document.activeElement?.textContent).toBe('Decide');
    await screen.findByText(/2 of 2 required answered/);
    expect(screen.queryByText('Proceed')).toBeNull();
    await fireEvent.click(document.activeElement!);
    await screen.findByRole('heading', { name: 'Proceed' });
    expect(screen.getByText('Your balance is here.')).toBeTruthy();
    await waitFor(() => expect(document.activeElement?.getAttribute('href')).toBe('/customers/pro_ada'));
    expect(server.asked.map(({ path }) => path)).toEqual(['topic', 'subject', 'search', 'select', 'answers', 'answers', 'finish']);
    expect(server.asked.map(({ body }) => body['revision'])).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('says at the end that it stops, and not which answer was wrong', async () => {
    show();
    await toQuestions();
    await say(/Birth date/, '4.5.1990');
    await say(/Card/, '4711');
    await fireEvent.click(screen.getByText('Decide'));
    await screen.findByRole('heading', { name: 'Stop' });
    expect(document.body.textContent).toContain('The answers about the customer did not suffice.');
    expect(document.body.textContent).not.toContain('Birth date');
    expect(screen.queryByRole('link')).toBeNull();
  });

  it('asks again for what cannot be read, and decides nothing before', async () => {
    show();
    await toQuestions();
    await say(/Birth date/, '3.5.90');
    await say(/Card/, '4711');
    await screen.findByText('Ask for the whole year, with four digits.');
    await fireEvent.click(screen.getByText('Decide'));
    expect(document.activeElement).toBe(screen.getByLabelText(/Birth date/, { selector: 'input' }));
    expect(server.asked.some(({ path }) => path === 'finish')).toBe(false);
    await say(/Birth date/, '3.5.1990');
    await fireEvent.click(screen.getByText('Decide'));
    await screen.findByRole('heading', { name: 'Proceed' });
  });

  it('ticks by number only the question that has the focus', async () => {
    const ask = (field: string) => ({ field, label: field, answer: 'text' as const, judge: 'agent' as const, is_required: true, is_answered: false });
    show(engagement({ stage: 'questions', about: 'self', questions: [ask('seal'), ask('signature')], parties: { representative: party(), customer: { ...party(), profile: ADA, required: { answered: 0, of: 2 } } } }));
    screen.getByText('Decide').focus();
    await press('1');
    expect(server.asked).toEqual([]);
    screen.getByRole('group', { name: 'signature' }).querySelector('button')!.focus();
    await press('2');
    await waitFor(() => expect(server.asked.map(({ body }) => body['answers'])).toEqual([[{ field: 'signature', is_right: false }]]));
  });

  it('shows where it stands when a colleague went on with it', async () => {
    show();
    await waitFor(() => expect(document.activeElement?.textContent).toContain('Balance'));
    server.overtake = true;
    await press('1');
    await screen.findByText(/A colleague went on/);
    expect(screen.getByRole('heading', { name: 'About whom?' })).toBeTruthy();
    await press('Escape');
    await screen.findByRole('heading', { name: 'What is it about?' });
    expect(server.asked.at(-1)).toEqual({ path: 'back', body: { revision: 1, to: 'topic' } });
  });

  it('offers a registered number to whoever speaks for themselves, and not to a representative', async () => {
    const known = { ...engagement({ stage: 'search', about: 'self' }), candidates: [ADA] };
    const { unmount } = render(VerifyPanel, { flow: new Verification(known) });
    expect(await screen.findByRole('button', { name: /Ada Example/ })).toBeTruthy();
    unmount();
    const other = { ...engagement({ stage: 'search', about: 'someone_else', role: 'representative' }), candidates: [ADA] };
    render(VerifyPanel, { flow: new Verification(other) });
    await screen.findByText(/searched for all the same/);
    expect(screen.queryByRole('button', { name: /Ada Example/ })).toBeNull();
  });

  it('always shows both levels', async () => {
    const parties = { representative: { ...party(), profile: BOB, is_passed: true, level: 'al2' as const }, customer: party() };
    show(engagement({ stage: 'mandate', about: 'someone_else', parties }));
    const levels = screen.getByLabelText('Who is verified, and how sure');
    expect(levels.textContent).toMatch(/Representative.*Bob Example.*Verified.*Customer.*Anonymous/s);
    expect(screen.getByText(/No mandate is on file/)).toBeTruthy();
  });

  it('takes no steps of whoever may only look', () => {
    session.me = { permissions: ['verification.read'], user: { id: 'usr_1' } } as unknown as Me;
    show();
    expect(screen.getByText(/You can look/)).toBeTruthy();
    expect(screen.queryByRole('button')).toBeNull();
  });
});

describe('the steps', () => {
  it('go back to what they rest on', () => {
    const at = (stage: VerificationState['stage'], about: VerificationState['about'], role: VerificationState['role'] = 'customer', mandates: unknown[] = []) =>
      before({ stage, about, role, mandates });
    expect([at('topic', null), at('about', null), at('search', 'self'), at('questions', 'self'), at('done', 'self')]).toEqual([null, 'topic', 'about', 'customer', null]);
    expect([at('search', 'someone_else', 'representative'), at('questions', 'someone_else', 'representative'), at('mandate', 'someone_else')]).toEqual(['about', 'representative', 'representative']);
    expect([at('search', 'someone_else', 'customer', [{}]), at('search', 'someone_else')]).toEqual(['mandate', 'representative']);
    expect(backTo({ stage: 'questions', role: 'representative' }, 'find')).toBe('representative');
    expect([backTo({ stage: 'search', role: 'customer' }, 'questions'), backTo({ stage: 'done', role: 'customer' }, 'reason')]).toEqual([null, null]);
    expect(stepOf({ stage: 'mandate' })).toBe('find');
  });

  it('that were not taken do not look as if they were', () => {
    const ended = engagement({ stage: 'done', outcome: { result: 'stop', class: 'ended', role: null, level: 'al0', at: '', until: null, words: null, next_action: null, profile_id: null } }).verification;
    expect(STEPS.filter((step) => isTaken(ended, step))).toEqual([]);
    expect(STEPS.filter((step) => isTaken(engagement({ stage: 'questions' }).verification, step))).toEqual(['reason', 'about', 'find']);
  });

  it('take numbers as long as there is something of that number', () => {
    const key = (name: string, more = {}) => ({ key: name, ctrlKey: false, metaKey: false, altKey: false, ...more });
    expect([chosenBy(key('2'), 2), chosenBy(key('3'), 2), chosenBy(key('0'), 9), chosenBy(key('1', { altKey: true }), 2)]).toEqual([1, null, null, null]);
  });

  it('read a level as the badge spells it, and nothing as none', () => {
    expect([levelOf('AL2'), levelOf('al3'), levelOf(null), levelOf('AL9')]).toEqual(['al2', 'al3', 'al0', 'al0']);
  });
});
