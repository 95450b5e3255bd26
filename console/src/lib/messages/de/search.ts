export const search = {
  search: {
    results: 'Gefunden',
    conversations: 'Gespräche',
    messages: 'Nachrichten',
    none: 'Nichts gefunden',
    noneText: 'Jedes Wort muss der Anfang eines Wortes derselben Nachricht sein. E-Mail-Adressen und lange Nummern in Nachrichten werden nicht durchsucht, die der Kundschaft schon.',
    within: 'Nur innerhalb der Filter gesucht.',
    everywhere: 'Überall suchen',
    notWhole: 'Ältere Nachrichten werden noch eingelesen. Versuchen Sie es später noch einmal.',
    off: 'Dieser Server durchsucht die Wörter von Nachrichten nicht; gefunden werden Unterhaltungen nach Nummer, Label und Kunde.',
    note: 'Notiz',
    find: (text: string) => `Gespräche nach „${text}“ durchsuchen`
  }
};
