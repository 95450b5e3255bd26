import { number, plural } from '../../format/plural';

export const common = {
  app: { name: 'Countersign', skip: 'Skip to content' },

  common: {
    close: 'Close',
    cancel: 'Cancel',
    save: 'Save',
    saved: 'Saved.',
    create: 'Create',
    edit: 'Edit',
    remove: 'Remove',
    delete: 'Delete',
    copy: 'Copy',
    copied: 'Copied',
    copyFailed: 'Select and copy by hand',
    dismiss: 'Dismiss',
    undo: 'Undo',
    retry: 'Try again',
    loading: 'Loading',
    more: 'Show more',
    optional: 'optional',
    reason: 'Reason',
    reasonHelp: 'Stands in the record of this customer, for your colleagues and for auditors.',
    typeToConfirm: (name: string) => `Type ${name} to confirm`,
    noMatch: 'Nothing matches these filters',
    noMatchText: 'Loosen one of them, or start over.',
    clearFilters: 'Clear filters',
    yes: 'Yes',
    no: 'No',
    name: 'Name',
    state: 'State',
    created: 'Created',
    lastUsed: 'Last used',
    never: 'Never',
    actions: 'Actions',
    actionsFor: (name: string) => `Actions for ${name}`,
    search: 'Search',
    unnamed: 'No name',
    you: 'you'
  },

  assurance: {
    word: { al0: 'Anonymous', al1: 'Recognised', al2: 'Verified', al3: 'Authenticated' },
    meaning: {
      al0: 'Nothing tells us who this is.',
      al1: 'Claimed or assumed, not proved.',
      al2: 'Proved by what the person knows.',
      al3: 'Proved by a code or a signed session.'
    },
    endsIn: (left: string) => `Holds for another ${left}.`,
    timeLeft: 'time left ',
    levelLabel: 'Level'
  },

  masking: {
    masked: 'masked',
    why: 'Your role sees this value masked. An administrator decides that under Masking.'
  },

  errors: {
    requestId: 'Request id',
    copyRequestId: 'Copy the request id',
    forbidden: 'You may not see this',
    forbiddenText: (permission: string) =>
      `It needs the permission “${permission}”. An administrator grants it with a role, under People.`,
    notFound: 'There is nothing here',
    notFoundText: 'The address is wrong, or what it showed was deleted.',
    crashed: 'This page failed',
    crashedText: 'Loading it anew usually helps. Nothing on the server was changed.',
    reload: 'Load anew',
    backHome: 'Back to the inbox'
  },

  fields: {
    refused: 'Something here is not right yet.',
    missing: 'Fill this in.',
    choose: 'Choose one.',
    email: 'Write an e-mail address, such as ann@example.org.',
    url: 'Write a whole address, such as https://example.org.',
    short: (characters: number) => plural(characters, { one: 'At least # character.', other: 'At least # characters.' }),
    long: (characters: number) => plural(characters, { one: 'At most # character.', other: 'At most # characters.' }),
    least: (least: number) => `At least ${number(least)}.`,
    most: (most: number) => `At most ${number(most)}.`,
    number: 'Write a number.',
    whole: 'Write a whole number without decimals.',
    form: 'This does not have the right form.'
  },

  secret: {
    once: 'It is shown this one time. Countersign keeps no copy that anybody can read.',
    stored: 'I have stored it'
  },

  live: {
    stale: 'No connection to the server. What you see may be old.',
    reconnect: 'It reconnects by itself.',
    now: 'Connect now',
    again: 'Connected again. What you see is up to date.'
  },

  notices: {
    title: 'Notifications',
    label: (unread: number) => plural(unread, { one: 'Notifications, # unread', other: 'Notifications, # unread' }),
    assigned: (name: string) => `${name} was assigned to you`,
    message: (name: string) => `New message from ${name}`,
    readAll: 'Mark all as read',
    read: 'Mark as read',
    byRule: (name: string) => `Rule: ${name}`,
    failed: 'What rules told you could not be loaded.',
    unread: 'unread',
    empty: 'Nothing new',
    emptyText: 'New messages in your conversations, conversations assigned to you and what rules tell you appear here.',
    came: (n: number) => plural(n, { one: '# new notification', other: '# new notifications' })
  },

  nav: {
    label: 'Main',
    open: 'Open the menu',
    work: 'Work',
    setUp: 'Set up',
    phone: 'Phone',
    prompts: 'Prompts',
    manage: 'Admin',
    start: 'Get started',
    inbox: 'Inbox',
    customers: 'Customers',
    visitors: 'Live visitors',
    reports: 'Reports',
    channels: 'Channels',
    widgets: 'Widgets',
    sites: 'Sites',
    invitations: 'Invitations',
    attributes: 'Attributes',
    codes: 'Codes and links',
    rules: 'Rules',
    hours: 'Business hours',
    replies: 'Canned replies',
    flows: 'Phone menus',
    developers: 'Developers',
    calls: 'Calls',
    phoneNumbers: 'Phone numbers',
    lookUps: 'Look-ups',
    callWidgets: 'Call widgets',
    people: 'People',
    audit: 'Audit',
    privacy: 'Privacy',
    settings: 'Settings',
    system: 'System',
    me: 'Your account',
    account: (name: string) => `Account of ${name}`,
    sessions: 'Sessions',
    language: 'Language',
    logOut: 'Log out',
    shortcuts: 'Keyboard shortcuts',
    engagements: 'Engagements',
    verification: 'Verification',
    policies: 'Policies',
    topics: 'Topics',
    locks: 'Locks',
    search: 'Search or jump to'
  },

  theme: { label: 'Theme', system: 'As the system', light: 'Light', dark: 'Dark' },

  presence: { label: 'Availability', online: 'Online', away: 'Away' },

  palette: {
    title: 'Search and commands',
    placeholder: 'Find a customer, open a page, do something…',
    pages: 'Pages',
    actions: 'Actions',
    findCustomer: (text: string) => `Find customer “${text}”`,
    customers: 'Customers',
    searching: 'Searching customers…',
    notFound: 'No customer has exactly this.',
    failed: 'The search did not work.',
    nothing: 'No page or action has that name.',
    choose: 'choose',
    open: 'open',
    close: 'close',
    results: (n: number) => plural(n, { one: '# result', other: '# results' })
  },

  keys: {
    title: 'Keyboard shortcuts',
    palette: 'Search and commands',
    control: 'Ctrl',
    help: 'This help',
    search: 'Go to the search field',
    then: 'then',
    single: 'Single-key shortcuts',
    singleHelp: 'Off: only combinations with Ctrl or ⌘ act. For speech input and switch devices.',
    everywhere: 'Everywhere',
    goTo: 'Go to',
    here: 'On this page'
  },

  table: {
    views: 'Views',
    allRows: 'All',
    saveView: 'Save this view',
    viewName: 'Name of the view',
    viewHelp: 'Filters and columns as they are now. Kept for you, on every device.',
    viewTaken: 'Replaces the view of that name.',
    removeView: 'Remove this view',
    viewRemoved: (name: string) => `View “${name}” removed.`,
    columns: 'Columns',
    select: (name: string) => `Select ${name}`,
    selectAll: 'Select all rows shown',
    selected: (n: number) => plural(n, { one: '# selected', other: '# selected' }),
    clearSelection: 'Clear selection',
    bulk: 'Actions for the selection'
  },

  combobox: {
    none: 'Nothing matches',
    open: 'Show options',
    found: (n: number) => plural(n, { one: '# option', other: '# options' })
  },

  reveal: {
    show: 'Reveal',
    hide: 'Hide',
    hidesIn: (seconds: number) => `Hidden again in ${seconds} s`,
    reason: 'Why do you need to see it?',
    reasons: 'Usual reasons',
    usual: ['Call or write back', 'Check who it is', 'Send something', 'Handle a complaint'],
    onRecord: 'Everybody who may see this customer can see that you looked, and why. The value is hidden again after a minute.',
    revealed: (field: string) => `Revealed: ${field}`,
    fields: { name: 'name', email: 'e-mail', phone: 'phone', external_id: 'customer id', user_id: 'id at the channel', subject: 'subject', text: 'text of a message', attachments: 'file names', profile_name: 'name', identifiers: 'an identifier' }
  },

  logIn: {
    title: 'Log in',
    email: 'E-mail',
    password: 'Password',
    submit: 'Log in',
    busy: 'Logging in…',
    needed: 'This server has no workspace yet. Open the set-up link that it prints when it starts.',
    bad: 'E-mail or password is not right.',
    badHint: 'Check both and try again. An administrator can send you a new invitation.',
    later: (secs: number) =>
      plural(secs, { one: 'Too many attempts. Try again in # second.', other: 'Too many attempts. Try again in # seconds.' }),
    ended: 'Your session ended. Log in to go on where you were.'
  },

  setUp: {
    title: 'Set up Countersign',
    text: 'This makes the workspace and its first administrator. The link works once.',
    noToken: 'This page needs the set-up link',
    noTokenText: 'The server printed it at its first start. Open it whole, with the part after #.',
    done: 'This server is set up already',
    doneText: 'Log in, or ask an administrator for an invitation.',
    workspace: 'Name of the workspace',
    workspaceHelp: 'Usually the name of your company.',
    yourName: 'Your name',
    email: 'Your e-mail',
    password: 'Password',
    passwordHelp: 'At least 15 characters. A sentence is easier to remember than signs.',
    submit: 'Create the workspace'
  },

  invitation: {
    title: 'Join the workspace',
    text: 'Choose a password. The link works once.',
    titleOf: (workspace: string) => `Join ${workspace}`,
    textOf: (email: string) => `You are invited as ${email}. Choose a password; the link works once.`,
    titleAgain: (workspace: string) => `${workspace}: choose a new password`,
    textAgain: (email: string) => `You log in as ${email}. The link works once.`,
    noToken: 'This page needs an invitation link',
    noTokenText: 'Open the link from your invitation whole, with the part after #.',
    name: 'Your name',
    nameHelp: 'Leave it empty to keep the name in the invitation.',
    submit: 'Join'
  }
};
