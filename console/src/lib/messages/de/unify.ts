/** Kunden, die einer sein können, und welche von selbst einer werden. */
export const unify = {
  suggestions: {
    title: 'Vorgeschlagene Zusammenführungen',
    text: 'Paare von Kunden, die einer sein können. Jedes Gewicht sagt, wie sehr eine Übereinstimmung dafür oder dagegen spricht: +1 verdoppelt die Chance.',
    tabs: 'Welche Vorschläge',
    tab: { open: 'Offen', later: 'Später', not_the_same: 'Nicht dieselben', accepted: 'Angenommen' },
    empty: {
      open: ['Nichts zu entscheiden', 'Paare erscheinen hier, wenn zwei Kunden eine Adresse, eine Nummer oder einen Namen teilen, der etwas sagt.'],
      later: ['Nichts wartet', 'Was Sie aufschieben, wartet hier.'],
      not_the_same: ['Niemand wurde getrennt gehalten', 'Hier stehen Paare, von denen jemand gesagt hat, dass es zwei sind. Sie werden nie wieder vorgeschlagen.'],
      accepted: ['Nichts wurde angenommen', 'Hier stehen angenommene Vorschläge, solange ihre Zusammenführung besteht.']
    },
    pair: (one: string, other: string) => `${one} und ${other}`,
    value: 'Wert',
    into: 'Bleibt',
    from: 'Geht darin auf',
    since: 'Seit',
    claimed: 'behauptet',
    claimedHelp: 'Jemand hat es gesagt, ohne Beweis.',
    reasons: 'Warum',
    isClaimed: (reason: string) => `${reason}, behauptet`,
    score: (weight: string) => `Gewicht ${weight}`,
    scoreHelp: 'Die Summe der Gewichte unten.',
    reason: {
      email: { same: 'Gleiche E-Mail-Adresse' },
      phone: { same: 'Gleiche Telefonnummer', variant: 'Gleiche Telefonnummer, anders geschrieben' },
      name: { same: 'Gleicher Name', close: 'Ähnliche Namen', part: 'Ein Teil des Namens gleich', different: 'Verschiedene Namen' },
      birth_date: { same: 'Gleiches Geburtsdatum', close: 'Ähnliche Geburtsdaten', different: 'Verschiedene Geburtsdaten' },
      address: { same: 'Gleiche Straße und Nummer', close: 'Ähnliche Straßen', street: 'Gleiche Straße, andere Nummer', different: 'Verschiedene Straßen' },
      post_code: { same: 'Gleiche Postleitzahl', close: 'Ähnliche Postleitzahlen', different: 'Verschiedene Postleitzahlen' },
      town: { same: 'Gleicher Ort', different: 'Verschiedene Orte' },
      device: { same: 'Gleiches Gerät' },
      colleague: { says: 'Jemand aus dem Team sagt es' }
    } as Record<string, Record<string, string>>,
    merge: 'Zusammenführen',
    notSame: 'Nicht dieselben',
    later: 'Später',
    mayNot: 'Sie können es sehen. Es entscheidet, wer Kunden zusammenführen darf.',
    merged: (from: string, into: string) => `${from} gehört jetzt zu ${into}.`,
    undone: 'Zurückgenommen. Es sind wieder zwei Kunden, die nicht mehr vorgeschlagen werden.',
    undoneBut: 'Zurückgenommen. Was seitdem geschrieben wurde, bleibt, wo es ist.',
    look: 'Ansehen',
    refuseTitle: 'Nicht dieselben?',
    refuseText: (one: string, other: string) =>
      `${one} und ${other} werden nie wieder vorgeschlagen und nie von selbst einer. Von Hand kann man sie weiterhin zusammenführen.`,
    refused: 'Sie bleiben zwei.',
    postponed: 'Wartet unter „Später“.'
  },

  unification: {
    title: 'Zusammenführung',
    text: 'Wann zwei Kunden von selbst einer werden. Jede solche Zusammenführung lässt sich 30 Tage lang zurücknehmen; was sonst gleich aussieht, wird einem Menschen vorgeschlagen.',
    toggles: {
      email: ['Über die E-Mail-Adresse verbinden', 'Zwei Kunden werden einer, wenn Mailserver bei beiden für dieselbe Adresse bürgen und keiner authentifiziert ist.'],
      phone: ['Über die Telefonnummer verbinden', 'Zwei Kunden werden einer, wenn WhatsApp, SMS oder ein geteilter Telegram-Kontakt bei beiden für dieselbe Nummer bürgen und keiner authentifiziert ist.']
    },
    outlook: {
      merges: 'Würden Teil eines anderen Kunden',
      suggestions: 'Würden vorgeschlagen',
      more: 'Es gibt mehr Paare, als auf einmal gezählt werden. Die Zahlen sind Untergrenzen.',
      examples: 'Zum Beispiel',
      counted: 'Gezählt an den Kunden, die es jetzt gibt. Die Einstellung gilt für das, was danach aufgezeichnet wird: Diese werden einer, sobald etwas Neues von ihnen aufgezeichnet wird. Ihr Blick wird protokolliert.',
      counting: 'Es wird gezählt, was das bewirken würde …',
      turnOn: 'Einschalten'
    },
    fromNow: 'Eine Änderung gilt für das, was danach aufgezeichnet wird.',
    saved: 'Gespeichert. Es gilt für das, was ab jetzt aufgezeichnet wird.',
    always: 'Immer verbunden',
    alwaysText: 'Zwei authentifizierte Kunden, von denen Ihr eigener Server dieselbe Adresse oder Nummer nennt.',
    never: 'Nie von selbst verbunden',
    nevers: [
      'Wer nur etwas behauptet: in einen Chat getippt, von einer Seite ohne Signatur gesagt, von jemandem im Team eingetragen. Es wird vorgeschlagen.',
      'Zwei mit verschiedenen externen IDs, eine Person mit einer Organisation, und wer gesperrt ist.',
      'Wer eine Adresse wie info@ teilt, eine Nummer, die niemand hat, oder eine, die bei mehr als drei Kunden steht.',
      'Wer fast dasselbe teilt: eine Plus-Adresse, Buchstaben, die gleich aussehen, eine andere Schreibweise einer Nummer.',
      'Von wem jemand gesagt hat, dass es zwei sind, oder wessen Zusammenführung zurückgenommen wurde.'
    ],
    suggestions: 'Vorgeschlagene Zusammenführungen'
  }
};
