import { plural } from '../../format/plural';

/** What happened to an installation, and the words of the web chat. */
export const history = {
  history: {
    title: 'History',
    text: 'When servers began and ended, when the database was brought up to date, and what could not be delivered.',
    started: (version: string) => `Server started, version ${version}`,
    stopped: 'Server stopped',
    lost: 'A server was gone without saying so',
    lostHelp: 'Power, memory, or a kill: the system’s own log knows more. Nothing that was acknowledged is lost.',
    migrated: (version: string, n: number) =>
      plural(n, { one: `Database brought to version ${version} in # step`, other: `Database brought to version ${version} in # steps` }),
    gaveUp: {
      webhook: (n: number) => plural(n, { one: '# webhook delivery was given up', other: '# webhook deliveries were given up' }),
      message: (n: number) => plural(n, { one: '# message could not be delivered', other: '# messages could not be delivered' })
    }
  },

  chatPhrases: {
    open: 'Phrases…',
    save: 'Save phrases',
    frame: 'Preview of the chat',
    states: {
      talk: 'In a conversation',
      new: 'First visit',
      away: 'Nobody is there',
      typing: 'Somebody is writing',
      signed_in: 'Signed in',
      ended: 'Chat has ended',
      no_net: 'No connection',
      unavailable: 'Unavailable'
    },
    phrase: {
      chat: 'Name of the chat',
      placeholder: 'In the empty message field',
      send: 'Send button',
      fresh: 'When a new person begins',
      ended: 'When the chat has ended',
      proved: 'After the customer is identified',
      typing: 'While somebody writes',
      away: 'When nobody is there',
      away_text: 'When nobody is there, explanation',
      your_name: 'Field for the name',
      your_email: 'Field for the e-mail address',
      attach: 'Button for files',
      offline: 'Without a connection',
      unavailable: 'When something is wrong',
      unavailable_text: 'When something is wrong, explanation'
    } as Record<string, string>
  }
};
