export const search = {
  search: {
    results: 'What was found',
    conversations: 'Conversations',
    messages: 'Messages',
    none: 'Nothing found',
    noneText: 'Each word has to begin a word of the same message. E-mail addresses and long numbers inside messages are not searched; those of customers are.',
    within: 'Searched within the filters only.',
    everywhere: 'Search everywhere',
    notWhole: 'Older messages are still being read. Look again in a while.',
    off: 'This server does not search the words of messages; conversations are found by number, label and customer.',
    note: 'Note',
    find: (text: string) => `Search conversations for “${text}”`
  }
};
