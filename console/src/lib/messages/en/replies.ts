import { plural } from '../../format/plural';

/** The page of canned replies, and after how long chats end. */
export const replies = {
  replies: {
    title: 'Canned replies',
    text: 'Answers that you give again and again. Type / in a conversation to insert one.',
    create: 'New canned reply',
    empty: 'No canned replies yet',
    emptyText: 'Write the first one: a greeting, your opening hours, how to send something back.',
    name: 'Short name',
    nameHelp: 'One word, typed after /.',
    titleLabel: 'Title',
    titleHelp: 'What it is for. Only your team sees it.',
    reply: 'Text',
    textHelp: 'Whoever sees a value masked gets what stands behind | instead, such as {profile.phone|your number}.',
    language: 'Language',
    anyLanguage: 'Any language',
    audience: 'Who sees it',
    everybody: 'Everybody',
    everybodyHelp: 'Whoever answers customers.',
    group: 'A group',
    groupHelp: 'Its members alone.',
    personal: 'Only me',
    personalHelp: 'Nobody else, not even administrators.',
    chooseGroup: 'Group',
    used: 'Used',
    never: 'Never',
    times: (n: number) => plural(n, { one: '# time', other: '# times' }),
    search: 'Search canned replies',
    noMatch: 'No canned reply has this.',
    deleted: (name: string) => `${name} was deleted.`
  },

  chatEnd: {
    title: 'End of chats',
    minutes: 'A chat ends by itself after',
    minutesHelp: 'Minutes without an answer to your reply. 0: never.',
    status: 'Status of the case then'
  }
};
