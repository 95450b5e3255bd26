import { number, plural } from '../../format/plural';

/** Websites whose pages tell what visitors do. */
export const sites = {
  sites: {
    title: 'Sites',
    text: 'Websites that tell Countersign what their visitors do, so that you see who is there and what they looked at.',
    create: 'New site',
    edit: 'Name and addresses',
    empty: 'No site yet',
    emptyText: 'Register a website, put one line into its pages, and its visitors appear under Live visitors.',
    origins: 'Addresses',
    originsHelp: 'Where the pages stand, one a line, such as https://shop.example. Events from any other address are refused.',
    lastEvent: 'Last event',
    states: { active: 'Active', paused: 'Paused' },
    pause: 'Pause',
    resume: 'Go on',
    pausedText: 'This site is paused: what its pages send is refused.',
    deleteTitle: (name: string) => `Delete ${name}?`,
    deleteText: 'Its key stops working at once: whatever its pages send from then on is refused.',
    tabs: 'What to set up',
    tab: { snippet: 'Snippet', privacy: 'Privacy', triggers: 'Categories and triggers', uncertain: 'Uncertain visitors', events: 'Events' },
    mayNot: 'You can look. To change something, your role needs to be allowed to change sites.'
  },

  siteSnippet: {
    title: 'Put this into every page',
    text: 'Anywhere in the head. It loads beside the page, holds nothing up, and does no harm where it is blocked.',
    consentNote: (call: string) => `This site asks first: nothing is sent until your page calls ${call}.`,
    key: 'Write key',
    keyHelp: 'No secret: it stands in your pages, takes events from your addresses only, and reads nothing.',
    integrity: 'Integrity',
    integrityHelp: 'The browser runs the script only if it is exactly this one.',
    waiting: 'Waiting for the first event',
    waitingText: 'Open a page that carries the snippet. This changes by itself.',
    works: 'Events arrive',
    last: 'The last one',
    seeEvents: 'Look at the events',
    seeVisitors: 'See who is there',
    signIn: 'Say who signs in',
    signInText: 'Call this when a customer signs in or out. With a token that your server signed, the visit is authenticated; without one it is only what the page says.'
  },

  sitePrivacy: {
    consent: 'Consent',
    consents: {
      required: ['Ask first', 'Nothing is sent, stored or numbered before your page says that the visitor agrees.'],
      assumed: ['Begin at once', 'Events are sent from the first page on. For where the law allows it, or where your page asked before.']
    } as Record<'required' | 'assumed', [string, string]>,
    storage: 'How a browser is known again',
    storages: {
      cookie: ['By a cookie of the server', 'Known again for up to a year. Scripts of the page cannot read the cookie.'],
      storage: ['By the storage of the browser', 'Known again until the visitor clears it. Scripts of the page can read it.'],
      none: ['Not at all', 'Ids live only as long as the page is open. Nobody is known again, and every page is a visit of its own.']
    } as Record<'cookie' | 'storage' | 'none', [string, string]>,
    signals: 'Respect the signals of browsers',
    signalsHelp: 'A browser that sends Global Privacy Control or Do Not Track gets no device id, and nothing is stored in it.',
    query: 'Kept parts of addresses',
    queryHelp: 'Names of query parameters that are kept. All others are cut off in the browser, before anything is sent.',
    daily: 'Events a day at most',
    dailyHelp: 'What is more is refused, and counted.',
    today: (events: number, refused: number) => `Today ${number(events)} came, and ${number(refused)} were refused because there were too many.`,
    idle: 'A visit ends after',
    idleHelp: 'Minutes in which nothing happens.',
    save: 'Save privacy'
  },

  siteTriggers: {
    categories: 'Categories',
    categoriesText: 'Names for parts of your site. A page belongs to a category when its address or its title contains the text.',
    addCategory: 'Add a category',
    editCategory: 'Category',
    noCategories: 'No categories',
    noCategoriesText: 'With them you find visits by what people looked at, such as loans or prices.',
    where: 'Look in',
    places: { url: 'Address', title: 'Title' },
    contains: 'Contains',
    triggers: 'Triggers',
    triggersText: 'Events that pages send by themselves, without a line of code in them.',
    addTrigger: 'Add a trigger',
    editTrigger: 'Trigger',
    noTriggers: 'No triggers',
    noTriggersText: 'For example: somebody stays for half a minute, or presses the button that opens an account.',
    removeTitle: (name: string) => `Remove ${name}?`,
    removeText: 'What it sent already stays.',
    event: 'Name of the event',
    when: 'When',
    actions: { timer: 'After a time', click: 'On a click', scroll: 'On scrolling', submit: 'When a form is sent' },
    seconds: 'Seconds',
    percent: 'Percent of the page',
    element: 'Element',
    elementHelp: 'A CSS selector, such as #open-account or .buy.',
    formHelp: 'A CSS selector; without one, any form. What people typed is never read.',
    page: 'Only on pages whose address contains',
    condition: 'Counts',
    conditions: { always: 'Always', focused: 'While the page has the focus', visible: 'While the page is on screen' },
    postcondition: 'Then sent',
    postconditions: { none: 'In any case', focused: 'Only if the page has the focus' },
    values: 'Goes with it',
    valuesHelp: 'Up to 200 characters each. Fields of forms and passwords are never read.',
    addValue: 'Add a value',
    value: 'Value',
    valueName: 'Name',
    from: 'Taken from',
    froms: { text: 'The text of an element', attribute: 'An attribute of an element', constant: 'A fixed text' },
    selector: 'Element (CSS selector)',
    attribute: 'Attribute',
    constant: 'Text',
    says: {
      timer: (n: number) => plural(n, { one: 'After # second', other: 'After # seconds' }),
      click: (element: string) => `A click on ${element}`,
      scroll: (percent: string) => `${percent} of the page scrolled`,
      submit: (element: string) => `${element} is sent`
    },
    anyForm: 'A form',
    onPages: (part: string) => `on pages with ${part}`
  },

  siteUncertain: {
    text: 'What conversations are told while it is not certain who is there. Nothing here raises a level: a guess is never a proof.',
    recognised: 'Recognised visitors',
    recognisedText: 'Signed out, or named by your page without a sign-in. Certain at first, and less so with every idle minute.',
    assumed: 'Assumed visitors',
    assumedText: 'Somebody was signed in on this browser before. A guess from earlier visits, never a link to a customer.',
    strategies: {
      anonymous: ['Not identified', 'Treated like a stranger: nobody is named.'],
      identified: ['Identified', 'The name is shown, with how sure it is.'],
      ask: ['Ask the agent', 'The agent sees who it may be, and confirms or refuses with a reason.']
    } as Record<'anonymous' | 'identified' | 'ask', [string, string]>,
    save: 'Save'
  },

  siteEvents: {
    inspector: 'What arrives',
    inspectorText: 'The newest events of all visitors, whether they were taken or not. New ones appear by themselves.',
    time: 'Time',
    event: 'Event',
    outcome: 'Outcome',
    outcomes: { accepted: 'Taken', warned: 'Taken with a warning', refused: 'Refused' },
    types: { system: 'System', business: 'Business' },
    page: 'Page',
    size: 'Size',
    filter: 'Which events',
    any: 'Every event',
    empty: 'Nothing arrived yet',
    emptyText: 'Open a page that carries the snippet. What it sends appears here at once, and if it is refused, why.',
    reason: {
      too_old: 'It is older than a day.',
      too_large: 'It is larger than 8 KB.',
      too_many: 'There were too many events at once.',
      no_name: 'It has no name, or one that is too long.',
      bad_id: 'Its id says nothing, such as “null” or “undefined”.',
      bad_shape: 'It is not built like an event.',
      unknown_kind: 'Its kind is not known.',
      schema: 'It does not look as its schema says.',
      bad_token: 'The token of the sign-in is not valid.',
      bad_url: 'Its address could not be read.',
      unknown_origin: 'It came from an address that is not registered.',
      paused: 'The site is paused.',
      rate_limited: 'Too much came from one address.'
    } as Record<string, string>,
    otherReason: (code: string) => `For another reason: ${code}`,
    schemas: 'What your events look like',
    schemasText: 'A JSON Schema for the data of an event. Events without one are taken as they come.',
    addSchema: 'Add a schema',
    editSchema: 'Schema',
    noSchemas: 'No schemas',
    noSchemasText: 'With a schema you notice at once when a page sends something else than agreed.',
    schema: 'JSON Schema',
    badJson: 'This cannot be read as JSON.',
    mode: 'If it does not fit',
    modes: {
      warn: ['Warn', 'The event is taken and marked here.'],
      refuse: ['Refuse', 'The event is not taken.']
    } as Record<'warn' | 'refuse', [string, string]>,
    schemaRemoveText: 'Events of this name are then taken as they come.'
  }
};
