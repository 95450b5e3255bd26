import { number, plural } from '../../format/plural';

export const pages = {
  start: {
    title: 'Erste Schritte',
    text: 'Vom leeren Arbeitsbereich bis zum ersten Kunden, den Sie sicher kennen.',
    progress: (done: number, all: number) => `${number(done)} von ${number(all)} erledigt`,
    done: 'Erledigt',
    todo: 'Zu erledigen',
    allDone: 'Alles ist eingerichtet.',
    allDoneText: 'Kunden können nachweisen, wer sie sind. Was von nun an geschieht, steht im Posteingang.',
    toInbox: 'Posteingang öffnen',
    steps: {
      workspace: {
        title: 'Arbeitsbereich benennen',
        text: 'Kollegen sehen diesen Namen; Kunden begegnet er in Einladungen.',
        action: 'Einstellungen des Arbeitsbereichs'
      },
      channel: {
        title: 'Kanal anlegen',
        text: 'Ein Ort, an dem Kunden schreiben: der Webchat auf Ihrer Website oder Ihr eigener Messenger.',
        action: 'Kanäle'
      },
      code: {
        title: 'Den ersten Code anfordern',
        text: 'Spielen Sie den Kunden: Fordern Sie einen Code für eine erfundene Person an. Es wird nichts versendet.',
        action: 'Testchat'
      },
      authenticated: {
        title: 'Das erste „Authentifiziert“ sehen',
        text: 'Fügen Sie den Code in den Testchat ein. Damit ist nachgewiesen, welcher Kunde dahintersteht.',
        action: 'Testchat'
      },
      widget: {
        title: 'Widget in Ihre Website einbauen',
        text: 'Ein Codeausschnitt auf der Seite, einige Zeilen auf Ihrem Server. Wird abgehakt, sobald eine Ihrer Seiten es zeigt.',
        action: 'Widgets'
      },
      team: {
        title: 'Kollegen einladen',
        text: 'Mit einem Link, der einmal gilt. Rollen legen fest, was jede Person darf und sieht.',
        action: 'Team'
      }
    }
  },

  testChat: {
    title: 'Testchat',
    text: 'Beide Seiten einer Identifikation auf einer Seite, mit einem erfundenen Kunden. Er nutzt einen echten Kanal und ein echtes Widget Ihres Arbeitsbereichs, die für den Test angelegt werden.',
    prepare: 'Testchat starten',
    prepareText: 'Legt einen Webchat und ein Widget namens „Test chat“ an, die nur diese Konsole zeigen darf. Sie können sie später löschen.',
    preparing: 'Wird angelegt …',
    site: 'Ihre Website, wie ein angemeldeter Kunde sie sieht',
    signedIn: (name: string) => `Angemeldet als ${name}`,
    customer: 'Ada Beispiel',
    getCode: 'Code anfordern',
    newCode: 'Neuen Code anfordern',
    code: 'Identifikationscode',
    codeFor: (left: string) => `Noch ${left} gültig. Er gilt einmal.`,
    codeOver: 'Dieser Code ist abgelaufen. Fordern Sie einen neuen an.',
    paste: 'In den Chat einfügen',
    chat: 'Der Chat, wie derselbe Kunde ihn sieht',
    message: 'Nachricht',
    placeholder: 'Etwas schreiben oder den Code einfügen …',
    send: 'Senden',
    empty: 'Sagen Sie Hallo und fügen Sie dann den Code ein.',
    agent: 'Was Ihr Team sieht',
    nobody: 'Schreiben Sie im Chat: Die Unterhaltung erscheint hier.',
    authenticated: (name: string) => `Das ist ${name}, nachgewiesen.`,
    authenticatedText: 'Der Chat gehört nun zu diesem Kunden, der Nachweis ist festgehalten. Auf Ihrer Website geht es genauso.',
    openCase: 'Unterhaltung öffnen',
    needs: 'Ein Administrator kann den Testchat ausführen.',
    insecure: 'Der Testchat signiert ein Token im Browser; das erlauben Browser nur über https und auf localhost.'
  },

  events: {
    title: 'Ereignisprotokoll',
    text: 'Was geschah, wie Webhooks es melden: IDs und Wörter, nie personenbezogene Daten. Nachrichten stehen in ihren Unterhaltungen.',
    type: 'Typ',
    anyType: 'Jeder Typ',
    by: 'Durch',
    when: 'Wann',
    payload: 'Inhalt',
    empty: 'Noch ist nichts geschehen',
    emptyText: 'Stellen Sie einen Code aus oder schreiben Sie im Testchat, dann stehen die Ereignisse hier.'
  },

  requests: {
    title: 'Anfrageprotokoll',
    text: 'Anfragen Ihrer API-Schlüssel der letzten sieben Tage, höchstens 100.000. Inhalte, Adressen und IDs in Pfaden werden nicht aufbewahrt.',
    key: 'API-Schlüssel',
    anyKey: 'Jeder Schlüssel',
    request: 'Anfrage',
    status: 'Status',
    anyStatus: 'Jeder Status',
    statuses: { '2xx': 'Erfolgreich', failed: 'Fehlgeschlagen', '4xx': 'Abgelehnt (4xx)', '5xx': 'Serverfehler (5xx)' },
    duration: 'Dauer',
    took: (ms: string) => `${ms} ms`,
    requestId: 'Anfrage-ID',
    find: 'Anfrage-ID suchen',
    findHelp: 'Jede Antwort trägt sie als X-Request-Id.',
    problem: 'Problem',
    empty: 'Noch keine Anfragen',
    emptyText: 'Rufen Sie die API mit einem Ihrer Schlüssel auf; die Anfrage steht eine Sekunde später hier.'
  },

  deadLetters: {
    replaySome: (n: number) => plural(n, { one: '# erneut senden', other: '# erneut senden' }),
    replayAll: 'Alle erneut senden',
    call: (name: string) => `Aufruf der Regel „${name}“`,
    callGone: 'Aufruf einer gelöschten Regel',
    callWhat: 'Eine Regel rief einen anderen Server auf',
    replayedSome: (n: number) => plural(n, { one: '# wird erneut gesendet.', other: '# werden erneut gesendet.' })
  },

  roles: {
    tab: 'Rollen',
    peopleTab: 'Personen',
    tabs: 'Teile dieser Seite',
    text: 'Was jede Rolle darf. Die Wörter in der letzten Spalte sind die Scopes von API-Schlüsseln.',
    permission: 'Berechtigung',
    scope: 'Scope',
    may: (role: string) => `${role}: erlaubt`,
    mayNot: (role: string) => `${role}: nicht erlaubt`,
    keysOnly: 'Nur API-Schlüssel'
  },

  auditPage: {
    anyAction: 'Jede Aktion',
    export: 'Exportieren',
    exportCsv: 'CSV, für Tabellen',
    exportJsonl: 'JSON-Zeilen, für Programme',
    exportHint: 'Was die Filter zeigen. Auch der Export selbst steht im Protokoll.',
    ok: 'Ausgeführt',
    byId: 'ID dessen, der es tat',
    objectId: 'ID dessen, woran es geschah',
    actorKind: { user: 'Person', api_key: 'API-Schlüssel', public: 'Seite', customer: 'Kunde', system: 'Countersign' },
    action: {
      'access.denied': 'Zugriff verweigert',
      'api_key.create': 'API-Schlüssel angelegt',
      'api_key.revoke': 'API-Schlüssel widerrufen',
      'api_key.rotate': 'API-Schlüssel erneuert',
      'attachment.open': 'Datei geöffnet',
      'attribute.create': 'Attribut angelegt',
      'attribute.delete': 'Attribut gelöscht',
      'attribute.update': 'Attribut geändert',
      'audit.accept_lost_heads': 'Verlorene Signaturen hingenommen',
      'audit.export': 'Audit-Protokoll exportiert',
      'audit.verify': 'Audit-Protokoll geprüft',
      'auth.lock': 'Anmeldung gesperrt',
      'auth.login': 'Angemeldet',
      'auth.logout': 'Abgemeldet',
      'calendar.create': 'Geschäftszeiten angelegt',
      'calendar.delete': 'Geschäftszeiten gelöscht',
      'calendar.update': 'Geschäftszeiten geändert',
      'canned_reply.create': 'Textbaustein angelegt',
      'canned_reply.delete': 'Textbaustein gelöscht',
      'canned_reply.update': 'Textbaustein geändert',
      'case.ask_for_code': 'Code angefordert',
      'case.end': 'Chat beendet',
      'case.list': 'Unterhaltungen aufgelistet',
      'case.update': 'Unterhaltung geändert',
      'channel.create': 'Kanal angelegt',
      'channel.delete': 'Kanal gelöscht',
      'channel.rotate_secret': 'Neues Geheimnis eines Kanals',
      'channel.test': 'Kanal getestet',
      'channel.update': 'Kanal geändert',
      'code.issue': 'Code ausgestellt',
      'code.disown': 'Code vom Kunden nicht anerkannt',
      'code.list': 'Codes aufgelistet',
      'code.redeem': 'Code eingelöst',
      'code.revoke': 'Code widerrufen',
      'group.create': 'Gruppe angelegt',
      'group.delete': 'Gruppe gelöscht',
      'group.update': 'Gruppe geändert',
      'link.confirm': 'Verknüpfung bestätigt',
      'link.create': 'Account verknüpft',
      'link.end': 'Verknüpfung beendet',
      'link.undo': 'Verknüpfung zurückgenommen',
      'link.unlink': 'Verknüpfung gelöst',
      'masking.update': 'Maskierung geändert',
      'message.retry': 'Antwort erneut gesendet',
      'outbox.give_up': 'Zustellung aufgegeben',
      'outbox.replay': 'Nicht Zustellbares erneut gesendet',
      'profile.block': 'Kunde gesperrt',
      'profile.create': 'Kunde angelegt',
      'profile.delete': 'Kunde gelöscht',
      'profile.list': 'Kunden aufgelistet',
      'profile.search': 'Kunden gesucht',
      'profile.unblock': 'Kunde entsperrt',
      'profile.update': 'Kunde geändert',
      'profile.view': 'Kunde angesehen',
      'rule.create': 'Regel angelegt',
      'rule.delete': 'Regel gelöscht',
      'rule.order': 'Regeln geordnet',
      'rule.storm': 'Regeln antworteten zu viel',
      'rule.update': 'Regel geändert',
      'rule_group.create': 'Regelgruppe angelegt',
      'rule_group.delete': 'Regelgruppe gelöscht',
      'rule_group.update': 'Regelgruppe geändert',
      'rule_settings.update': 'Einstellungen der Regeln geändert',
      'rule_template.install': 'Regelszenario installiert',
      'session.end': 'Sitzung beendet',
      'setup.complete': 'Arbeitsbereich eingerichtet',
      'setup.make_link': 'Einrichtungslink erzeugt',
      'user.accept_invitation': 'Einladung angenommen',
      'user.change_password': 'Passwort geändert',
      'user.invite': 'Person eingeladen',
      'user.renew_invitation': 'Einladung erneuert',
      'user.update': 'Person geändert',
      'user.update_own': 'Eigenes Konto geändert',
      'webhook.create': 'Webhook angelegt',
      'webhook.delete': 'Webhook gelöscht',
      'webhook.disable': 'Webhook deaktiviert',
      'webhook.replay': 'Zustellung erneut gesendet',
      'webhook.rotate_secret': 'Neues Geheimnis eines Webhooks',
      'webhook.test': 'Webhook getestet',
      'webhook.update': 'Webhook geändert',
      'widget.add_key': 'Widget-Schlüssel hinzugefügt',
      'widget.create': 'Widget angelegt',
      'widget.delete': 'Widget gelöscht',
      'widget.remove_key': 'Widget-Schlüssel entfernt',
      'widget.update': 'Widget geändert',
      'workspace.update': 'Arbeitsbereich geändert'
    }
  },

  systemPage: {
    ready: 'Bereit',
    readyText: 'Beantwortet Anfragen und schreibt in die Datenbank.',
    notReady: 'Nicht bereit',
    notReadyText: 'Der Server beantwortet die Fragen dieser Seite nicht.',
    clock: 'Uhr',
    serverTime: 'Zeit des Servers',
    drift: 'Gegenüber diesem Browser',
    inStep: 'Im Takt',
    ahead: (span: string) => `${span} voraus`,
    behind: (span: string) => `${span} zurück`,
    driftHelp: 'Codes und Tokens leben nur Minuten: Eine falsch gehende Uhr macht sie ungültig.',
    live: 'Gültige Codes',
    id: 'ID',
    server: 'Server',
    thisServer: 'Dieser Server',
    started: 'Gestartet',
    seen: 'Letztes Lebenszeichen',
    kinds: { sqlite: 'SQLite', postgres: 'PostgreSQL' }
  },

  sessionsPage: {
    endOthers: 'Alle anderen Sitzungen beenden',
    ended: (n: number) => plural(n, { one: '# Sitzung beendet.', other: '# Sitzungen beendet.' }),
    noOthers: 'Sie sind nur hier angemeldet.'
  },

  preview: {
    title: 'Vorschau',
    text: 'Wie Kunden es sehen, mit Beispieldaten. Auch mit dem, was noch nicht gespeichert ist.',
    frame: 'Vorschau des Widgets',
    device: 'Gerät',
    devices: { phone: 'Telefon', desktop: 'Desktop' },
    state: 'Zustand',
    states: {
      ready: 'Vor dem Drücken',
      code: 'Mit einem Code',
      linked: 'Nach Erfolg',
      held: 'Fragt vor dem Verknüpfen',
      undone: 'Nach „Das bin ich nicht“',
      links: 'Verknüpfte Kanäle',
      expired: 'Abgelaufen',
      signed_out: 'Abgemeldet',
      unavailable: 'Nicht verfügbar'
    },
    language: 'Sprache',
    scheme: 'Hell oder dunkel',
    schemes: { light: 'Hell', dark: 'Dunkel' },
    direction: 'Richtung',
    directions: { ltr: 'Von links nach rechts', rtl: 'Von rechts nach links' },
    ours: 'Mitgeliefert',
    yours: 'Ihr Text',
    reset: 'Zurück zum mitgelieferten'
  },

  widgetPage: {
    seen: 'Zuletzt auf einer Seite gesehen',
    neverSeen: 'Noch auf keiner Seite gesehen',
    framework: 'Seite',
    frameworks: { html: 'Reines HTML', react: 'React' },
    language: 'Sprache des Servers',
    integrityHelp: 'Der Browser prüft die Datei gegen den Wert integrity und lehnt eine veränderte ab.',
    unsaved: 'Noch nicht gespeichert'
  },

  codesPage: {
    customer: 'Kunde',
    nobody: 'Noch niemand benannt',
    issuer: 'Ausgestellt von',
    issuers: { api_key: 'Ihrem Server', signed_widget: 'Einem signierten Widget', plain_widget: 'Einem nicht signierten Widget' },
    why: {
      live: 'Noch nicht gesendet',
      expired: 'Nicht rechtzeitig gesendet',
      superseded: 'Ein neuerer Code hat ihn ersetzt',
      revoked: 'Von einer Person widerrufen',
      used: 'Seine Verknüpfung wurde zurückgenommen oder gelöst'
    }
  },

  filters: {
    masked: 'Einige Werte sind für Ihre Rolle maskiert. Nach dem ganzen Wert können Sie trotzdem suchen.',
    notLinked: 'Nicht verknüpft',
    notLinkedHelp: 'Ihnen bekannt, aber noch ist kein Account nachweislich dem Kunden zugeordnet.'
  },

  chatSettings: {
    availability: 'Wann jemand da ist',
    availabilityHelp: 'Wenn niemand da ist, hinterlassen Besucher eine Nachricht mit Name und Adresse.',
    availabilities: { auto: 'Je nachdem, wer vom Team aktiv ist', online: 'Immer', offline: 'Nie' },
    offlineText: 'Was Besucher lesen, wenn niemand da ist',
    offlineHelp: 'Leer gelassen: unser Text, in ihrer Sprache.',
    files: 'Besucher dürfen Dateien senden',
    questions: 'Fragen vor dem Chat',
    questionsHelp: 'Für nicht angemeldete Besucher. Ihre Antworten sind eigene Angaben und weisen nichts nach.',
    question: (n: number) => `Frage ${n}`,
    kind: (n: number) => `Art der Antwort auf Frage ${n}`,
    kinds: { text: 'Text', email: 'E-Mail', phone: 'Telefon', choice: 'Auswahl' },
    options: (n: number) => `Was Frage ${n} zur Auswahl stellt`,
    optionsHint: 'Bestellung, Lieferung, Sonstiges',
    required: 'Der Chat wartet auf eine Antwort',
    remove: (n: number) => `Frage ${n} entfernen`,
    add: 'Frage hinzufügen'
  }
};
