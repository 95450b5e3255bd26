import { fireEvent, render, screen } from '@testing-library/svelte';
import { createRawSnippet } from 'svelte';
import { expect, it } from 'vitest';
import Field from './Field.svelte';

/** A form of two fields; both arrive as markup, because a snippet of a test is text. */
function form(...controls: string[]) {
  const node = document.createElement('form');
  document.body.append(node);
  const fields = controls.map((control, at) =>
    render(Field, {
      target: node.appendChild(document.createElement('div')),
      props: { label: `Field ${at + 1}`, help: 'A word of help', children: createRawSnippet(() => ({ render: () => control })) }
    })
  );
  return { node, fields };
}

it('a form says in its own words what is missing, and leads to the first of them', async () => {
  const { node } = form('<input id="first" required>', '<input id="second" required minlength="15">');
  expect(node.reportValidity()).toBe(false);
  expect(await screen.findAllByText('Fill this in.')).toHaveLength(2);
  expect(document.activeElement?.id).toBe('first');
  node.remove();
});

it('takes the browser’s own bubble away', () => {
  const { node } = form('<input required>');
  const event = new Event('invalid', { cancelable: true });
  node.querySelector('input')!.dispatchEvent(event);
  expect(event.defaultPrevented).toBe(true);
  node.remove();
});

it('speaks when the reader goes on, and is quiet again as soon as it is right', async () => {
  const { node } = form('<input type="email" id="mail">', '<input id="next">');
  const [mail, next] = [...node.querySelectorAll('input')] as [HTMLInputElement, HTMLInputElement];
  mail.value = 'ann';
  await fireEvent.focusOut(mail, { relatedTarget: null });
  expect(screen.queryByText(/an e-mail address/)).toBeNull();
  await fireEvent.focusOut(mail, { relatedTarget: next });
  expect(screen.getByText(/an e-mail address/)).toBeTruthy();
  mail.value = 'ann@example.org';
  await fireEvent.input(mail);
  expect(screen.queryByText(/an e-mail address/)).toBeNull();
  node.remove();
});

it('does not scold who passes an empty field', async () => {
  const { node } = form('<input required id="empty">', '<input id="next">');
  const [empty, next] = [...node.querySelectorAll('input')] as [HTMLInputElement, HTMLInputElement];
  await fireEvent.focusOut(empty, { relatedTarget: next });
  expect(screen.queryByText('Fill this in.')).toBeNull();
  node.remove();
});

it.each([
  ['<input type="number" min="1" max="9" value="0">', 'At least 1.'],
  ['<input type="number" min="1" max="9" value="12">', 'At most 9.'],
  ['<input type="number" min="0" step="1" value="1.5">', 'Write a whole number without decimals.'],
  ['<input type="url" value="example.org">', 'Write a whole address, such as https://example.org.'],
  ['<input pattern="#[0-9]+" value="red">', 'This does not have the right form.']
])('says of %s: %s', async (control, sentence) => {
  const { node } = form(control);
  node.reportValidity();
  expect(await screen.findByText(sentence)).toBeTruthy();
  node.remove();
});
