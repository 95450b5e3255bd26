import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { createRawSnippet } from 'svelte';
import { expect, it, vi } from 'vitest';
import Steps from './Steps.svelte';
import PhrasesForm from './PhrasesForm.svelte';

it('a step that can be gone back to is a button that says so; the others are words, and one of them is now', async () => {
  const run = vi.fn();
  render(Steps, { label: 'Steps', at: 1, steps: [{ name: 'Reason', done: true, back: { label: 'Back to: Reason', run } }, { name: 'Find', done: false }] });
  await fireEvent.click(screen.getByRole('button', { name: 'Back to: Reason' }));
  expect(run).toHaveBeenCalledOnce();
  expect(screen.getAllByRole('button')).toHaveLength(1);
  expect(screen.getAllByRole('listitem').map((step) => step.getAttribute('aria-current'))).toEqual([null, 'step']);
});

it('phrases are saved without the empty ones, and only once something changed', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('{"title":"Ours"}', { headers: { 'content-type': 'application/json' } })));
  const save = vi.fn(() => Promise.resolve());
  render(PhrasesForm, {
    product: 'widget', phrases: { en: { title: 'Hello' } }, languages: ['en'], first: 'en', known: { title: 'Title', text: 'Text' }, at: 'phrases', verb: 'Save phrases',
    mayWrite: true, save, preview: createRawSnippet(() => ({ render: () => '<p>preview</p>' }))
  });
  const button = screen.getByRole<HTMLButtonElement>('button', { name: 'Save phrases' });
  expect(button.disabled).toBe(true);
  await fireEvent.input(screen.getByLabelText('Text'), { target: { value: '  ' } });
  expect(button.disabled).toBe(true);
  await fireEvent.input(screen.getByLabelText('Text'), { target: { value: 'Come in' } });
  await fireEvent.click(button);
  await waitFor(() => expect(save).toHaveBeenCalledWith({ en: { title: 'Hello', text: 'Come in' } }));
});
