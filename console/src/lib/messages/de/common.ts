import { number, plural } from '../../format/plural';

export const common = {
  app: { name: 'Countersign', skip: 'Zum Inhalt springen' },

  common: {
    close: 'Schließen',
    cancel: 'Abbrechen',
    save: 'Speichern',
    saved: 'Gespeichert.',
    create: 'Anlegen',
    edit: 'Bearbeiten',
    remove: 'Entfernen',
    delete: 'Löschen',
    copy: 'Kopieren',
    copied: 'Kopiert',
    copyFailed: 'Bitte markieren und von Hand kopieren',
    dismiss: 'Ausblenden',
    undo: 'Rückgängig',
    retry: 'Erneut versuchen',
    loading: 'Wird geladen',
    more: 'Mehr anzeigen',
    optional: 'optional',
    reason: 'Grund',
    reasonHelp: 'Steht in der Akte dieses Kunden, für Ihre Kollegen und für Prüfer.',
    typeToConfirm: (name: string) => `Geben Sie zur Bestätigung „${name}“ ein`,
    noMatch: 'Zu diesen Filtern passt nichts',
    noMatchText: 'Lockern Sie einen Filter oder beginnen Sie von vorn.',
    clearFilters: 'Filter zurücksetzen',
    yes: 'Ja',
    no: 'Nein',
    name: 'Name',
    state: 'Status',
    created: 'Angelegt',
    lastUsed: 'Zuletzt verwendet',
    never: 'Nie',
    actions: 'Aktionen',
    actionsFor: (name: string) => `Aktionen für ${name}`,
    search: 'Suchen',
    unnamed: 'Ohne Namen',
    you: 'Sie'
  },

  assurance: {
    word: { al0: 'Anonym', al1: 'Erkannt', al2: 'Verifiziert', al3: 'Authentifiziert' },
    meaning: {
      al0: 'Nichts sagt uns, wer das ist.',
      al1: 'Behauptet oder vermutet, nicht nachgewiesen.',
      al2: 'Nachgewiesen durch das, was die Person weiß.',
      al3: 'Nachgewiesen durch einen Code oder eine signierte Sitzung.'
    },
    endsIn: (left: string) => `Gilt noch ${left}.`,
    timeLeft: 'verbleibende Zeit ',
    levelLabel: 'Stufe'
  },

  masking: {
    masked: 'maskiert',
    why: 'Ihre Rolle sieht diesen Wert maskiert. Das entscheidet ein Administrator unter „Maskierung“.'
  },

  errors: {
    requestId: 'Anfrage-ID',
    copyRequestId: 'Anfrage-ID kopieren',
    forbidden: 'Dazu fehlt Ihnen die Berechtigung',
    forbiddenText: (permission: string) =>
      `Erforderlich ist die Berechtigung „${permission}“. Ein Administrator vergibt sie mit einer Rolle unter „Team“.`,
    notFound: 'Hier gibt es nichts',
    notFoundText: 'Die Adresse stimmt nicht, oder der Inhalt wurde gelöscht.',
    crashed: 'Diese Seite ist fehlgeschlagen',
    crashedText: 'Meist hilft es, sie neu zu laden. Auf dem Server wurde nichts geändert.',
    reload: 'Neu laden',
    backHome: 'Zurück zum Posteingang'
  },

  fields: {
    refused: 'Hier stimmt noch etwas nicht.',
    missing: 'Bitte ausfüllen.',
    choose: 'Bitte auswählen.',
    email: 'Schreiben Sie eine E-Mail-Adresse, etwa ann@example.org.',
    url: 'Schreiben Sie die ganze Adresse, etwa https://example.org.',
    short: (characters: number) => plural(characters, { one: 'Mindestens # Zeichen.', other: 'Mindestens # Zeichen.' }),
    long: (characters: number) => plural(characters, { one: 'Höchstens # Zeichen.', other: 'Höchstens # Zeichen.' }),
    least: (least: number) => `Mindestens ${number(least)}.`,
    most: (most: number) => `Höchstens ${number(most)}.`,
    number: 'Schreiben Sie eine Zahl.',
    whole: 'Schreiben Sie eine ganze Zahl ohne Nachkommastellen.',
    form: 'Das hat nicht die richtige Form.'
  },

  secret: {
    once: 'Es wird nur dieses eine Mal angezeigt. Countersign behält keine lesbare Kopie.',
    stored: 'Ich habe es gespeichert'
  },

  live: {
    stale: 'Keine Verbindung zum Server. Was Sie sehen, ist möglicherweise veraltet.',
    reconnect: 'Die Verbindung wird automatisch wiederhergestellt.',
    now: 'Jetzt verbinden',
    again: 'Wieder verbunden. Alles ist auf dem neuesten Stand.'
  },

  notices: {
    title: 'Benachrichtigungen',
    label: (unread: number) =>
      plural(unread, { one: 'Benachrichtigungen, # ungelesen', other: 'Benachrichtigungen, # ungelesen' }),
    assigned: (name: string) => `${name} wurde Ihnen zugewiesen`,
    message: (name: string) => `Neue Nachricht von ${name}`,
    readAll: 'Alle als gelesen markieren',
    read: 'Als gelesen markieren',
    byRule: (name: string) => `Regel: ${name}`,
    failed: 'Was Regeln Ihnen mitteilten, ließ sich nicht laden.',
    unread: 'ungelesen',
    empty: 'Nichts Neues',
    emptyText: 'Hier erscheinen neue Nachrichten in Ihren Unterhaltungen, neu zugewiesene Unterhaltungen und was Regeln Ihnen mitteilen.',
    came: (n: number) => plural(n, { one: '# neue Benachrichtigung', other: '# neue Benachrichtigungen' })
  },

  nav: {
    label: 'Hauptnavigation',
    open: 'Menü öffnen',
    work: 'Arbeit',
    start: 'Erste Schritte',
    setUp: 'Einrichten',
    phone: 'Telefon',
    prompts: 'Ansagen',
    manage: 'Verwaltung',
    inbox: 'Posteingang',
    customers: 'Kunden',
    visitors: 'Live-Besucher',
    reports: 'Berichte',
    channels: 'Kanäle',
    widgets: 'Widgets',
    sites: 'Websites',
    invitations: 'Einladungen',
    attributes: 'Attribute',
    codes: 'Codes und Verknüpfungen',
    rules: 'Regeln',
    hours: 'Geschäftszeiten',
    replies: 'Textbausteine',
    flows: 'Telefonmenüs',
    developers: 'Entwickler',
    calls: 'Anrufe',
    phoneNumbers: 'Rufnummern',
    lookUps: 'Abfragen',
    callWidgets: 'Anrufkarten',
    people: 'Team',
    audit: 'Audit',
    privacy: 'Datenschutz',
    settings: 'Einstellungen',
    system: 'System',
    me: 'Ihr Konto',
    account: (name: string) => `Konto von ${name}`,
    sessions: 'Sitzungen',
    language: 'Sprache',
    logOut: 'Abmelden',
    shortcuts: 'Tastenkürzel',
    engagements: 'Prüfungsgespräche',
    verification: 'Prüfung',
    policies: 'Richtlinien',
    topics: 'Themen',
    locks: 'Sperren',
    search: 'Suchen oder springen zu'
  },

  theme: { label: 'Farbschema', system: 'Wie das System', light: 'Hell', dark: 'Dunkel' },

  presence: { label: 'Anwesenheit', online: 'Online', away: 'Abwesend' },

  palette: {
    title: 'Suche und Befehle',
    placeholder: 'Kunden finden, Seite öffnen, etwas ausführen …',
    pages: 'Seiten',
    actions: 'Aktionen',
    findCustomer: (text: string) => `Kunden „${text}“ suchen`,
    customers: 'Kunden',
    searching: 'Kunden werden gesucht …',
    notFound: 'Kein Kunde stimmt genau damit überein.',
    failed: 'Die Suche ist fehlgeschlagen.',
    nothing: 'Keine Seite oder Aktion heißt so.',
    choose: 'auswählen',
    open: 'öffnen',
    close: 'schließen',
    results: (n: number) => plural(n, { one: '# Treffer', other: '# Treffer' })
  },

  keys: {
    title: 'Tastenkürzel',
    palette: 'Suche und Befehle',
    control: 'Strg',
    help: 'Diese Hilfe',
    search: 'Zum Suchfeld',
    then: 'dann',
    single: 'Kürzel mit einer Taste',
    singleHelp: 'Aus: Nur Kombinationen mit Strg oder ⌘ wirken. Für Spracheingabe und Schaltergeräte.',
    everywhere: 'Überall',
    goTo: 'Gehe zu',
    here: 'Auf dieser Seite'
  },

  table: {
    views: 'Ansichten',
    allRows: 'Alle',
    saveView: 'Diese Ansicht speichern',
    viewName: 'Name der Ansicht',
    viewHelp: 'Filter und Spalten, wie sie jetzt sind. Wird in diesem Browser aufbewahrt.',
    viewTaken: 'Ersetzt die Ansicht dieses Namens.',
    removeView: 'Diese Ansicht entfernen',
    viewRemoved: (name: string) => `Ansicht „${name}“ entfernt.`,
    columns: 'Spalten',
    select: (name: string) => `${name} auswählen`,
    selectAll: 'Alle angezeigten Zeilen auswählen',
    selected: (n: number) => plural(n, { one: '# ausgewählt', other: '# ausgewählt' }),
    clearSelection: 'Auswahl aufheben',
    bulk: 'Aktionen für die Auswahl'
  },

  combobox: {
    none: 'Nichts gefunden',
    open: 'Auswahl anzeigen',
    found: (n: number) => plural(n, { one: '# Möglichkeit', other: '# Möglichkeiten' })
  },

  reveal: {
    show: 'Aufdecken',
    hide: 'Verbergen',
    hidesIn: (seconds: number) => `Wird in ${seconds} s wieder verborgen`,
    reason: 'Warum müssen Sie das sehen?',
    reasons: 'Übliche Gründe',
    usual: ['Zurückrufen oder zurückschreiben', 'Prüfen, wer es ist', 'Etwas zusenden', 'Eine Beschwerde bearbeiten'],
    onRecord: 'Alle, die diesen Kunden sehen dürfen, können sehen, dass und warum Sie hingesehen haben. Nach einer Minute wird der Wert wieder verborgen.',
    revealed: (field: string) => `Aufgedeckt: ${field}`,
    fields: { name: 'Name', email: 'E-Mail', phone: 'Telefon', external_id: 'Kundennummer', user_id: 'Kennung im Kanal', subject: 'Betreff', text: 'Text einer Nachricht', attachments: 'Dateinamen', profile_name: 'Name', identifiers: 'eine Kennung' }
  },

  logIn: {
    title: 'Anmelden',
    email: 'E-Mail',
    password: 'Passwort',
    submit: 'Anmelden',
    busy: 'Anmeldung läuft …',
    needed: 'Dieser Server hat noch keinen Arbeitsbereich. Öffnen Sie den Einrichtungslink, den er beim Start ausgibt.',
    bad: 'E-Mail oder Passwort stimmt nicht.',
    badHint: 'Prüfen Sie beides und versuchen Sie es erneut. Ein Administrator kann Ihnen eine neue Einladung senden.',
    later: (secs: number) =>
      plural(secs, {
        one: 'Zu viele Versuche. Versuchen Sie es in # Sekunde erneut.',
        other: 'Zu viele Versuche. Versuchen Sie es in # Sekunden erneut.'
      }),
    ended: 'Ihre Sitzung ist beendet. Melden Sie sich an, um dort weiterzumachen, wo Sie waren.'
  },

  setUp: {
    title: 'Countersign einrichten',
    text: 'Damit entstehen der Arbeitsbereich und sein erster Administrator. Der Link gilt einmal.',
    noToken: 'Diese Seite braucht den Einrichtungslink',
    noTokenText: 'Der Server hat ihn beim ersten Start ausgegeben. Öffnen Sie ihn vollständig, mit dem Teil nach dem #.',
    done: 'Dieser Server ist bereits eingerichtet',
    doneText: 'Melden Sie sich an oder bitten Sie einen Administrator um eine Einladung.',
    workspace: 'Name des Arbeitsbereichs',
    workspaceHelp: 'Meist der Name Ihres Unternehmens.',
    yourName: 'Ihr Name',
    email: 'Ihre E-Mail',
    password: 'Passwort',
    passwordHelp: 'Mindestens 15 Zeichen. Ein Satz merkt sich leichter als Sonderzeichen.',
    submit: 'Arbeitsbereich anlegen'
  },

  invitation: {
    title: 'Dem Arbeitsbereich beitreten',
    text: 'Wählen Sie ein Passwort. Der Link gilt einmal.',
    titleOf: (workspace: string) => `${workspace} beitreten`,
    textOf: (email: string) => `Sie sind als ${email} eingeladen. Wählen Sie ein Passwort; der Link gilt einmal.`,
    titleAgain: (workspace: string) => `${workspace}: neues Passwort wählen`,
    textAgain: (email: string) => `Sie melden sich als ${email} an. Der Link gilt einmal.`,
    noToken: 'Diese Seite braucht einen Einladungslink',
    noTokenText: 'Öffnen Sie den Link aus Ihrer Einladung vollständig, mit dem Teil nach dem #.',
    name: 'Ihr Name',
    nameHelp: 'Leer lassen, um den Namen aus der Einladung zu behalten.',
    submit: 'Beitreten'
  }
};
