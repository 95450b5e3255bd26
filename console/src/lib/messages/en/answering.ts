import { plural } from '../../format/plural';

/** The end of a chat, and canned replies while one writes. */
export const answering = {
  chatTimer: {
    left: (time: string) => `Chat ends in ${time}`,
    why: 'The chat ends by itself unless the customer answers.',
    extend: '+5 min',
    extendLabel: 'Keep the chat open for 5 more minutes',
    warning: 'This chat ends in less than a minute unless the customer answers.',
    notice: 'A chat of yours ends in a minute',
    endKey: 'End the chat'
  },

  replyPicker: {
    open: 'Insert a canned reply',
    list: 'Canned replies',
    found: (n: number) => plural(n, { one: '# canned reply', other: '# canned replies' }),
    none: 'No canned reply has this.',
    noneYet: 'There are no canned replies yet.',
    loading: 'Canned replies are being fetched…',
    leftOut: (names: string) => `Left out, because you see it masked: ${names}`
  }
};
