import { plural } from '../../format/plural';

export const queue = {
  views: {
    mine: 'Mine',
    unassigned: 'Nobody’s',
    notIdentified: 'Not identified'
  },

  glance: {
    waiting: 'Waiting for an answer',
    unread: 'Unread',
    openLongest: 'Open the one that waits longest',
    openFirst: 'Open the first one',
    none: 'No conversation yet',
    noneText: 'A conversation opens here, and beside it who the customer is and how sure that is.',
    tryText: 'Nobody has to write for you to see one: in the test chat you play the customer yourself.'
  },

  bulk: {
    select: 'Select conversations',
    stop: 'Stop selecting',
    pick: (name: string) => `Select the conversation with ${name}`,
    close: 'End and close',
    endTitle: (n: number) => plural(n, { one: 'End # chat?', other: 'End # chats?' }),
    endText: 'The customers see that the chat has ended, and the conversations are closed. A new message starts a new one. Nobody can undo this.',
    done: (n: number) => plural(n, { one: '# conversation changed.', other: '# conversations changed.' }),
    undone: 'Put back as it was.'
  },

  queue: {
    waits: 'Waits for an answer',
    wrongCode: 'Sent a code that was not right',
    asked: 'Was asked for a code',
    askedNow: 'Asked just now',
    nextKey: 'Next to answer',
    done: 'Done here.',
    next: 'Next conversation',
    noNext: 'Nobody else waits here.',
    testChat: 'Test chat'
  }
};
