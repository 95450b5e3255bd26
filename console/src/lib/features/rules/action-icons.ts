import type { ActionKind } from '$lib/api';
import type { IconName } from '$lib/ui/icons';

const ICONS: Record<ActionKind, IconName> = {
  send_message: 'send', ask_for_code: 'code', end_chat: 'end', set_status: 'check', set_priority: 'alert', assign_agent: 'person',
  assign_group: 'people', assign_round_robin: 'retry', unassign: 'unlink', add_labels: 'bookmark', remove_labels: 'bookmark',
  set_attribute: 'attribute', note: 'note', notify: 'bell', webhook: 'hook', email_customer: 'mail', stop: 'block'
};

export const actionIcon = (kind: ActionKind): IconName => ICONS[kind];
