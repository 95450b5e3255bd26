import { describe, expect, it } from 'vitest';
import type { FlowDocument, FlowNode } from '$lib/api';
import { changesBetween, isSame, stable } from './changes';
import { addNode, arrange, chooseKeys, connect, freeId, moveNode, patchNode, removeBranch, removeNode, renameBranch, renameNode } from './edit';
import { documentOf, EXAMPLES } from './examples';
import { listOf, turned } from './forms/pieces';
import { History } from './history';
import { exitsOf, FAMILIES, newNode } from './kinds';
import { draw, neighbourOf, orderOf, placeAt, placesOf, rounded, SIZE } from './layout';
import { nodeName } from './names';
import { classesOf, inScope, inserted, opened } from './variables';
import { NODE_KINDS } from '$lib/api';

const node = (kind: FlowNode['kind'], exits: Record<string, string> = {}, more: Partial<FlowNode> = {}): FlowNode => ({ kind, exits, ...more });
const bank = (): FlowDocument => ({
  start: 'ask', on_error: 'agents',
  nodes: {
    bye: node('hang_up'),
    agents: node('queue', { timeout: 'bye', failed: 'bye' }),
    look: node('http_request', { found: 'agents', not_found: 'ask', unavailable: 'agents' }, { variable: 'customerInfo' }),
    ask: node('keypad_input', { next: 'look', failed: 'agents' }, { variable: 'accountNumber' })
  }
});
const at = (document: FlowDocument) => Object.fromEntries([...placesOf(document)].map(([id, { column, row }]) => [id, `${column}/${row}`]));

describe('the layout', () => {
  it('puts a node below everything that leads to it, and follows no line that leads back', () => {
    expect(at(bank())).toEqual({ ask: '0/0', look: '0/1', agents: '0/2', bye: '0/3' });
  });

  it('leaves what somebody placed where it is, and covers nothing', () => {
    const document = bank();
    document.nodes['look']!.at = { column: 2, row: 5 };
    document.nodes['ask']!.at = { column: 2, row: 5 };
    const places = placesOf(document);
    expect(places.get('look')).toEqual({ column: 2, row: 5 });
    expect(new Set([...places.values()].map(({ column, row }) => `${column}/${row}`)).size).toBe(4);
    expect(Math.min(...['ask', 'agents', 'bye'].map((id) => places.get(id)!.row))).toBeGreaterThan(5);
  });

  it('tells nodes in the order of a call, and those that no call reaches at the end', () => {
    const document = bank();
    document.nodes['lost'] = node('play');
    expect([...orderOf(document).keys()]).toEqual(['ask', 'look', 'agents', 'bye', 'lost']);
  });

  it('draws a line for each exit that leads somewhere, within the drawing', () => {
    const document = bank();
    document.nodes['look']!.exits!['found'] = 'gone';
    const drawing = draw(document, placesOf(document));
    expect(drawing.lines.map((line) => `${line.from} ${line.exit} ${line.to}`).sort()).toEqual([
      'agents failed bye', 'agents timeout bye', 'ask failed agents', 'ask next look', 'look not_found ask', 'look unavailable agents'
    ]);
    for (const line of drawing.lines) {
      for (const number of line.path.match(/-?\d+(\.\d+)?/g)!.map(Number)) expect(number).toBeGreaterThanOrEqual(0);
    }
    const [ask, look] = [drawing.boxes.get('ask')!, drawing.boxes.get('look')!];
    expect(look.y).toBe(ask.y + ask.height + SIZE.gap);
  });

  it('finds the place under the pointer, also below all', () => {
    const document = bank();
    const places = placesOf(document);
    const drawing = draw(document, places);
    for (const [id, box] of drawing.boxes) expect(placeAt(drawing, places, box.x + 4, box.y + 4)).toEqual(places.get(id));
    expect(placeAt(drawing, places, SIZE.pad + SIZE.column, drawing.height + 100)).toEqual({ column: 1, row: 4 });
    expect(placeAt(drawing, places, -500, -500)).toEqual({ column: 0, row: 0 });
  });

  it('walks to the nearest node in a direction', () => {
    const places = new Map([['a', { column: 0, row: 0 }], ['b', { column: 1, row: 0 }], ['c', { column: 3, row: 1 }], ['d', { column: 0, row: 4 }]]);
    expect(neighbourOf(places, 'a', { column: 1, row: 0 })).toBe('b');
    expect(neighbourOf(places, 'b', { column: 1, row: 0 })).toBe('c');
    expect(neighbourOf(places, 'a', { column: 0, row: 1 })).toBe('d');
    expect(neighbourOf(places, 'a', { column: -1, row: 0 })).toBeNull();
  });

  it('rounds corners only as far as there is room', () => {
    expect(rounded([[0, 0], [20, 0], [20, 20]])).toBe('M0 0L13 0Q20 0 20 7L20 20');
    expect(rounded([[0, 0], [4, 0], [4, 20]])).toBe('M0 0L2 0Q4 0 4 2L4 20');
  });
});

