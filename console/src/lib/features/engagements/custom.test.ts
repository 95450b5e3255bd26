import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Engagement, Me } from '$lib/api';
import { session } from '$lib/state/session.svelte';
import { customOf, isSame, newRow, rowsOf, twice } from './custom';
import CustomFields from './CustomFields.svelte';

describe('own fields of an engagement', () => {
  it('come out as they went in; a row without a name or without a value is none', () => {
    expect(customOf(rowsOf({ branch: 'Nord', ticket: 'T-7' }))).toEqual({ branch: 'Nord', ticket: 'T-7' });
    expect(customOf([newRow(' branch ', ' Nord '), newRow('', 'lost'), newRow('gone', ' ')])).toEqual({ branch: 'Nord' });
  });

  it('have each a name of their own, and no order', () => {
    expect(twice([newRow('branch', 'a'), newRow('ticket', 'b'), newRow('branch ', 'c')])).toBe('branch');
    expect(twice([newRow('', 'a'), newRow('', 'b')])).toBeNull();
    expect(isSame({ a: '1', b: '2' }, { b: '2', a: '1' })).toBe(true);
    expect(isSame({ a: '1' }, { a: '2' })).toBe(false);
  });
});

describe('the form of own fields', () => {
  const engagement = (custom: Record<string, string>, masked: string[] = []) => ({ id: 'eng_1', custom, masked }) as unknown as Engagement;
  let sent: unknown[];
  beforeEach(() => {
    sent = [];
    session.me = { permissions: ['engagement.write'] } as unknown as Me;
    vi.stubGlobal('fetch', (_: unknown, init?: RequestInit) => {
      sent.push(JSON.parse(String(init?.body)));
      return Promise.resolve(new Response('{}', { headers: { 'content-type': 'application/json' } }));
    });
  });

  it('sends all of them, with the one that was added', async () => {
    render(CustomFields, { engagement: engagement({ branch: 'Nord' }), onsaved: () => {} });
    await fireEvent.click(screen.getByRole('button', { name: 'Add a field' }));
    await fireEvent.input(screen.getAllByLabelText('Name').at(-1)!, { target: { value: 'ticket' } });
    await fireEvent.input(screen.getAllByLabelText('Value').at(-1)!, { target: { value: 'T-7' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(sent).toEqual([{ custom: { branch: 'Nord', ticket: 'T-7' } }]));
  });

  it('sends nothing while two have one name, and says which', async () => {
    render(CustomFields, { engagement: engagement({ branch: 'Nord', ticket: 'T-7' }), onsaved: () => {} });
    await fireEvent.input(screen.getAllByLabelText('Name').at(-1)!, { target: { value: 'branch' } });
    await fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(screen.getByText('There are two fields called branch.')).toBeTruthy();
    expect(sent).toEqual([]);
  });

  it('has no more to add at fifty', () => {
    render(CustomFields, { engagement: engagement(Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`field_${n}`, 'x']))), onsaved: () => {} });
    expect(screen.queryByRole('button', { name: 'Add a field' })).toBeNull();
  });

  it('of whoever sees them masked is not written: the marks would take the place of the words', () => {
    const { container } = render(CustomFields, { engagement: engagement({ branch: '•••' }, ['custom']), onsaved: () => {} });
    expect(container.querySelector('input, button')).toBeNull();
    expect(container.textContent).toContain('branch');
  });
});
