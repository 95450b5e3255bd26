import { number, plural } from '../../format/plural';

export const pages = {
  start: {
    title: 'Get started',
    text: 'From an empty workspace to the first customer whom you know for sure.',
    progress: (done: number, all: number) => `${number(done)} of ${number(all)} done`,
    done: 'Done',
    todo: 'To do',
    allDone: 'Everything is set up.',
    allDoneText: 'Customers can prove who they are. What happens from here on stands in the inbox.',
    toInbox: 'Open the inbox',
    steps: {
      workspace: {
        title: 'Name the workspace',
        text: 'Colleagues see this name; customers meet it in invitations.',
        action: 'Workspace settings'
      },
      channel: {
        title: 'Make a channel',
        text: 'A place where customers write: the web chat on your site, or your own messenger.',
        action: 'Channels'
      },
      code: {
        title: 'Get the first code',
        text: 'Play the customer: get a code for an invented person. Nothing is sent anywhere.',
        action: 'Test chat'
      },
      authenticated: {
        title: 'See the first “Authenticated”',
        text: 'Paste the code into the test chat. The customer behind it is then proved.',
        action: 'Test chat'
      },
      widget: {
        title: 'Put the widget on your site',
        text: 'A snippet on the page, a few lines on your server. Ticks as soon as a page of yours shows it.',
        action: 'Widgets'
      },
      team: {
        title: 'Invite a colleague',
        text: 'By a link that works once. Roles decide what each person may do and see.',
        action: 'People'
      }
    }
  },

  testChat: {
    title: 'Test chat',
    text: 'Both sides of an identification on one page, with an invented customer. It uses a real channel and a real widget of your workspace, made for the test.',
    prepare: 'Start the test chat',
    prepareText: 'Makes a web chat and a widget, both called “Test chat”, that only this console may show. You can delete them later.',
    preparing: 'Making them…',
    site: 'Your site, as a signed-in customer sees it',
    signedIn: (name: string) => `Signed in as ${name}`,
    customer: 'Ada Example',
    getCode: 'Get code',
    newCode: 'Get another code',
    code: 'Identification code',
    codeFor: (left: string) => `Valid for another ${left}. It works once.`,
    codeOver: 'This code has expired. Get another one.',
    paste: 'Paste into the chat',
    chat: 'The chat, as the same customer sees it',
    message: 'Message',
    placeholder: 'Write something, or paste the code…',
    send: 'Send',
    empty: 'Say hello, then paste the code.',
    agent: 'What your team sees',
    nobody: 'Write in the chat: the conversation appears here.',
    authenticated: (name: string) => `That is ${name}, proved.`,
    authenticatedText: 'The chat now belongs to this customer, with the evidence on record. Your own site works the same way.',
    openCase: 'Open the conversation',
    needs: 'An administrator can run the test chat.',
    insecure: 'The test chat signs a token in the browser, which browsers allow on https and on localhost only.'
  },

  events: {
    title: 'Event log',
    text: 'What happened, as webhooks tell it: ids and words, never personal data. Messages stand in their conversations.',
    type: 'Type',
    anyType: 'Any type',
    by: 'By',
    when: 'When',
    payload: 'Payload',
    empty: 'Nothing happened yet',
    emptyText: 'Issue a code or write in the test chat, and the events of it stand here.'
  },

  requests: {
    title: 'Request log',
    text: 'Requests of your API keys in the last seven days, 100,000 at most. Bodies, addresses and ids in paths are not kept.',
    key: 'API key',
    anyKey: 'Any key',
    request: 'Request',
    status: 'Status',
    anyStatus: 'Any status',
    statuses: { '2xx': 'Successful', failed: 'Failed', '4xx': 'Refused (4xx)', '5xx': 'Server error (5xx)' },
    duration: 'Took',
    took: (ms: string) => `${ms} ms`,
    requestId: 'Request id',
    find: 'Find a request id',
    findHelp: 'Every answer carries it as X-Request-Id.',
    problem: 'Problem',
    empty: 'No requests yet',
    emptyText: 'Call the API with one of your keys; the request stands here a second later.'
  },

  deadLetters: {
    replaySome: (n: number) => plural(n, { one: 'Send # again', other: 'Send # again' }),
    replayAll: 'Send all again',
    call: (name: string) => `Call of the rule “${name}”`,
    callGone: 'Call of a rule that was deleted',
    callWhat: 'A rule called another server',
    replayedSome: (n: number) => plural(n, { one: '# is sent again.', other: '# are sent again.' })
  },

  roles: {
    tab: 'Roles',
    peopleTab: 'People',
    tabs: 'Parts of this page',
    text: 'What each role may do. The words in the last column are the scopes of API keys.',
    permission: 'Permission',
    scope: 'Scope',
    may: (role: string) => `${role} may`,
    mayNot: (role: string) => `${role} may not`,
    keysOnly: 'API keys only'
  },

  auditPage: {
    anyAction: 'Any action',
    export: 'Export',
    exportCsv: 'CSV, for spreadsheets',
    exportJsonl: 'JSON lines, for programs',
    exportHint: 'What the filters show. The export itself stands in the log.',
    ok: 'Done',
    byId: 'Id of who did it',
    objectId: 'Id of what it was done to',
    actorKind: {
      user: 'Person',
      api_key: 'API key',
      public: 'Page',
      customer: 'Customer',
      system: 'Countersign'
    } as Record<string, string>,
    action: {
      'access.denied': 'Access refused',
      'api_key.create': 'API key made',
      'api_key.revoke': 'API key revoked',
      'api_key.rotate': 'API key rotated',
      'attachment.open': 'File opened',
      'attribute.create': 'Attribute made',
      'attribute.delete': 'Attribute deleted',
      'attribute.update': 'Attribute changed',
      'audit.accept_lost_heads': 'Lost signatures accepted',
      'audit.export': 'Audit log exported',
      'audit.verify': 'Audit log verified',
      'auth.lock': 'Log-in locked',
      'auth.login': 'Logged in',
      'auth.logout': 'Logged out',
      'calendar.create': 'Business hours made',
      'calendar.delete': 'Business hours deleted',
      'calendar.update': 'Business hours changed',
      'canned_reply.create': 'Canned reply made',
      'canned_reply.delete': 'Canned reply deleted',
      'canned_reply.update': 'Canned reply changed',
      'case.ask_for_code': 'Code asked for',
      'case.end': 'Chat ended',
      'case.list': 'Conversations listed',
      'case.update': 'Conversation changed',
      'channel.create': 'Channel made',
      'channel.delete': 'Channel deleted',
      'channel.rotate_secret': 'New secret of a channel',
      'channel.test': 'Channel tested',
      'channel.update': 'Channel changed',
      'code.issue': 'Code issued',
      'code.disown': 'Code disowned by the customer',
      'code.list': 'Codes listed',
      'code.redeem': 'Code redeemed',
      'code.revoke': 'Code revoked',
      'group.create': 'Group made',
      'group.delete': 'Group deleted',
      'group.update': 'Group changed',
      'link.confirm': 'Link confirmed',
      'link.create': 'Account linked',
      'link.end': 'Link ended',
      'link.undo': 'Link undone',
      'link.unlink': 'Account unlinked',
      'masking.update': 'Masking changed',
      'message.retry': 'Reply sent again',
      'outbox.give_up': 'Delivery given up',
      'outbox.replay': 'Dead letter sent again',
      'profile.export': 'Customers taken along as a file',
      'import.apply': 'Import applied',
      'import.cancel': 'Import stopped',
      'import.finish': 'Import finished',
      'import.preview': 'Import looked at',
      'import.upload': 'File of customers brought',
      'profile.block': 'Customer blocked',
      'profile.create': 'Customer made',
      'profile.delete': 'Customer deleted',
      'profile.list': 'Customers listed',
      'profile.search': 'Customers searched',
      'profile.unblock': 'Customer unblocked',
      'profile.update': 'Customer changed',
      'profile.view': 'Customer viewed',
      'rule.create': 'Rule made',
      'rule.delete': 'Rule deleted',
      'rule.order': 'Rules put in order',
      'rule.storm': 'Rules answered too much',
      'rule.update': 'Rule changed',
      'rule_group.create': 'Group of rules made',
      'rule_group.delete': 'Group of rules deleted',
      'rule_group.update': 'Group of rules changed',
      'rule_settings.update': 'Settings of rules changed',
      'rule_template.install': 'Scenario of rules installed',
      'session.end': 'Session ended',
      'setup.complete': 'Workspace set up',
      'setup.make_link': 'Set-up link made',
      'user.accept_invitation': 'Invitation accepted',
      'user.change_password': 'Password changed',
      'user.invite': 'Person invited',
      'user.renew_invitation': 'Invitation renewed',
      'user.update': 'Person changed',
      'user.update_own': 'Own account changed',
      'webhook.create': 'Webhook made',
      'webhook.delete': 'Webhook deleted',
      'webhook.disable': 'Webhook disabled',
      'webhook.replay': 'Delivery sent again',
      'webhook.rotate_secret': 'New secret of a webhook',
      'webhook.test': 'Webhook tested',
      'webhook.update': 'Webhook changed',
      'widget.add_key': 'Widget key added',
      'widget.create': 'Widget made',
      'widget.delete': 'Widget deleted',
      'widget.remove_key': 'Widget key removed',
      'widget.update': 'Widget changed',
      'workspace.update': 'Workspace changed'
    } as Record<string, string>
  },

  systemPage: {
    ready: 'Ready',
    readyText: 'Answers requests and writes to the database.',
    notReady: 'Not ready',
    notReadyText: 'The server does not answer this page’s questions.',
    clock: 'Clock',
    serverTime: 'Time of the server',
    drift: 'Against this browser',
    inStep: 'In step',
    ahead: (span: string) => `${span} ahead`,
    behind: (span: string) => `${span} behind`,
    driftHelp: 'Codes and tokens live for minutes: a clock that is off makes them invalid.',
    live: 'Live codes',
    id: 'Id',
    server: 'Server',
    thisServer: 'This server',
    started: 'Started',
    seen: 'Last sign of life',
    kinds: { sqlite: 'SQLite', postgres: 'PostgreSQL' } as Record<string, string>
  },

  sessionsPage: {
    endOthers: 'End all other sessions',
    ended: (n: number) => plural(n, { one: '# session ended.', other: '# sessions ended.' }),
    noOthers: 'You are logged in here only.'
  },

  preview: {
    title: 'Preview',
    text: 'As customers see it, with sample data. Also what is not saved yet.',
    frame: 'Preview of the widget',
    device: 'Device',
    devices: { phone: 'Phone', desktop: 'Desktop' },
    state: 'State',
    states: {
      ready: 'Before the press',
      code: 'With a code',
      linked: 'After success',
      held: 'Asking before it links',
      undone: 'After “not me”',
      links: 'Linked channels',
      expired: 'Expired',
      signed_out: 'Signed out',
      unavailable: 'Unavailable'
    },
    language: 'Language',
    scheme: 'Light or dark',
    schemes: { light: 'Light', dark: 'Dark' },
    direction: 'Direction',
    directions: { ltr: 'Left to right', rtl: 'Right to left' },
    ours: 'Comes with Countersign',
    yours: 'Yours',
    reset: 'Back to ours'
  },

  widgetPage: {
    seen: 'Last seen on a page',
    neverSeen: 'Not seen on any page yet',
    framework: 'Page',
    frameworks: { html: 'Plain HTML', react: 'React' },
    language: 'Language of the server',
    integrityHelp: 'The browser checks the file against the integrity value and refuses a changed one.',
    unsaved: 'Not saved yet'
  },

  codesPage: {
    customer: 'Customer',
    nobody: 'Nobody named yet',
    issuer: 'Issued by',
    issuers: { api_key: 'Your server', signed_widget: 'A signed widget', plain_widget: 'An unsigned widget' } as Record<string, string>,
    why: {
      live: 'Not sent yet',
      expired: 'Not sent in time',
      superseded: 'A newer code replaced it',
      revoked: 'Taken back by a person',
      used: 'Its link was undone or removed'
    } as Record<string, string>
  },

  filters: {
    masked: 'Some values are masked for your role. You can still search for the whole value.',
    notLinked: 'Not linked',
    notLinkedHelp: 'Known to you, but no channel account is proved to be theirs yet.'
  },

  chatSettings: {
    availability: 'When somebody is there',
    availabilityHelp: 'When nobody is, visitors leave a message with a name and an address.',
    availabilities: { auto: 'By who of the team is active', online: 'Always', offline: 'Never' },
    offlineText: 'What visitors read when nobody is there',
    offlineHelp: 'Left empty: our words, in their language.',
    files: 'Visitors may send files',
    questions: 'Questions before the chat',
    questionsHelp: 'For visitors who are not signed in. What they answer is a claim and proves nothing.',
    question: (n: number) => `Question ${n}`,
    kind: (n: number) => `Kind of answer to question ${n}`,
    kinds: { text: 'Text', email: 'E-mail', phone: 'Phone', choice: 'Choice' },
    options: (n: number) => `What question ${n} offers`,
    optionsHint: 'Order, Delivery, Other',
    required: 'The chat waits for an answer',
    remove: (n: number) => `Remove question ${n}`,
    add: 'Add a question'
  }
};
