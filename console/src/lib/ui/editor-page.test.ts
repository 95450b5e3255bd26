import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { createRawSnippet } from 'svelte';
import { beforeEach, expect, it, vi } from 'vitest';
import type { Me } from '$lib/api';
import { Action, Resource } from '$lib/state/resource.svelte';
import { session } from '$lib/state/session.svelte';
import { toasts } from '$lib/state/toasts.svelte';
import EditorPage from './EditorPage.svelte';

const went = vi.hoisted(() => vi.fn());
vi.mock('$app/navigation', () => ({ goto: went, beforeNavigate: () => {} }));

interface Thing {
  id: string;
}

const snippet = (html: string) => createRawSnippet(() => ({ render: () => html }));

// jsdom has no dialogs.
HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
  this.open = true;
};
HTMLDialogElement.prototype.close ??= () => {};

let order: string[];
beforeEach(() => {
  order = [];
  went.mockReset().mockImplementation((to: string) => void order.push(`to ${to}`));
  session.me = { permissions: ['phone.read', 'phone.write'] } as unknown as Me;
});

function shown(more: { saves?: Thing | null; isDirty?: boolean; isNew?: boolean; checked?: boolean; mayWrite?: boolean; field?: string } = {}) {
  const { saves = { id: 'one' }, isDirty = true, isNew = false, checked = false, mayWrite = true, field = '<input aria-label="Name" />' } = more;
  const editor = {
    isDirty, saving: new Action(),
    save: () => (order.push('saved'), Promise.resolve(saves)),
    discard: () => void order.push('discarded')
  };
  const { container } = render(EditorPage, {
    title: 'A thing', needs: 'phone.read', back: { href: '/things', label: 'Things' }, editor, loaded: new Resource<Thing>(() => Promise.resolve({ id: 'one' })),
    retry: () => {}, isShown: true, isNew, mayWrite, checked,
    deletion: { title: 'Delete it?', text: 'It is gone.', typed: 'Thing', run: () => (order.push('deleted'), Promise.resolve()) },
    children: snippet(`<div>${field}</div>`), beside: snippet('<p>beside</p>')
  });
  return container.querySelector('form')!;
}

it('something new gets its own address once it is saved; what has one stays where it is', async () => {
  await fireEvent.submit(shown({ isNew: true }));
  await waitFor(() => expect(order).toEqual(['saved', 'to /things/one']));
  order = [];
  await fireEvent.submit(shown());
  await waitFor(() => expect(toasts.items.length).toBeGreaterThan(1));
  expect(order).toEqual(['saved']);
});

it('what did not change is not sent, and neither is what one may not write', async () => {
  await fireEvent.submit(shown({ isDirty: false }));
  await fireEvent.submit(shown({ mayWrite: false }));
  expect(order).toEqual([]);
});

it('what the browser finds wrong is not sent where it is checked', async () => {
  await fireEvent.submit(shown({ checked: true, field: '<input required aria-label="Name" />' }));
  expect(order).toEqual([]);
});

it('what the server refuses leads to the first field that is wrong', async () => {
  await fireEvent.submit(shown({ saves: null, isNew: true, field: '<input aria-label="Right" /><input aria-invalid="true" aria-label="Wrong" />' }));
  await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText('Wrong')));
  expect(order).toEqual(['saved']);
});

it('it is deleted after its name is typed, and nobody is asked about changes to what is gone', async () => {
  shown();
  await fireEvent.click(screen.getByRole('button', { name: 'Delete' }));
  const confirm = screen.getAllByRole<HTMLButtonElement>('button', { name: 'Delete', hidden: true }).at(-1)!;
  expect(confirm.disabled).toBe(true);
  await fireEvent.input(screen.getByRole('textbox', { name: /Thing/, hidden: true }), { target: { value: 'Thing' } });
  await fireEvent.click(confirm);
  await waitFor(() => expect(order).toEqual(['deleted', 'discarded', 'to /things']));
});
