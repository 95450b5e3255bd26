/** Customers that may be one, and which become one by themselves. */
export const unify = {
  suggestions: {
    title: 'Suggested merges',
    text: 'Pairs of customers that may be one. Each weight says how much a match speaks for it or against it: +1 doubles the odds.',
    tabs: 'Which suggestions',
    tab: { open: 'Open', later: 'Later', not_the_same: 'Not the same', accepted: 'Accepted' },
    empty: {
      open: ['Nothing to decide', 'Pairs appear here when two customers share an address, a number or a name that says something.'],
      later: ['Nothing waits', 'What you put off waits here.'],
      not_the_same: ['Nobody was kept apart', 'Pairs of whom somebody said that they are two stand here. They are never suggested again.'],
      accepted: ['Nothing was accepted', 'Suggestions that somebody accepted stand here for as long as their merge stands.']
    },
    pair: (one: string, other: string) => `${one} and ${other}`,
    value: 'Value',
    into: 'Goes on',
    from: 'Becomes part of it',
    since: 'Since',
    claimed: 'claimed',
    claimedHelp: 'Somebody said so, without proof.',
    reasons: 'Why',
    isClaimed: (reason: string) => `${reason}, claimed`,
    score: (weight: string) => `Weight ${weight}`,
    scoreHelp: 'The sum of the weights below.',
    reason: {
      email: { same: 'Same e-mail address' },
      phone: { same: 'Same phone number', variant: 'Same phone number, written another way' },
      name: { same: 'Same name', close: 'Names alike', part: 'A part of the name in common', different: 'Different names' },
      birth_date: { same: 'Same birth date', close: 'Birth dates alike', different: 'Different birth dates' },
      address: { same: 'Same street and number', close: 'Streets alike', street: 'Same street, another number', different: 'Different streets' },
      post_code: { same: 'Same post code', close: 'Post codes alike', different: 'Different post codes' },
      town: { same: 'Same town', different: 'Different towns' },
      device: { same: 'Same device' },
      colleague: { says: 'A colleague says so' }
    } as Record<string, Record<string, string>>,
    merge: 'Merge',
    notSame: 'Not the same',
    later: 'Later',
    mayNot: 'You can look. To decide, your role needs to be allowed to merge customers.',
    merged: (from: string, into: string) => `${from} is now part of ${into}.`,
    undone: 'Taken back. They are two customers again and are not suggested any more.',
    undoneBut: 'Taken back. What was written since then stays where it is.',
    look: 'Look at it',
    refuseTitle: 'Not the same?',
    refuseText: (one: string, other: string) =>
      `${one} and ${other} are never suggested again and never become one by themselves. Somebody can still merge them by hand.`,
    refused: 'They stay two.',
    postponed: 'It waits under Later.'
  },

  unification: {
    title: 'Unification',
    text: 'When two customers become one by themselves. Every such merge can be taken back for 30 days; whatever else looks alike is suggested to a person.',
    toggles: {
      email: ['Join by e-mail address', 'Two customers become one when mail servers vouch for the same address of both and neither is authenticated.'],
      phone: ['Join by phone number', 'Two customers become one when WhatsApp, text messages or a shared Telegram contact vouch for the same number of both and neither is authenticated.']
    },
    outlook: {
      merges: 'Would become part of another customer',
      suggestions: 'Would be suggested',
      more: 'There are more pairs than are counted at once. The numbers are lower bounds.',
      examples: 'For example',
      counted: 'Counted on the customers there are now. The setting counts for what is recorded from then on: these become one when something new is recorded of them. Your look is on record.',
      counting: 'Counting what this would do …',
      turnOn: 'Turn on'
    },
    fromNow: 'A change counts for what is recorded from then on.',
    saved: 'Saved. It counts for what is recorded from now on.',
    always: 'Always joined',
    alwaysText: 'Two authenticated customers of whom your own server says the same address or number.',
    never: 'Never joined by themselves',
    nevers: [
      'Who only claims something: typed into a chat, said by a page without a signature, entered by a colleague. It is suggested.',
      'Two with different external ids, a person with an organisation, and whoever is blocked.',
      'Who share an address such as info@, a number that nobody has, or one that stands on more than three customers.',
      'Who share almost the same: a plus-address, letters that look alike, another way to write a number.',
      'Of whom somebody said that they are two, or whose merge was taken back.'
    ],
    suggestions: 'Suggested merges'
  }
};
