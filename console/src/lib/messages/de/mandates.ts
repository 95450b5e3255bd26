export const mandates = {
  mandates: {
    title: 'Vollmachten',
    create: 'Vollmacht eintragen',
    text: 'Wer für diese Person handeln darf. Eine Vollmacht ist ein Nachweis: Sie wird nie geändert, nur verkürzt oder widerrufen.',
    none: 'Niemand darf für diese Person handeln.',
    directions: {
      represented: 'Darf für diese Person handeln',
      representative: 'Diese Person handelt für'
    },
    states: {
      active: 'Gültig',
      future: 'Noch nicht',
      ended: 'Abgelaufen',
      revoked: 'Widerrufen'
    },
    fromTo: (from: string, to: string) => `${from} bis ${to}`,
    from: (from: string) => `ab ${from}, ohne Ende`,
    representative: 'Wer handelt',
    chooseFirst: 'Suchen und wählen Sie, wer handelt.',
    kind: 'Art',
    scope: 'Wofür',
    scopes: {
      topics: 'Einzelne Themen',
      all: 'Alle Themen'
    },
    allHelp: 'Auch solche, die später dazukommen.',
    chooseTopics: 'Wählen Sie mindestens ein Thema.',
    validFrom: 'Erster Tag',
    validUntil: 'Letzter Tag',
    untilHelp: 'Leer: ohne Ende.',
    documents: 'Unterlagen',
    documentTitle: 'Was es ist',
    documentReference: 'Wo es liegt',
    addDocument: 'Unterlage hinzufügen',
    shorten: 'Verkürzen',
    shortenTitle: 'Diese Vollmacht verkürzen',
    shortenText: 'Sie endet nach dem gewählten Tag. Verlängern lässt sie sich nicht wieder; dafür braucht es eine neue Vollmacht.',
    shortened: 'Die Vollmacht wurde verkürzt.',
    revoke: 'Widerrufen',
    revokeTitle: 'Diese Vollmacht widerrufen?',
    revokeText: 'Sie endet sofort, auch in laufenden Gesprächen. Sie bleibt im Protokoll.',
    revoked: 'Die Vollmacht wurde widerrufen.'
  },
  locks: {
    title: 'Sperren und Ausnahmen',
    text: 'Personen, deren Prüfung zu oft gescheitert ist. Wer keine davon geführt hat, kann innerhalb einer Stunde eine weitere erlauben.',
    empty: 'Niemand ist gesperrt',
    emptyText: 'Wer an einem Tag zu oft scheitert, steht hier.',
    failures: 'Gescheitert',
    until: 'Gesperrt bis',
    open: 'Eine weitere ist erlaubt',
    allow: 'Eine weitere erlauben',
    another: 'Das muss jemand anderes tun.',
    allowTitle: (name: string) => `${name}: eine weitere Prüfung erlauben?`,
    allowText: 'Eine Prüfung innerhalb einer Stunde. Scheitert sie, gilt die Sperre wieder. Mindestens zehn Zeichen: Es steht im Protokoll.',
    allowed: 'Eine weitere ist für eine Stunde erlaubt.',
    alerts: 'Auffällig viele Fehlschläge',
    alert: (failed: number, all: number) => `${failed} von ${all} Prüfungen gescheitert.`
  }
};
