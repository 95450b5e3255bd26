import { plural } from '../../format/plural';

/** Two customers that are one: merged by hand on the customer's page, and taken back. */
export const merge = {
  merge: {
    menu: 'Merge with another customer…',
    title: (customer: string) => `Merge with ${customer}`,
    findText: 'Find the other one by reference, e-mail, phone or external id. Nothing happens before you have seen what it would do.',
    find: 'Reference, e-mail, phone or external id',
    nobody: 'No other customer was found',
    nobodyText: 'Check what you typed. Values are compared whole.',
    another: 'Choose another',
    goesOn: 'Goes on',
    standsBehind: 'Becomes part of it',
    swap: 'The other way round',
    better: 'It would be better the other way round: the other one is proved, better known or older.',
    gains: 'What it gets',
    noGains: 'Nothing that it does not have already.',
    conflicts: 'Where the two differ',
    noConflicts: 'They contradict each other nowhere.',
    wins: 'Stays',
    gives: 'Gives way',
    of: (reference: string) => `${reference} says`,
    effects: 'What else happens',
    accounts: (n: number) =>
      plural(n, {
        one: '# channel account moves over, with its conversations. Chats go on.',
        other: '# channel accounts move over, with their conversations. Chats go on.'
      }),
    noAccounts: 'No channel account moves.',
    endsCodes: (reference: string) => `Live codes of ${reference} end.`,
    left: (n: number) =>
      plural(n, {
        one: '# address or number finds nobody any more: a customer has at most ten of each kind.',
        other: '# addresses or numbers find nobody any more: a customer has at most ten of each kind.'
      }),
    leads: (from: string, into: string) => `${from} leads to ${into} from then on.`,
    noLevel: 'It raises no level: a colleague’s word is no proof.',
    days: 'For 30 days it can be taken back.',
    why: 'Why are the two one customer?',
    verb: 'Merge',
    done: (from: string, into: string) => `${from} is part of ${into} now.`,
    landed: (old: string, now: string) => `${old} was merged into ${now}, which you see here.`,
    list: 'Merged customers',
    cameAlong: (references: string) => `Came along with them: ${references}`,
    by: (name: string) => `by ${name}`,
    grounds: {
      hand: 'By hand',
      suggestion: 'A suggestion was accepted',
      proved: 'By itself: the same is proved on both',
      attested: 'By itself: providers attest the same on both'
    },
    until: (date: string) => `Can be taken back until ${date}`,
    over: 'Too old to be taken back',
    undone: 'Taken back',
    undo: 'Undo merge',
    undoTitle: (reference: string) => `Take back the merge of ${reference}?`,
    undoText: 'Both are two customers again, each with what it had. What was written since the merge stays here and is named. Nothing joins the two by itself again.',
    undoDone: 'The merge was taken back.',
    undoStayed: (what: string) => `The merge was taken back. Written later and therefore left here: ${what}`,
    stayed: (what: string) => `Written later and left where it is: ${what}`,
    active: 'Active',
    fields: {
      state: 'State',
      claim: (field: string) => `${field}, said by themselves`,
      identifier: 'Address or number',
      account: 'Channel account',
      attribute: 'An attribute that was deleted'
    },
    sources: {
      signed_session: 'a signed session',
      look_up: 'your own system, asked in a call',
      rule: 'a rule',
      attested: 'the channel’s provider',
      claimed: 'the person themselves'
    } as Record<string, string>
  }
};
