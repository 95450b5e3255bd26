import { plural } from '../../format/plural';

/** What rules did in a conversation; by the words of `GET /v1/cases/{id}/firings`. */
export const firings = {
  firings: {
    fired: (name: string) => `Rule “${name}” fired`,
    line: (rule: string, what: string) => `${rule}: ${what}`,
    nothing: 'nothing was done',
    open: 'Open the rule',
    heldBack: (n: number) => plural(n, { one: '# held back', other: '# held back' }),
    outcome: { held: 'Held back', skipped: 'Not done' } as Record<string, string>,
    because: {
      new_case: 'A conversation began',
      message: 'A message came',
      change: 'Something was changed',
      half_hour: 'The half hour',
      delay: 'Its delay was over'
    } as Record<string, string>,
    did: {
      send_message: 'sent a message',
      ask_for_code: 'asked for a code',
      end_chat: 'ended the chat',
      set_status: 'changed the status',
      set_priority: 'changed the priority',
      assign_agent: 'assigned it to somebody',
      assign_group: 'gave it to a group',
      assign_round_robin: 'assigned it in turn',
      unassign: 'took it from its agent',
      add_labels: 'added labels',
      remove_labels: 'removed labels',
      set_attribute: 'set an attribute',
      note: 'wrote a note',
      notify: 'told colleagues',
      email_customer: 'wrote an e-mail',
      webhook: 'called another server',
      stop: 'stopped further rules'
    } as Record<string, string>,
    action: {
      send_message: 'Send a message',
      ask_for_code: 'Ask for a code',
      end_chat: 'End the chat',
      set_status: 'Change the status',
      set_priority: 'Change the priority',
      assign_agent: 'Assign it to somebody',
      assign_group: 'Give it to a group',
      assign_round_robin: 'Assign it in turn',
      unassign: 'Take it from its agent',
      add_labels: 'Add labels',
      remove_labels: 'Remove labels',
      set_attribute: 'Set an attribute',
      note: 'Write a note',
      notify: 'Tell colleagues',
      email_customer: 'Write an e-mail',
      webhook: 'Call another server',
      stop: 'Stop further rules'
    } as Record<string, string>,
    reason: {
      same_rule: 'The rule had answered in this conversation less than a minute before.',
      too_many: 'Three automatic replies had gone out within ten minutes.',
      too_many_today: 'Ten automatic replies had gone out within a day.',
      same_text: 'The same text had been said twice within the hour.',
      too_fast: 'The other side answers faster than a person reads: probably a machine.',
      unproved: 'Nobody vouches for the sender, and three automatic replies went to the address within a day.',
      workspace: 'The workspace was sending more automatic replies than it may.',
      no_text: 'No text was left to say.',
      limits_unreadable: 'The limits could not be read.',
      nobody_in_the_group: 'Nobody active is in the group.',
      too_many_labels: 'The conversation has as many labels as it may have.',
      attribute_deleted: 'The attribute was deleted.',
      nobody_to_tell: 'Nobody to be told is active.',
      no_email_channel: 'No mailbox is connected.',
      no_email_address: 'No address of the customer was proved.',
      no_address: 'No address was left to call.',
      address_too_long: 'The address became too long.',
      body_too_long: 'The body became too long.'
    } as Record<string, string>
  }
};
