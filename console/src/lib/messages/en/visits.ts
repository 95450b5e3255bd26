import { plural } from '../../format/plural';

/** Who is on the websites, and what they looked at. */
export const visits = {
  visits: {
    title: 'Live visitors',
    text: 'Who is on your sites at this moment, what they look at, and how sure it is who they are.',
    show: 'Which visits',
    live: 'Live',
    all: 'All',
    count: (n: number) => plural(n, { one: '# visitor now', other: '# visitors now' }),
    more: (n: number) => plural(n, { one: '# new visitor', other: '# new visitors' }),
    site: 'Site',
    anySite: 'Every site',
    stateFilter: 'State',
    anyState: 'Every state',
    ofCustomer: 'Visits of one customer',
    ofDevice: 'Visits of one device',
    visitor: 'Visitor',
    perhaps: 'Perhaps',
    on: 'Page',
    pages: (n: number) => plural(n, { one: '# page', other: '# pages' }),
    time: 'On the site',
    source: 'Came from',
    direct: 'Directly',
    now: 'On the site now',
    last: 'Last seen',
    empty: 'Nobody is here at this moment',
    emptyText: 'Whoever opens a page with the snippet appears here by themselves.',
    emptyAll: 'No visits yet',
    seeAll: 'Look at earlier visits',
    sites: 'Set up a site',
    state: { anonymous: 'Anonymous', recognised: 'Recognised', assumed: 'Assumed', authenticated: 'Authenticated' },
    meaning: {
      anonymous: 'Nothing tells us who this is.',
      recognised: 'Signed out, or named by the page: certain at first, and less so with every idle minute.',
      assumed: 'A guess: somebody was signed in on this browser before.',
      authenticated: 'Signed in on the site at this moment.'
    },
    unsigned: 'Only the page says so: the sign-in came without a token of the server.',
    sure: (percent: string) => `${percent} sure`
  },

  visit: {
    title: 'Visit',
    who: 'Who',
    called: 'Called by the site',
    began: 'Began',
    ended: 'Ended',
    lasted: 'Lasted',
    entry: 'First page',
    current: 'Looks at',
    seen: 'Pages and events',
    events: (n: number) => plural(n, { one: '# event', other: '# events' }),
    device: 'Device',
    devices: { desktop: 'Computer', mobile: 'Phone', tablet: 'Tablet' },
    language: 'Language',
    deviceVisits: 'Other visits of this device',
    shared: 'Several people use this device',
    sharedText: 'Who was here before says little about who is here now. Everybody’s pages are kept apart: nobody is shown with those of another.',
    candidates: 'Who it may be',
    candidatesText: 'From earlier visits of this device. A guess, until you know better.',
    uncertain: 'Is it this person?',
    confirm: 'Confirm',
    reject: 'Not this person',
    confirmTitle: 'Confirm who this is?',
    confirmText: 'The visit is shown with this person from then on. It raises no level: what they proved is all that counts as proof.',
    rejectTitle: 'Not this person?',
    rejectText: 'The visit is no longer shown with this person, and they are not suggested for it again.',
    confirmed: 'Confirmed, on record.',
    rejected: 'Refused, on record.',
    story: 'What happened',
    empty: 'No page was entered yet.',
    moreEvents: 'Show more events',
    band: {
      before: 'Before the sign-in',
      session: 'Signed in',
      recognised: 'Recognised',
      anonymous: 'Nobody known'
    },
    beforeOf: 'Shown with who signed in next',
    afterOut: 'After the sign-out',
    signed: 'By a signed token',
    unsigned: 'Only the page says so',
    stillIn: 'still signed in',
    until: (from: string, to: string) => `${from} to ${to}`,
    active: (time: string) => `${time} active`,
    stayed: (time: string) => `${time} on the page`,
    open: 'open now',
    signIn: 'Signed in',
    signOut: 'Signed out',
    userInfo: 'The page said who this is',
    untitled: 'Page without a title'
  },

  customerVisits: {
    title: 'Visits',
    all: 'All visits',
    empty: 'No visit of a website is known.'
  },

  onWebsite: {
    now: 'On the website now',
    last: 'Last seen on the website',
    open: 'Open the visit'
  }
};