describe('changes of a flow', () => {
  it('change nothing that they were given', () => {
    const document = bank();
    const before = stable(document);
    addNode(document, 'play', { node: 'ask', exit: 'next' });
    removeNode(document, 'agents');
    renameNode(document, 'ask', 'question');
    connect(document, 'ask', 'next', null);
    moveNode(document, 'ask', { column: 4, row: 4 });
    arrange(document);
    chooseKeys(document, 'ask', ['1']);
    expect(stable(document)).toBe(before);
  });

  it('add a node below the exit it is drawn from, and move nobody', () => {
    const before = at(bank());
    const { document, id } = addNode(bank(), 'play', { node: 'ask', exit: 'failed' });
    expect(document.nodes['ask']!.exits).toEqual({ next: 'look', failed: id });
    expect(at(document)).toEqual({ ...before, [id]: '1/1' });
  });

  it('let calls begin at the first node', () => {
    const { document, id } = addNode({ start: 'start', nodes: {} }, 'menu');
    expect(document.start).toBe(id);
    expect(addNode(document, 'hang_up').document.start).toBe(id);
  });

  it('take the lines of a node that goes along, and what it was marked as', () => {
    const left = removeNode(bank(), 'agents');
    expect(left.nodes['ask']!.exits).toEqual({ next: 'look' });
    expect(left.nodes['look']!.exits).toEqual({ not_found: 'ask' });
    expect('on_error' in left).toBe(false);
    expect(removeNode(bank(), 'ask').start).not.toBe('ask');
  });

  it('lead everything to the new name', () => {
    const renamed = renameNode(bank(), 'agents', 'people');
    expect(renamed.on_error).toBe('people');
    expect(renamed.nodes['look']!.exits).toEqual({ found: 'people', not_found: 'ask', unavailable: 'people' });
    expect(renameNode(bank(), 'ask', 'q').start).toBe('q');
    expect(Object.keys(renamed.nodes)).not.toContain('agents');
  });

  it('change places with whoever stands there', () => {
    const moved = moveNode(bank(), 'ask', { column: 0, row: 1 });
    expect(at(moved)).toEqual({ ask: '0/1', look: '0/0', agents: '0/2', bye: '0/3' });
    expect(moveNode(bank(), 'ask', { column: -3, row: 0 }).nodes['ask']!.at).toBeUndefined();
  });

  it('take out what is not said any more', () => {
    const set = patchNode(bank(), 'ask', { tries: 5 });
    expect(set.nodes['ask']!.tries).toBe(5);
    expect('tries' in patchNode(set, 'ask', { tries: undefined } as unknown as Partial<FlowNode>).nodes['ask']!).toBe(false);
  });

  it('keep the line of a branch that is renamed, and take that of one that goes', () => {
    const document: FlowDocument = {
      start: 'if',
      nodes: { if: node('condition', { yes: 'bye', otherwise: 'bye' }, { branches: [{ exit: 'yes', all: [] }, { exit: 'no', all: [] }] }), bye: node('hang_up') }
    };
    expect(renameBranch(document, 'if', 0, 'sure').nodes['if']!.exits).toEqual({ sure: 'bye', otherwise: 'bye' });
    const left = removeBranch(document, 'if', 0).nodes['if']!;
    expect([left.exits, exitsOf(left)]).toEqual([{ otherwise: 'bye' }, ['no', 'otherwise']]);
  });

  it('show the keys of a menu as they stand on a telephone', () => {
    const menu = node('menu', { '9': 'bye', '1': 'bye', failed: 'bye' });
    expect(exitsOf(menu)).toEqual(['1', '9', 'failed']);
    const chosen = chooseKeys({ start: 'm', nodes: { m: menu, bye: node('hang_up') } }, 'm', ['2', '1']).nodes['m']!;
    expect([exitsOf(chosen), chosen.exits]).toEqual([['1', '2', 'failed'], { '1': 'bye', failed: 'bye' }]);
  });

  it('give ids that are free', () => {
    expect(freeId({ start: '', nodes: { play: node('play'), play_2: node('play') } }, 'play')).toBe('play_3');
    expect(freeId({ start: '', nodes: {} }, 'Grüße an / alle')).toBe('Gr_e_an_alle');
  });

  it('know all fourteen kinds', () => {
    expect(FAMILIES.flatMap((family) => family.kinds).sort()).toEqual([...NODE_KINDS].sort());
    for (const kind of NODE_KINDS) expect(newNode(kind)).toMatchObject({ kind, exits: {} });
  });
});

