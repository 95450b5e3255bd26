import { NODE_KINDS, type FlowNode, type NodeKind } from '$lib/api';
import type { IconName } from '$lib/ui/icons';

export const ICONS: Record<NodeKind, IconName> = {
  play: 'play', menu: 'columns', keypad_input: 'keyboard', http_request: 'globe', condition: 'rule', set_variable: 'attribute',
  business_hours: 'clock', verify_code: 'key', queue: 'people', connect: 'phone', transfer: 'external', voicemail: 'mail',
  send_sms: 'mobile', hang_up: 'end'
};

/** In the menu that adds one: what is heard, what is asked, who gets the call. */
export const FAMILIES: { name: 'ask' | 'decide' | 'people' | 'end'; kinds: NodeKind[] }[] = [
  { name: 'ask', kinds: ['play', 'menu', 'keypad_input', 'verify_code'] },
  { name: 'decide', kinds: ['http_request', 'condition', 'set_variable', 'business_hours'] },
  { name: 'people', kinds: ['queue', 'connect', 'transfer'] },
  { name: 'end', kinds: ['voicemail', 'send_sms', 'hang_up'] }
];

export const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const;

const EXITS: Record<NodeKind, string[]> = {
  play: ['next'], menu: ['failed'], keypad_input: ['next', 'failed'], http_request: ['found', 'not_found', 'unavailable'],
  condition: ['otherwise'], set_variable: ['next'], business_hours: ['open', 'closed'], verify_code: ['verified', 'failed'],
  queue: ['timeout', 'failed'], connect: ['no_answer', 'busy', 'failed'], transfer: ['failed'], voicemail: ['recorded', 'failed'],
  send_sms: ['next', 'failed'], hang_up: []
};

/** Exits whose names have a word; all others are keys, or names that somebody chose. */
export const NAMED_EXITS = [...new Set(Object.values(EXITS).flat())];

/** The exits of a node in the order they are shown, also those that lead nowhere yet. */
export function exitsOf(node: FlowNode): string[] {
  const drawn = Object.keys(node.exits ?? {});
  const own =
    node.kind === 'menu'
      ? [...keysOf(node), 'failed']
      : node.kind === 'condition'
        ? [...(node.branches ?? []).map((branch) => branch.exit), 'otherwise']
        : (EXITS[node.kind] ?? []);
  return [...new Set([...own, ...drawn])];
}

/** The keys of a menu: those that are named, or that exits are drawn for. */
export function keysOf(node: FlowNode): string[] {
  const keys = node.choices ?? Object.keys(node.exits ?? {}).filter((exit) => (KEYS as readonly string[]).includes(exit));
  return KEYS.filter((key) => keys.includes(key));
}

const NEW: Record<NodeKind, Omit<FlowNode, 'kind' | 'exits'>> = {
  play: { prompt: [] },
  menu: { prompt: [], choices: ['1', '2'] },
  keypad_input: { variable: '', prompt: [], min: 1, max: 20 },
  http_request: { method: 'GET', url: '', variable: '' },
  condition: { branches: [{ exit: 'yes', all: [{ variable: '', op: 'has_value' }] }] },
  set_variable: { variable: '', value: '' },
  business_hours: { calendar: '' },
  verify_code: { prompt: [] },
  queue: { queue: '' },
  connect: { to: '' },
  transfer: { to: '' },
  voicemail: { prompt: [] },
  send_sms: { to: '{caller}', text: '' },
  hang_up: {}
};

export const newNode = (kind: NodeKind): FlowNode => ({ kind, ...structuredClone(NEW[kind]), exits: {} });

export const isKind = (word: unknown): word is NodeKind => NODE_KINDS.includes(word as NodeKind);
