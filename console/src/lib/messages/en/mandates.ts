/** Who may act for whom, and customers who are locked. */
export const mandates = {
  mandates: {
    title: 'Mandates',
    create: 'Add a mandate',
    text: 'Somebody who may act for this customer. A mandate is evidence: it is never changed, only shortened or revoked.',
    none: 'Nobody may act for this customer.',
    directions: {
      represented: 'May act for this customer',
      representative: 'This customer acts for'
    },
    states: {
      active: 'Active',
      future: 'Not yet',
      ended: 'Ended',
      revoked: 'Revoked'
    },
    fromTo: (from: string, to: string) => `${from} to ${to}`,
    from: (from: string) => `from ${from}, without an end`,
    representative: 'Who acts',
    chooseFirst: 'Find and choose who acts.',
    kind: 'Kind',
    scope: 'For what',
    scopes: {
      topics: 'Some topics',
      all: 'All topics'
    },
    allHelp: 'Those included that are made later.',
    chooseTopics: 'Choose at least one topic.',
    validFrom: 'First day',
    validUntil: 'Last day',
    untilHelp: 'Empty: without an end.',
    documents: 'Documents',
    documentTitle: 'What it is',
    documentReference: 'Where it is filed',
    addDocument: 'Add a document',
    shorten: 'Shorten',
    shortenTitle: 'Shorten this mandate',
    shortenText: 'It ends after the day you choose. It cannot be made longer again; that takes a new mandate.',
    shortened: 'The mandate was shortened.',
    revoke: 'Revoke',
    revokeTitle: 'Revoke this mandate?',
    revokeText: 'It ends now, in conversations under way too. It stays on record.',
    revoked: 'The mandate was revoked.'
  },
  locks: {
    title: 'Locks and overrides',
    text: 'Customers of whom too many verifications failed. Somebody who led none of them can allow one more within the hour.',
    empty: 'Nobody is locked',
    emptyText: 'Whoever fails too often within a day stands here.',
    failures: 'Failed',
    until: 'Locked until',
    open: 'One more is allowed',
    allow: 'Allow one more',
    another: 'Another person has to.',
    allowTitle: (name: string) => `Allow one more for ${name}?`,
    allowText: 'One verification within the hour. If it fails, the lock holds again. Write at least ten characters: it stands in the record.',
    allowed: 'One more is allowed for an hour.',
    alerts: 'Unusual failures',
    alert: (failed: number, all: number) => `${failed} of ${all} verifications failed.`
  }
};
