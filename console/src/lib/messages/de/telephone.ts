/** The telephones on which colleagues take calls. */
export const telephone = {
  telephone: {
    title: 'Telefon für Anrufe',
    text: 'Anrufe für Sie, Ihre Gruppen und deren Warteschlangen klingeln auf diesem Telefon, solange Sie da sind. Um einen anzunehmen, heben Sie ab und drücken eine Taste.',
    number: 'Nummer',
    numberHelp: 'Mit Ländervorwahl, etwa +46706170786. Nur wem sie gehört und Administratoren sehen sie; Anrufer sehen die Nummer der Firma. Leer: kein Telefon.',
    rings: 'Klingelt bei Anrufen',
    item: 'Telefon',
    of: (name: string) => `Telefon von ${name}`,
    textOf: 'Anrufe für diese Person, ihre Gruppen und deren Warteschlangen klingeln auf diesem Telefon, solange sie da ist. Um einen anzunehmen, hebt sie ab und drückt eine Taste.',
    answer: 'Ihr Telefon klingelt. Heben Sie ab und drücken Sie eine Taste.'
  }
};
