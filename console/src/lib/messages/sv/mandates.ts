export const mandates = {
  mandates: {
    title: 'Fullmakter',
    create: 'Lägg till fullmakt',
    text: 'Någon som får företräda kunden. En fullmakt är ett bevis: den ändras aldrig, bara förkortas eller återkallas.',
    none: 'Ingen får företräda kunden.',
    directions: {
      represented: 'Får företräda kunden',
      representative: 'Kunden företräder'
    },
    states: {
      active: 'Gäller',
      future: 'Inte än',
      ended: 'Utgången',
      revoked: 'Återkallad'
    },
    fromTo: (from: string, to: string) => `${from} till ${to}`,
    from: (from: string) => `från ${from}, utan slut`,
    representative: 'Vem som företräder',
    chooseFirst: 'Sök och välj vem som företräder.',
    kind: 'Typ',
    scope: 'För vad',
    scopes: {
      topics: 'Vissa ämnen',
      all: 'Alla ämnen'
    },
    allHelp: 'Även de som tillkommer senare.',
    chooseTopics: 'Välj minst ett ämne.',
    validFrom: 'Första dagen',
    validUntil: 'Sista dagen',
    untilHelp: 'Tomt: utan slut.',
    documents: 'Handlingar',
    documentTitle: 'Vad det är',
    documentReference: 'Var den finns',
    addDocument: 'Lägg till handling',
    shorten: 'Förkorta',
    shortenTitle: 'Förkorta fullmakten',
    shortenText: 'Den upphör efter dagen du väljer. Den kan inte förlängas igen; då krävs en ny fullmakt.',
    shortened: 'Fullmakten förkortades.',
    revoke: 'Återkalla',
    revokeTitle: 'Återkalla fullmakten?',
    revokeText: 'Den upphör nu, även i pågående möten. Den finns kvar i historiken.',
    revoked: 'Fullmakten återkallades.'
  },
  locks: {
    title: 'Spärrar och undantag',
    text: 'Kunder för vilka för många kontroller misslyckats. Den som inte ledde någon av dem kan tillåta en till inom en timme.',
    empty: 'Ingen är spärrad',
    emptyText: 'Den som misslyckas för ofta på en dag står här.',
    failures: 'Misslyckade',
    until: 'Spärrad till',
    open: 'En till är tillåten',
    allow: 'Tillåt en till',
    another: 'Någon annan måste göra det.',
    allowTitle: (name: string) => `Tillåta en till för ${name}?`,
    allowText: 'En kontroll inom en timme. Misslyckas den gäller spärren igen. Minst tio tecken: det sparas.',
    allowed: 'En till är tillåten i en timme.',
    alerts: 'Ovanligt många misslyckanden',
    alert: (failed: number, all: number) => `${failed} av ${all} kontroller misslyckades.`
  }
};
