import { number } from '../../format/plural';

/** Views that were saved: shared, ordered, counted. */
export const savedViews = {
  savedViews: {
    manage: 'Manage views',
    text: 'Your views and those that were shared with you, in your order. Drag them, or use the arrow keys on a handle.',
    empty: 'No saved views yet.',
    personal: 'Only me',
    everybody: 'Everybody',
    group: 'A group',
    shared: 'shared',
    done: 'Done',
    orderHelp: 'Drag, or use the arrow keys',
    gone: 'This view is not there any more, or not shared with you.',
    order: (name: string) => `Move ${name}`,
    nameOf: (name: string) => `Name of ${name}`,
    whoHas: (name: string) => `Who has ${name}`,
    link: (name: string) => `Copy the link to ${name}`,
    remove: (name: string) => `Remove ${name}`,
    movedTo: (name: string, place: number) => `${name}: place ${number(place)}.`,
    more: (count: number) => `${number(count)}+`
  }
};
