import { number, plural } from '../../format/plural';

/** Websites, deren Seiten sagen, was ihre Besucher tun. */
export const sites = {
  sites: {
    title: 'Websites',
    text: 'Websites, die Countersign sagen, was ihre Besucher tun. So sehen Sie, wer da ist und was er sich angesehen hat.',
    create: 'Neue Website',
    edit: 'Name und Adressen',
    empty: 'Noch keine Website',
    emptyText: 'Melden Sie eine Website an, fügen Sie eine Zeile in ihre Seiten ein, und ihre Besucher erscheinen unter Live-Besucher.',
    origins: 'Adressen',
    originsHelp: 'Wo die Seiten liegen, eine pro Zeile, etwa https://shop.example. Ereignisse von anderen Adressen werden abgelehnt.',
    lastEvent: 'Letztes Ereignis',
    states: { active: 'Aktiv', paused: 'Angehalten' },
    pause: 'Anhalten',
    resume: 'Fortsetzen',
    pausedText: 'Diese Website ist angehalten: Was ihre Seiten senden, wird abgelehnt.',
    deleteTitle: (name: string) => `${name} löschen?`,
    deleteText: 'Ihr Schlüssel gilt sofort nicht mehr: Was ihre Seiten danach noch senden, wird abgelehnt.',
    tabs: 'Was Sie einrichten möchten',
    tab: { snippet: 'Codeausschnitt', privacy: 'Datenschutz', triggers: 'Kategorien und Auslöser', uncertain: 'Unsichere Besucher', events: 'Ereignisse' },
    mayNot: 'Sie können sich alles ansehen. Zum Ändern braucht Ihre Rolle das Recht, Websites zu ändern.'
  },

  siteSnippet: {
    title: 'Fügen Sie dies in jede Seite ein',
    text: 'Irgendwo im head. Es lädt neben der Seite, hält nichts auf und schadet nicht, wo es blockiert wird.',
    consentNote: (call: string) => `Diese Website fragt zuerst: Es wird nichts gesendet, bevor Ihre Seite ${call} aufruft.`,
    key: 'Schreibschlüssel',
    keyHelp: 'Kein Geheimnis: Er steht in Ihren Seiten, nimmt Ereignisse nur von Ihren Adressen an und liest nichts.',
    integrity: 'Integrität',
    integrityHelp: 'Der Browser führt das Skript nur aus, wenn es genau dieses ist.',
    waiting: 'Wartet auf das erste Ereignis',
    waitingText: 'Öffnen Sie eine Seite mit dem Codeausschnitt. Diese Anzeige ändert sich von selbst.',
    works: 'Ereignisse kommen an',
    last: 'Das letzte',
    seeEvents: 'Ereignisse ansehen',
    seeVisitors: 'Sehen, wer da ist',
    signIn: 'Sagen, wer sich anmeldet',
    signInText: 'Rufen Sie dies auf, wenn ein Kunde sich an- oder abmeldet. Mit einem Token, das Ihr Server signiert hat, ist der Besuch authentifiziert; ohne es sagt es nur die Seite.'
  },

  sitePrivacy: {
    consent: 'Einwilligung',
    consents: {
      required: ['Erst fragen', 'Nichts wird gesendet, gespeichert oder nummeriert, bevor Ihre Seite sagt, dass der Besucher zustimmt.'],
      assumed: ['Sofort beginnen', 'Ereignisse werden ab der ersten Seite gesendet. Für Fälle, in denen das Recht es erlaubt oder Ihre Seite schon gefragt hat.']
    } as Record<'required' | 'assumed', [string, string]>,
    storage: 'Woran ein Browser wiedererkannt wird',
    storages: {
      cookie: ['An einem Cookie des Servers', 'Wird bis zu ein Jahr lang wiedererkannt. Skripte der Seite können das Cookie nicht lesen.'],
      storage: ['Am Speicher des Browsers', 'Wird wiedererkannt, bis der Besucher ihn leert. Skripte der Seite können ihn lesen.'],
      none: ['Gar nicht', 'Kennungen gelten nur, solange die Seite offen ist. Niemand wird wiedererkannt, jede Seite ist ein eigener Besuch.']
    } as Record<'cookie' | 'storage' | 'none', [string, string]>,
    signals: 'Signale der Browser achten',
    signalsHelp: 'Ein Browser, der Global Privacy Control oder Do Not Track sendet, bekommt keine Gerätekennung, und in ihm wird nichts gespeichert.',
    query: 'Was von Adressen bleibt',
    queryHelp: 'Namen von Abfrageparametern, die bleiben. Alle anderen schneidet der Browser ab, bevor etwas gesendet wird.',
    daily: 'Ereignisse am Tag höchstens',
    dailyHelp: 'Was darüber hinausgeht, wird abgelehnt und gezählt.',
    today: (events: number, refused: number) => `Heute kamen ${number(events)}, abgelehnt wurden ${number(refused)}, weil es zu viele waren.`,
    idle: 'Ein Besuch endet nach',
    idleHelp: 'Minuten, in denen nichts geschieht.',
    save: 'Datenschutz speichern'
  },

  siteTriggers: {
    categories: 'Kategorien',
    categoriesText: 'Namen für Teile Ihrer Website. Eine Seite gehört zu einer Kategorie, wenn ihre Adresse oder ihr Titel den Text enthält.',
    addCategory: 'Kategorie hinzufügen',
    editCategory: 'Kategorie',
    noCategories: 'Keine Kategorien',
    noCategoriesText: 'Mit ihnen finden Sie Besuche nach dem, was angesehen wurde, etwa Kredite oder Preise.',
    where: 'Suchen in',
    places: { url: 'Adresse', title: 'Titel' },
    contains: 'Enthält',
    triggers: 'Auslöser',
    triggersText: 'Ereignisse, die Seiten von selbst senden, ohne eine Zeile Code darin.',
    addTrigger: 'Auslöser hinzufügen',
    editTrigger: 'Auslöser',
    noTriggers: 'Keine Auslöser',
    noTriggersText: 'Zum Beispiel: Jemand bleibt eine halbe Minute oder drückt den Knopf, der ein Konto eröffnet.',
    removeTitle: (name: string) => `${name} entfernen?`,
    removeText: 'Was schon gesendet wurde, bleibt.',
    event: 'Name des Ereignisses',
    when: 'Wann',
    actions: { timer: 'Nach einer Zeit', click: 'Bei einem Klick', scroll: 'Beim Scrollen', submit: 'Beim Absenden eines Formulars' },
    seconds: 'Sekunden',
    percent: 'Prozent der Seite',
    element: 'Element',
    elementHelp: 'Ein CSS-Selektor, etwa #open-account oder .buy.',
    formHelp: 'Ein CSS-Selektor; ohne ihn jedes Formular. Was eingegeben wurde, wird nie gelesen.',
    page: 'Nur auf Seiten, deren Adresse enthält',
    condition: 'Zählt',
    conditions: { always: 'Immer', focused: 'Solange die Seite den Fokus hat', visible: 'Solange die Seite zu sehen ist' },
    postcondition: 'Wird dann gesendet',
    postconditions: { none: 'Auf jeden Fall', focused: 'Nur wenn die Seite den Fokus hat' },
    values: 'Geht mit',
    valuesHelp: 'Je bis zu 200 Zeichen. Formularfelder und Passwörter werden nie gelesen.',
    addValue: 'Wert hinzufügen',
    value: 'Wert',
    valueName: 'Name',
    from: 'Stammt aus',
    froms: { text: 'Dem Text eines Elements', attribute: 'Einem Attribut eines Elements', constant: 'Einem festen Text' },
    selector: 'Element (CSS-Selektor)',
    attribute: 'Attribut',
    constant: 'Text',
    says: {
      timer: (n: number) => plural(n, { one: 'Nach # Sekunde', other: 'Nach # Sekunden' }),
      click: (element: string) => `Ein Klick auf ${element}`,
      scroll: (percent: string) => `${percent} der Seite gescrollt`,
      submit: (element: string) => `${element} wird abgesendet`
    },
    anyForm: 'Ein Formular',
    onPages: (part: string) => `auf Seiten mit ${part}`
  },

  siteUncertain: {
    text: 'Was Gesprächen gesagt wird, solange nicht sicher ist, wer da ist. Nichts davon hebt eine Stufe: Eine Vermutung ist nie ein Nachweis.',
    recognised: 'Erkannte Besucher',
    recognisedText: 'Abgemeldet, oder von Ihrer Seite ohne Anmeldung genannt. Anfangs sicher, mit jeder untätigen Minute weniger.',
    assumed: 'Vermutete Besucher',
    assumedText: 'In diesem Browser war schon einmal jemand angemeldet. Eine Vermutung aus früheren Besuchen, nie eine Verknüpfung mit einem Kunden.',
    strategies: {
      anonymous: ['Nicht identifiziert', 'Wie ein Fremder behandelt: Niemand wird genannt.'],
      identified: ['Identifiziert', 'Der Name wird gezeigt, mit der Angabe, wie sicher er ist.'],
      ask: ['Das Team fragen', 'Wer das Gespräch führt, sieht, wer es sein könnte, und bestätigt oder verneint es mit einem Grund.']
    } as Record<'anonymous' | 'identified' | 'ask', [string, string]>,
    save: 'Speichern'
  },

  siteEvents: {
    inspector: 'Was ankommt',
    inspectorText: 'Die neuesten Ereignisse aller Besucher, ob angenommen oder nicht. Neue erscheinen von selbst.',
    time: 'Zeit',
    event: 'Ereignis',
    outcome: 'Ergebnis',
    outcomes: { accepted: 'Angenommen', warned: 'Mit Warnung angenommen', refused: 'Abgelehnt' },
    types: { system: 'System', business: 'Geschäftlich' },
    page: 'Seite',
    size: 'Größe',
    filter: 'Welche Ereignisse',
    any: 'Alle Ereignisse',
    empty: 'Noch nichts angekommen',
    emptyText: 'Öffnen Sie eine Seite mit dem Codeausschnitt. Was sie sendet, erscheint hier sofort, und wenn es abgelehnt wird, auch warum.',
    reason: {
      too_old: 'Es ist älter als ein Tag.',
      too_large: 'Es ist größer als 8 KB.',
      too_many: 'Es waren zu viele Ereignisse auf einmal.',
      no_name: 'Es hat keinen oder einen zu langen Namen.',
      bad_id: 'Seine Kennung sagt nichts, etwa „null“ oder „undefined“.',
      bad_shape: 'Es ist nicht gebaut wie ein Ereignis.',
      unknown_kind: 'Seine Art ist nicht bekannt.',
      schema: 'Es sieht nicht so aus, wie sein Schema sagt.',
      bad_token: 'Das Token der Anmeldung ist nicht gültig.',
      bad_url: 'Seine Adresse ließ sich nicht lesen.',
      unknown_origin: 'Es kam von einer Adresse, die nicht angemeldet ist.',
      paused: 'Die Website ist angehalten.',
      rate_limited: 'Von einer Adresse kam zu viel.'
    } as Record<string, string>,
    otherReason: (code: string) => `Aus einem anderen Grund: ${code}`,
    schemas: 'Wie Ihre Ereignisse aussehen',
    schemasText: 'Ein JSON-Schema für die Daten eines Ereignisses. Ereignisse ohne Schema werden genommen, wie sie kommen.',
    addSchema: 'Schema hinzufügen',
    editSchema: 'Schema',
    noSchemas: 'Keine Schemas',
    noSchemasText: 'Mit einem Schema merken Sie sofort, wenn eine Seite etwas anderes sendet als vereinbart.',
    schema: 'JSON-Schema',
    badJson: 'Das lässt sich nicht als JSON lesen.',
    mode: 'Wenn es nicht passt',
    modes: {
      warn: ['Warnen', 'Das Ereignis wird angenommen und hier markiert.'],
      refuse: ['Ablehnen', 'Das Ereignis wird nicht angenommen.']
    } as Record<'warn' | 'refuse', [string, string]>,
    schemaRemoveText: 'Ereignisse dieses Namens werden dann genommen, wie sie kommen.'
  }
};
