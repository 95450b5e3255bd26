import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { PolicyDocument, VerificationFinding, VerificationPolicy } from '$lib/api';
import { PolicyEditor } from './editor.svelte';
import Findings from './Findings.svelte';
import PublishPolicy from './PublishPolicy.svelte';

const draft: PolicyDocument = {
  name: 'Accounts', mandate: 'required', locks: { failures: 3, within_secs: 86_400, lock_secs: 86_400 }, valid_secs: 3600,
  customer: { searches: [], required: [], additional: [], additional_minimum: 0, strong_evidence_replaces: true }
};
const warning: VerificationFinding = { severity: 'warning', code: 'too-weak', pointer: '/customer/required', detail: 'Too weak.', hint: '' };
const policy: VerificationPolicy = {
  id: 'vpol_1', name: 'Accounts', draft, revision: 4, published_version: null, is_changed: true, published_at: null, published_by: null,
  findings: [warning], strength: { customer: 9, representative: null }, is_used_by: []
};

let found: VerificationFinding[];
let sent: { path: string; method: string; body: unknown }[];
beforeEach(() => {
  found = [warning, { ...warning, pointer: '/representative/required' }];
  sent = [];
  vi.stubGlobal('fetch', (input: RequestInfo | URL, init?: RequestInit) => {
    const [path, body] = [String(input), init?.body ? (JSON.parse(String(init.body)) as unknown) : null];
    sent.push({ path, method: init?.method ?? 'GET', body });
    const answer = path.endsWith('/check') ? { findings: found, strength: policy.strength } : path.endsWith('/publish') ? { ...policy, published_version: 1 } : { ...policy, revision: 5 };
    return Promise.resolve(new Response(JSON.stringify(answer), { headers: { 'content-type': 'application/json' } }));
  });
});

const button = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Publish' });

// jsdom has no dialogs.
HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
  this.open = true;
};
HTMLDialogElement.prototype.close ??= () => {};

describe('publishing a policy', () => {
  it('waits until each kind of warning is accepted, and names what was accepted', async () => {
    render(PublishPolicy, { editor: new PolicyEditor(policy), onclose: () => {} });
    const box = await screen.findByRole('checkbox');
    expect(screen.getAllByRole('checkbox')).toHaveLength(1);
    expect(button().disabled).toBe(true);
    await fireEvent.click(box);
    await waitFor(() => expect(button().disabled).toBe(false));
    await fireEvent.click(button());
    await waitFor(() => expect(sent.at(-1)).toMatchObject({ path: '/v1/verification-policies/vpol_1/publish', body: { revision: 4, acknowledged: ['too-weak'] } }));
  });

  it('is not done with a problem in it', async () => {
    found = [{ ...warning, severity: 'problem', code: 'no-search' }];
    render(PublishPolicy, { editor: new PolicyEditor(policy), onclose: () => {} });
    await screen.findByText(/cannot be published/);
    expect(button().disabled).toBe(true);
  });

  it('takes what is saved: a change is saved first', async () => {
    const editor = new PolicyEditor(policy);
    editor.draft.valid_secs = 600;
    expect(editor.isDirty).toBe(true);
    found = [];
    render(PublishPolicy, { editor, onclose: () => {} });
    await waitFor(() => expect(button().disabled).toBe(false));
    await fireEvent.click(button());
    await waitFor(() => expect(sent.map(({ path, method }) => `${method} ${path.split('/').at(-1)}`)).toEqual(['PATCH vpol_1', 'POST check', 'POST publish']));
    expect(sent.at(-1)?.body).toEqual({ revision: 5, acknowledged: [] });
  });
});

it('a finding leads to its place', async () => {
  const opened: string[] = [];
  render(Findings, { findings: [warning], onopen: (pointer: string) => opened.push(pointer) });
  await fireEvent.click(screen.getByRole('button', { name: /weaker than 20 bits/ }));
  expect(opened).toEqual(['/customer/required']);
});
