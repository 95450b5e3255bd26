import type { FlowDocument } from '$lib/api';
import { m } from '$lib/messages';

export const EXAMPLES = ['bank', 'hours', 'code', 'empty'] as const;

export type Example = (typeof EXAMPLES)[number];

/** What a new menu begins with, spoken in the language of whoever makes it. `queue`: a group of the team. */
export function documentOf(example: Example, language: string, queue: string): FlowDocument {
  const words = m.flowExamples;
  const { names } = words;
  const say = (text: string) => [{ say: text, language }];
  const at = (column: number, row: number) => ({ column, row });
  const waiting = (column: number, row: number) => ({
    kind: 'queue' as const, label: names.agents, queue, hold_prompt: say(words.hold), timeout_ms: 600_000, exits: { timeout: 'later', failed: 'later' }, at: at(column, row)
  });
  const later = (column: number, row: number) => ({ kind: 'hang_up' as const, label: names.later, prompt: say(words.later), exits: {}, at: at(column, row) });
  switch (example) {
    case 'bank':
      return {
        start: 'ask', on_error: 'agents',
        nodes: {
          ask: {
            kind: 'keypad_input', label: names.ask, variable: 'accountNumber', class: 'personal', min: 10, max: 10, require_terminator: true, prompt: say(words.account),
            wrong_prompt: say(words.accountAgain), no_input_prompt: say(words.silence), exits: { next: 'look_up', failed: 'agents' }, at: at(0, 0)
          },
          look_up: {
            kind: 'http_request', label: names.lookUp, method: 'GET', url: 'https://bank.example/customers/{accountNumber}', variable: 'customerInfo', class: 'personal',
            exits: { found: 'agents', not_found: 'agents', unavailable: 'agents' }, at: at(0, 1)
          },
          agents: waiting(0, 2),
          later: later(0, 3)
        }
      };
    case 'hours':
      return {
        start: 'hours', on_error: 'agents',
        nodes: {
          hours: { kind: 'business_hours', label: names.hours, calendar: '', exits: { open: 'agents', closed: 'closed' }, at: at(0, 0) },
          agents: waiting(0, 1),
          closed: { kind: 'voicemail', label: names.closed, prompt: say(words.closed), max_ms: 120_000, exits: { recorded: 'thanks', failed: 'later' }, at: at(1, 1) },
          later: later(0, 2),
          thanks: { kind: 'hang_up', label: names.thanks, prompt: say(words.thanks), exits: {}, at: at(1, 2) }
        }
      };
    case 'code':
      return {
        start: 'greeting', on_error: 'agents',
        nodes: {
          greeting: { kind: 'menu', label: names.greeting, prompt: say(words.haveCode), choices: ['1', '2'], exits: { '1': 'code', '2': 'agents', failed: 'agents' }, at: at(0, 0) },
          code: { kind: 'verify_code', label: names.code, prompt: say(words.code), wrong_prompt: say(words.codeAgain), exits: { verified: 'agents', failed: 'agents' }, at: at(0, 1) },
          agents: waiting(0, 2),
          later: later(0, 3)
        }
      };
    case 'empty':
      return { start: 'start', nodes: {} };
  }
}