describe('undoing', () => {
  it('goes back and forth, and letters of one word are one step', () => {
    const history = new History('');
    history.push('a', 'name', 0);
    history.push('ab', 'name', 500);
    history.push('abc', 'name', 5000);
    history.push('abc!', 'other', 5100);
    expect([history.undo(), history.now]).toEqual([true, 'abc']);
    expect([history.undo(), history.now]).toEqual([true, 'ab']);
    expect([history.undo(), history.now, history.canUndo]).toEqual([true, '', false]);
    expect([history.undo(), history.redo(), history.now]).toEqual([false, true, 'ab']);
    history.push('x', '', 6000);
    expect([history.canRedo, history.undo(), history.now]).toEqual([false, true, 'ab']);
  });

  it('remembers only so many', () => {
    const history = new History(0, 3);
    for (let n = 1; n < 10; n++) history.push(n, '', n);
    let steps = 0;
    while (history.undo()) steps++;
    expect([steps, history.now]).toEqual([3, 6]);
  });
});

describe('variables', () => {
  it('are offered where a call can have set them', () => {
    expect(inScope(bank(), 'agents')).toEqual(['accountNumber', 'customerInfo']);
    // Back from the look-up, the question has them too.
    expect(inScope(bank(), 'ask')).toEqual(['accountNumber', 'customerInfo']);
    const document = bank();
    document.nodes['look']!.exits = { found: 'agents' };
    delete document.on_error;
    expect([inScope(document, 'ask'), inScope(document, 'look')]).toEqual([[], ['accountNumber']]);
  });

  it('are secret if any node says so', () => {
    const document = bank();
    document.nodes['pin'] = node('keypad_input', {}, { variable: 'accountNumber', class: 'secret' });
    document.nodes['again'] = node('set_variable', {}, { variable: 'accountNumber', class: 'public' });
    expect(classesOf(document).get('accountNumber')).toBe('secret');
  });

  it('are put in the place of what was begun', () => {
    expect(opened('Hello {acc', 10)).toEqual({ from: 6, part: 'acc' });
    expect(opened('Hello {acc}', 11)).toBeNull();
    expect(inserted('Hello {acc!', 6, 10, 'accountNumber')).toEqual({ text: 'Hello {accountNumber}!', cursor: 21 });
    expect(inserted('a {} b', 2, 3, 'from').text).toBe('a {from} b');
  });
});

describe('what is different', () => {
  it('is said by node and field, and a place in the grid is no difference', () => {
    const after = moveNode(bank(), 'ask', { column: 7, row: 7 });
    expect(isSame(changesBetween(bank(), after))).toBe(true);
    const changed = connect(patchNode(removeNode(bank(), 'bye'), 'ask', { min: 10 }), 'ask', 'failed', 'look');
    expect(changesBetween(bank(), changed)).toEqual({
      start: false, onError: false,
      nodes: [
        { id: 'agents', what: 'changed', fields: ['exits.timeout', 'exits.failed'] },
        { id: 'ask', what: 'changed', fields: ['min', 'exits.failed'] },
        { id: 'bye', what: 'removed', fields: [] }
      ]
    });
  });

  it('does not hang on the order of members', () => {
    expect(stable({ b: 1, a: { d: 2, c: [1, 2] } })).toBe(stable({ a: { c: [1, 2], d: 2 }, b: 1 }));
  });
});

describe('pieces', () => {
  it('keep what was written where another kind can say it', () => {
    expect(listOf({ say: 'Hello' })).toEqual([{ say: 'Hello' }]);
    expect(turned({ say: '{accountNumber}', language: 'sv' }, 'digits', [])).toEqual({ digits: '{accountNumber}', language: 'sv' });
    expect(turned({ say: 'Hello', language: 'sv' }, 'prompt', [{ id: 'prm_1' }])).toEqual({ prompt: 'prm_1' });
  });
});

describe('examples and names', () => {
  it.each(EXAMPLES)('%s: every exit leads to a node, and every node is reached', (example) => {
    const document = documentOf(example, 'en', 'Support');
    const ids = Object.keys(document.nodes);
    const reached = new Set([document.start, document.on_error, ...Object.values(document.nodes).flatMap((one) => Object.values(one.exits ?? {}))]);
    expect(ids.filter((id) => !reached.has(id))).toEqual([]);
    for (const id of ids) {
      const one = document.nodes[id]!;
      for (const exit of exitsOf(one)) expect(document.nodes[one.exits![exit]!], `${id} ${exit}`).toBeDefined();
    }
  });

  it('a node is called by its name, else by its id, else by what it does', () => {
    expect(nodeName('ask', node('play', {}, { label: 'Hello' }))).toBe('Hello');
    expect(nodeName('ask', node('play'))).toBe('ask');
    expect(nodeName('keypad_input_2', node('keypad_input'))).toBe('Keypad input 2');
    expect(nodeName('player', node('play'))).toBe('player');
  });
});
