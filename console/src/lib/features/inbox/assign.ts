import type { Case } from '$lib/api';
import { m } from '$lib/messages';
import { directory } from '$lib/state/directory.svelte';
import { here } from '$lib/state/presence.svelte';
import { session } from '$lib/state/session.svelte';
import type { MenuItem } from '$lib/ui/menu';
import { groupName } from './names';

type Change = { assignee: string | null } | { group: string | null };

/** To whom a conversation can be given, as a menu: me, nobody, colleagues; and beside them the groups. */
export function assignTo(item: Pick<Case, 'assignee' | 'group'> | null, change: (body: Change) => unknown): (MenuItem | 'line')[] {
  const me = session.user?.id ?? null;
  // Of many conversations nothing is said about how they are now.
  const holds = (now: boolean) => (item ? { checked: now } : {});
  const give = (assignee: string | null) => () => void change({ assignee });
  const groups = directory.groups.items;
  const name = item && groupName(item);
  const isWith = (group: string | null) => holds((item?.group ?? null) === group);
  return [
    { label: m.conversation.toMe, icon: 'person', ...holds(item?.assignee?.id === me), run: give(me) },
    { label: m.conversation.unassign, ...holds(item?.assignee === null), run: give(null) },
    ...(groups.length > 0
      ? ([
          {
            label: m.inbox.group, icon: 'people', ...(name && { hint: name }),
            items: [
              { label: m.inbox.noGroup, ...isWith(null), run: () => void change({ group: null }) },
              'line',
              ...groups.map((group) => ({ label: group.name, ...isWith(group.id), run: () => void change({ group: group.id }) }))
            ]
          }
        ] satisfies MenuItem[])
      : []),
    'line',
    ...directory.users.items
      .filter((user) => user.state === 'active' && user.id !== me)
      .map((user) => {
        const presence = here.of(user.id);
        return {
          label: user.name,
          person: { name: user.name, presence },
          hint: presence && m.presence[presence],
          ...holds(item?.assignee?.id === user.id),
          run: give(user.id)
        };
      })
  ];
}
