export const masking = {
  maskingPage: {
    text: 'An: Diese Rolle sieht den Wert überall maskiert. Wer Masken sieht, kann Kunden trotzdem über den genauen Wert finden, ihnen antworten und einen einzelnen Wert mit Begründung aufdecken.',
    viewAs: 'Ansehen als',
    value: 'Wert',
    differs: 'abweichend',
    attributesHelp: 'Die als persönlich oder sensibel gekennzeichneten, sofern unten nichts anderes steht.',
    reveals: 'Aufgedeckte Werte pro Stunde',
    revealsHelp: 'Jeder mit Begründung, protokolliert, nach einer Minute wieder verborgen. 0: nie.',
    patterns: 'Eigene Muster',
    patternsText: 'Was nur bei Ihnen vorkommt: Kontonummern, Mitgliedskarten. Wird in Nachrichten und Notizen, auch in früheren, vor allen verborgen, die personenbezogene Daten dort maskiert sehen. Reguläre Ausdrücke ohne Look-around.',
    pattern: 'Muster',
    patternName: 'Mitgliedskarte',
    addPattern: 'Muster hinzufügen',
    tryOn: 'An einem Text ausprobieren',
    tryHelp: 'Was eine Kundin schreiben könnte. Es wird nicht gespeichert.',
    try: 'Ausprobieren',
    surfaces: 'Wo Masken gelten',
    seenBy: (role: string) => `So sieht es: ${role}`,
    maskedFor: (field: string, role: string) => `${field}: maskiert für ${role}`,
    maskOf: (field: string) => `Maske von ${field}`,
    revealsOf: (role: string) => `Aufgedeckte Werte pro Stunde: ${role}`,
    fields: {
      name: 'Namen',
      email: 'E-Mail-Adressen',
      phone: 'Telefonnummern',
      ids: 'Kennungen von Kunden und Kanälen',
      attributes: 'Andere Attribute',
      text: 'Persönliches in Nachrichten und Notizen'
    },
    masks: {
      hidden: 'Nichts',
      year: 'Das Jahr',
      ends: 'Die ersten und letzten zwei',
      last4: 'Die letzten vier',
      name: 'Der Anfangsbuchstabe',
      email: 'Die Domain',
      phone: 'Die letzten vier Ziffern',
      town: 'Der Ort',
      auto: 'Wie üblich',
      other: 'Eine andere Maske, per API gesetzt'
    },
    surface: {
      screens: ['Bildschirme', 'Listen, Kundenseite, Gespräche und der Bereich daneben.'],
      api: ['API', 'Jede Antwort. API-Schlüssel sehen persönliche Werte nur mit dem Recht dazu.'],
      live: ['Live-Aktualisierungen', 'Sie enthalten Kennungen; jeder holt, was die eigene Rolle sehen darf.'],
      search: ['Suche', 'Nur genaue Werte, gezählt und protokolliert. Maskiertes findet niemand über den Anfang, die Sortierung oder Wörter aus Nachrichten.'],
      rules: ['Regeln und Antworten', 'Niemand fragt nach dem oder fügt ein, was er maskiert sieht.'],
      files: ['Export und Import', 'Dateien enthalten, was der Bildschirm zeigt; eine Maske gilt nie als Wert.'],
      webhooks: ['Webhooks', 'Nur Kennungen, sofern persönliche Daten nicht eingeschaltet sind.'],
      logs: ['Protokolle, Metriken, Fehler', 'Nie persönliche Werte, für niemanden.']
    }
  }
};
