import { describe, expect, it } from 'vitest';
import { inLines, SIGN_IN_CODE } from './code';
import { draftOf, idFor, says, triggerOf } from './draft';
import { readSchema } from './schema';

describe('a trigger', () => {
  it('is sent with what its action needs, and nothing typed for another one', () => {
    const draft = { ...draftOf(null), name: ' Stays ', element: '.buy', page: ' /loans ', percent: 80 };
    expect(triggerOf(draft, [])).toEqual({ id: 'stays', name: 'Stays', action: 'timer', page: '/loans', seconds: 30, condition: 'always', postcondition: 'none', values: [] });
    expect(triggerOf({ ...draft, action: 'click' }, [])).not.toHaveProperty('seconds');
    expect(triggerOf({ ...draft, action: 'click' }, [])).toHaveProperty('element', '.buy');
    expect(triggerOf({ ...draft, action: 'scroll' }, [])).toHaveProperty('percent', 80);
    expect(triggerOf({ ...draft, action: 'submit', element: '' }, [])).not.toHaveProperty('element');
  });

  it('comes back from its form as it went in', () => {
    const trigger = triggerOf(
      { ...draftOf(null), name: 'Buy', action: 'click', element: '#buy', values: [
        { name: 'price', from: 'attribute', selector: '#price', attribute: 'data-price', value: 'left over' },
        { name: 'kind', from: 'constant', selector: 'left over', attribute: '', value: 'web' }
      ] },
      []
    );
    expect(trigger.values).toEqual([
      { name: 'price', from: 'attribute', selector: '#price', attribute: 'data-price' }, { name: 'kind', from: 'constant', value: 'web' }
    ]);
    expect(triggerOf(draftOf(trigger), ['buy'])).toEqual(trigger);
  });

  it('gets an id of its own from its name', () => {
    expect(idFor('Timeout-30', [])).toBe('timeout-30');
    expect(idFor('Kündigung!', ['kundigung'])).toBe('kundigung-2');
    expect(idFor('Покупка', ['trigger', 'trigger-2'])).toBe('trigger-3');
  });

  it('is told in words', () => {
    const of = (action: 'timer' | 'click' | 'scroll' | 'submit', element = '') => says(triggerOf({ ...draftOf(null), name: 'x', action, element, seconds: 1 }, []));
    expect(of('timer')).toBe('After 1 second');
    expect(of('click', '.buy')).toBe('A click on \u2068.buy\u2069');
    expect(of('scroll')).toBe('50% of the page scrolled');
    expect(of('submit')).toBe('A form is sent');
  });
});

it('a schema is an object of JSON, and nothing else', () => {
  expect(readSchema('{"type":"object"}')).toEqual({ type: 'object' });
  for (const text of ['', '[]', '"object"', 'null', '{type: 1}']) expect(readSchema(text)).toBeNull();
});

describe('the code of a page', () => {
  it('is the same HTML in lines', () => {
    const html = '<script async src="https://id.example/tracker/1/tracker.js" integrity="sha384-a b" crossorigin data-key="cswk_1"></script>';
    const lines = inLines(html);
    expect(lines.split('\n')).toHaveLength(5);
    const read = (text: string) => new DOMParser().parseFromString(text, 'text/html').head.innerHTML;
    expect(read(lines)).toBe(read(html));
  });

  it('closes its tag', () => expect(SIGN_IN_CODE.endsWith('</script>')).toBe(true));
});
