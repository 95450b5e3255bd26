import { plural } from '../../format/plural';

export const merge = {
  merge: {
    menu: 'Mit einem anderen Kunden zusammenführen …',
    title: (customer: string) => `${customer} zusammenführen`,
    findText: 'Suchen Sie den anderen nach Kundennummer, E-Mail, Telefon oder externer ID. Nichts geschieht, bevor Sie gesehen haben, was es bewirkt.',
    find: 'Kundennummer, E-Mail, Telefon oder externe ID',
    nobody: 'Kein anderer Kunde gefunden',
    nobodyText: 'Prüfen Sie Ihre Eingabe. Werte werden als Ganzes verglichen.',
    another: 'Anderen wählen',
    goesOn: 'Bleibt bestehen',
    standsBehind: 'Geht darin auf',
    swap: 'Anders herum',
    better: 'Anders herum wäre es besser: Der andere ist nachgewiesen, besser bekannt oder älter.',
    gains: 'Was er bekommt',
    noGains: 'Nichts, was er nicht schon hat.',
    conflicts: 'Worin sich beide unterscheiden',
    noConflicts: 'Sie widersprechen sich nirgends.',
    wins: 'Bleibt',
    gives: 'Weicht',
    of: (reference: string) => `Laut ${reference}`,
    effects: 'Was außerdem geschieht',
    accounts: (n: number) =>
      plural(n, {
        one: '# Account auf einem Kanal geht über, mit seinen Unterhaltungen. Chats laufen weiter.',
        other: '# Accounts auf Kanälen gehen über, mit ihren Unterhaltungen. Chats laufen weiter.'
      }),
    noAccounts: 'Kein Account auf einem Kanal geht über.',
    endsCodes: (reference: string) => `Noch gültige Codes von ${reference} enden.`,
    left: (n: number) =>
      plural(n, {
        one: '# Adresse oder Nummer führt zu niemandem mehr: Ein Kunde hat höchstens zehn von jeder Art.',
        other: '# Adressen oder Nummern führen zu niemandem mehr: Ein Kunde hat höchstens zehn von jeder Art.'
      }),
    leads: (from: string, into: string) => `${from} führt von da an zu ${into}.`,
    noLevel: 'Keine Stufe steigt dadurch: Das Wort eines Kollegen ist kein Nachweis.',
    days: '30 Tage lang lässt es sich zurücknehmen.',
    why: 'Warum sind beide derselbe Kunde?',
    verb: 'Zusammenführen',
    done: (from: string, into: string) => `${from} gehört jetzt zu ${into}.`,
    landed: (old: string, now: string) => `${old} wurde mit ${now} zusammengeführt; Sie sehen hier ${now}.`,
    list: 'Zusammengeführte Kunden',
    cameAlong: (references: string) => `Mit ihnen gekommen: ${references}`,
    by: (name: string) => `von ${name}`,
    grounds: {
      hand: 'Von Hand',
      suggestion: 'Ein Vorschlag wurde angenommen',
      proved: 'Von selbst: Bei beiden ist dasselbe nachgewiesen',
      attested: 'Von selbst: Anbieter bestätigen bei beiden dasselbe'
    },
    until: (date: string) => `Lässt sich bis ${date} zurücknehmen`,
    over: 'Zu alt, um es zurückzunehmen',
    undone: 'Zurückgenommen',
    undo: 'Zusammenführung zurücknehmen',
    undoTitle: (reference: string) => `Zusammenführung von ${reference} zurücknehmen?`,
    undoText: 'Beide sind wieder zwei Kunden, jeder mit dem, was er hatte. Was seither geschrieben wurde, bleibt hier und wird genannt. Von selbst kommen die beiden nie wieder zusammen.',
    undoDone: 'Die Zusammenführung wurde zurückgenommen.',
    undoStayed: (what: string) => `Die Zusammenführung wurde zurückgenommen. Später geschrieben und deshalb hier geblieben: ${what}`,
    stayed: (what: string) => `Später geschrieben und an seinem Platz geblieben: ${what}`,
    active: 'Aktiv',
    fields: {
      state: 'Status',
      claim: (field: string) => `${field}, eigene Angabe`,
      identifier: 'Adresse oder Nummer',
      account: 'Account auf einem Kanal',
      attribute: 'Ein gelöschtes Attribut'
    },
    sources: {
      signed_session: 'einer signierten Sitzung',
      look_up: 'Ihrem eigenen System, im Anruf gefragt',
      rule: 'einer Regel',
      attested: 'dem Anbieter des Kanals',
      claimed: 'der Person selbst'
    }
  }
};
