import { number, plural } from '../../format/plural';

export const pages = {
  start: {
    title: 'Pierwsze kroki',
    text: 'Od pustej przestrzeni roboczej do pierwszego klienta, którego znasz na pewno.',
    progress: (done: number, all: number) => `Ukończono ${number(done)} z ${number(all)}`,
    done: 'Gotowe',
    todo: 'Do zrobienia',
    allDone: 'Wszystko jest skonfigurowane.',
    allDoneText: 'Klienci mogą potwierdzić, kim są. Dalszy ciąg znajdziesz w skrzynce.',
    toInbox: 'Otwórz skrzynkę',
    steps: {
      workspace: {
        title: 'Nazwij przestrzeń roboczą',
        text: 'Tę nazwę widzi zespół; klienci spotykają ją w zaproszeniach.',
        action: 'Ustawienia przestrzeni roboczej'
      },
      channel: {
        title: 'Utwórz kanał',
        text: 'Miejsce, w którym piszą klienci: czat w Twojej witrynie albo własny komunikator.',
        action: 'Kanały'
      },
      code: {
        title: 'Pobierz pierwszy kod',
        text: 'Wciel się w klienta: pobierz kod dla wymyślonej osoby. Nic nie jest nigdzie wysyłane.',
        action: 'Czat testowy'
      },
      authenticated: {
        title: 'Zobacz pierwszy „Uwierzytelniony”',
        text: 'Wklej kod do czatu testowego. Wtedy jest potwierdzone, który to klient.',
        action: 'Czat testowy'
      },
      widget: {
        title: 'Umieść widżet w witrynie',
        text: 'Fragment kodu na stronie i kilka wierszy na serwerze. Odhacza się, gdy tylko pokaże go jedna z Twoich stron.',
        action: 'Widżety'
      },
      team: {
        title: 'Zaproś kogoś z zespołu',
        text: 'Linkiem, który działa raz. Role decydują, co kto może robić i widzieć.',
        action: 'Zespół'
      }
    }
  },

  testChat: {
    title: 'Czat testowy',
    text: 'Obie strony identyfikacji na jednej stronie, z wymyślonym klientem. Używa prawdziwego kanału i prawdziwego widżetu Twojej przestrzeni roboczej, utworzonych na potrzeby testu.',
    prepare: 'Uruchom czat testowy',
    prepareText: 'Tworzy czat na stronie i widżet, oba o nazwie „Test chat”, które może pokazywać tylko ta konsola. Można je później usunąć.',
    preparing: 'Tworzenie…',
    site: 'Twoja witryna oczami zalogowanego klienta',
    signedIn: (name: string) => `Zalogowano jako ${name}`,
    customer: 'Ada Przykład',
    getCode: 'Pobierz kod',
    newCode: 'Pobierz inny kod',
    code: 'Kod identyfikacyjny',
    codeFor: (left: string) => `Ważny jeszcze ${left}. Działa jeden raz.`,
    codeOver: 'Ten kod wygasł. Pobierz inny.',
    paste: 'Wklej do czatu',
    chat: 'Czat oczami tego samego klienta',
    message: 'Wiadomość',
    placeholder: 'Napisz coś albo wklej kod…',
    send: 'Wyślij',
    empty: 'Przywitaj się, a potem wklej kod.',
    agent: 'Co widzi Twój zespół',
    nobody: 'Napisz na czacie: rozmowa pojawi się tutaj.',
    authenticated: (name: string) => `To ${name}, potwierdzono.`,
    authenticatedText: 'Czat należy teraz do tego klienta, a dowód jest zapisany. W Twojej witrynie działa to tak samo.',
    openCase: 'Otwórz rozmowę',
    needs: 'Czat testowy może uruchomić administrator.',
    insecure: 'Czat testowy podpisuje token w przeglądarce, a przeglądarki pozwalają na to tylko przez https i na localhost.'
  },

  events: {
    title: 'Dziennik zdarzeń',
    text: 'Co się stało, tak jak mówią o tym webhooki: identyfikatory i słowa, nigdy dane osobowe. Wiadomości są w swoich rozmowach.',
    type: 'Typ',
    anyType: 'Dowolny typ',
    by: 'Przez',
    when: 'Kiedy',
    payload: 'Treść',
    empty: 'Nic się jeszcze nie wydarzyło',
    emptyText: 'Wydaj kod albo napisz na czacie testowym, a zdarzenia pojawią się tutaj.'
  },

  requests: {
    title: 'Dziennik żądań',
    text: 'Żądania Twoich kluczy API z ostatnich siedmiu dni, najwyżej 100 000. Treści, adresy i identyfikatory w ścieżkach nie są przechowywane.',
    key: 'Klucz API',
    anyKey: 'Dowolny klucz',
    request: 'Żądanie',
    status: 'Status',
    anyStatus: 'Dowolny status',
    statuses: { '2xx': 'Udane', failed: 'Nieudane', '4xx': 'Odrzucone (4xx)', '5xx': 'Błąd serwera (5xx)' },
    duration: 'Czas',
    took: (ms: string) => `${ms} ms`,
    requestId: 'Id żądania',
    find: 'Znajdź id żądania',
    findHelp: 'Każda odpowiedź zawiera je jako X-Request-Id.',
    problem: 'Problem',
    empty: 'Nie ma jeszcze żądań',
    emptyText: 'Wywołaj API jednym ze swoich kluczy; żądanie pojawi się tu sekundę później.'
  },

  deadLetters: {
    replaySome: (n: number) => plural(n, { one: 'Wyślij ponownie: #', few: 'Wyślij ponownie: #', many: 'Wyślij ponownie: #', other: 'Wyślij ponownie: #' }),
    replayAll: 'Wyślij ponownie wszystkie',
    call: (name: string) => `Wywołanie reguły „${name}”`,
    callGone: 'Wywołanie usuniętej reguły',
    callWhat: 'Reguła wywołała inny serwer',
    replayedSome: (n: number) =>
      plural(n, { one: 'Wysyłana ponownie: #.', few: 'Wysyłane ponownie: #.', many: 'Wysyłanych ponownie: #.', other: 'Wysyłane ponownie: #.' })
  },

  roles: {
    tab: 'Role',
    peopleTab: 'Osoby',
    tabs: 'Części tej strony',
    text: 'Co może każda rola. Słowa w ostatniej kolumnie to zakresy kluczy API.',
    permission: 'Uprawnienie',
    scope: 'Zakres',
    may: (role: string) => `${role}: dozwolone`,
    mayNot: (role: string) => `${role}: niedozwolone`,
    keysOnly: 'Tylko klucze API'
  },

  auditPage: {
    anyAction: 'Dowolne działanie',
    export: 'Eksportuj',
    exportCsv: 'CSV, do arkuszy',
    exportJsonl: 'Wiersze JSON, dla programów',
    exportHint: 'To, co pokazują filtry. Sam eksport też trafia do dziennika.',
    ok: 'Wykonano',
    byId: 'Id wykonawcy',
    objectId: 'Id przedmiotu działania',
    actorKind: { user: 'Osoba', api_key: 'Klucz API', public: 'Strona', customer: 'Klient', system: 'Countersign' },
    action: {
      'access.denied': 'Odmowa dostępu',
      'api_key.create': 'Utworzono klucz API',
      'api_key.revoke': 'Unieważniono klucz API',
      'api_key.rotate': 'Wymieniono klucz API',
      'attachment.open': 'Otwarto plik',
      'attribute.create': 'Utworzono atrybut',
      'attribute.delete': 'Usunięto atrybut',
      'attribute.update': 'Zmieniono atrybut',
      'audit.accept_lost_heads': 'Przyjęto utracone podpisy',
      'audit.export': 'Wyeksportowano dziennik audytu',
      'audit.verify': 'Sprawdzono dziennik audytu',
      'auth.lock': 'Zablokowano logowanie',
      'auth.login': 'Zalogowanie',
      'auth.logout': 'Wylogowanie',
      'calendar.create': 'Utworzono godziny pracy',
      'calendar.delete': 'Usunięto godziny pracy',
      'calendar.update': 'Zmieniono godziny pracy',
      'canned_reply.create': 'Gotowa odpowiedź utworzona',
      'canned_reply.delete': 'Gotowa odpowiedź usunięta',
      'canned_reply.update': 'Gotowa odpowiedź zmieniona',
      'case.ask_for_code': 'Poproszono o kod',
      'case.end': 'Zakończono czat',
      'case.list': 'Wyświetlono listę rozmów',
      'case.update': 'Zmieniono rozmowę',
      'channel.create': 'Utworzono kanał',
      'channel.delete': 'Usunięto kanał',
      'channel.rotate_secret': 'Nowy sekret kanału',
      'channel.test': 'Przetestowano kanał',
      'channel.update': 'Zmieniono kanał',
      'code.issue': 'Wydano kod',
      'code.disown': 'Klient nie uznał kodu',
      'code.list': 'Wyświetlono listę kodów',
      'code.redeem': 'Wykorzystano kod',
      'code.revoke': 'Unieważniono kod',
      'group.create': 'Utworzono grupę',
      'group.delete': 'Usunięto grupę',
      'group.update': 'Zmieniono grupę',
      'link.confirm': 'Potwierdzono powiązanie',
      'link.create': 'Powiązano konto',
      'link.end': 'Zakończono powiązanie',
      'link.undo': 'Cofnięto powiązanie',
      'link.unlink': 'Odłączono konto',
      'masking.update': 'Zmieniono maskowanie',
      'message.retry': 'Ponowiono odpowiedź',
      'outbox.give_up': 'Zaniechano doręczenia',
      'outbox.replay': 'Ponowiono niedostarczone',
      'profile.export': 'Klientów wyeksportowano do pliku',
      'import.apply': 'Import zastosowany',
      'import.cancel': 'Import zatrzymany',
      'import.finish': 'Import zakończony',
      'import.preview': 'Import sprawdzony',
      'import.upload': 'Dodano plik klientów',
      'profile.block': 'Zablokowano klienta',
      'profile.create': 'Utworzono klienta',
      'profile.delete': 'Usunięto klienta',
      'profile.list': 'Wyświetlono listę klientów',
      'profile.search': 'Wyszukiwano klientów',
      'profile.unblock': 'Odblokowano klienta',
      'profile.update': 'Zmieniono klienta',
      'profile.view': 'Wyświetlono klienta',
      'rule.create': 'Utworzono regułę',
      'rule.delete': 'Usunięto regułę',
      'rule.order': 'Ułożono reguły',
      'rule.storm': 'Reguły odpowiadały zbyt wiele',
      'rule.update': 'Zmieniono regułę',
      'rule_group.create': 'Utworzono grupę reguł',
      'rule_group.delete': 'Usunięto grupę reguł',
      'rule_group.update': 'Zmieniono grupę reguł',
      'rule_settings.update': 'Zmieniono ustawienia reguł',
      'rule_template.install': 'Zainstalowano scenariusz reguł',
      'session.end': 'Zakończono sesję',
      'setup.complete': 'Skonfigurowano przestrzeń roboczą',
      'setup.make_link': 'Utworzono link konfiguracyjny',
      'user.accept_invitation': 'Przyjęto zaproszenie',
      'user.change_password': 'Zmieniono hasło',
      'user.invite': 'Zaproszono osobę',
      'user.renew_invitation': 'Odnowiono zaproszenie',
      'user.update': 'Zmieniono osobę',
      'user.update_own': 'Zmieniono własne konto',
      'webhook.create': 'Utworzono webhook',
      'webhook.delete': 'Usunięto webhook',
      'webhook.disable': 'Wyłączono webhook',
      'webhook.replay': 'Ponowiono doręczenie',
      'webhook.rotate_secret': 'Nowy sekret webhooka',
      'webhook.test': 'Przetestowano webhook',
      'webhook.update': 'Zmieniono webhook',
      'widget.add_key': 'Dodano klucz widżetu',
      'widget.create': 'Utworzono widżet',
      'widget.delete': 'Usunięto widżet',
      'widget.remove_key': 'Usunięto klucz widżetu',
      'widget.update': 'Zmieniono widżet',
      'workspace.update': 'Zmieniono przestrzeń roboczą'
    }
  },

  systemPage: {
    ready: 'Gotowy',
    readyText: 'Odpowiada na żądania i zapisuje do bazy danych.',
    notReady: 'Niegotowy',
    notReadyText: 'Serwer nie odpowiada na pytania tej strony.',
    clock: 'Zegar',
    serverTime: 'Czas serwera',
    drift: 'Względem tej przeglądarki',
    inStep: 'Zgodny',
    ahead: (span: string) => `${span} do przodu`,
    behind: (span: string) => `${span} do tyłu`,
    driftHelp: 'Kody i tokeny żyją minuty: rozregulowany zegar je unieważnia.',
    live: 'Ważne kody',
    id: 'Id',
    server: 'Serwer',
    thisServer: 'Ten serwer',
    started: 'Uruchomiono',
    seen: 'Ostatni znak życia',
    kinds: { sqlite: 'SQLite', postgres: 'PostgreSQL' }
  },

  sessionsPage: {
    endOthers: 'Zakończ wszystkie inne sesje',
    ended: (n: number) =>
      plural(n, { one: 'Zakończono # sesję.', few: 'Zakończono # sesje.', many: 'Zakończono # sesji.', other: 'Zakończono # sesji.' }),
    noOthers: 'Zalogowanie trwa tylko tutaj.'
  },

  preview: {
    title: 'Podgląd',
    text: 'Oczami klienta, z przykładowymi danymi. Także to, czego jeszcze nie zapisano.',
    frame: 'Podgląd widżetu',
    device: 'Urządzenie',
    devices: { phone: 'Telefon', desktop: 'Komputer' },
    state: 'Stan',
    states: {
      ready: 'Przed naciśnięciem',
      code: 'Z kodem',
      linked: 'Po powodzeniu',
      held: 'Pyta przed powiązaniem',
      undone: 'Po „To nie ja”',
      links: 'Powiązane kanały',
      expired: 'Wygasły',
      signed_out: 'Wylogowany',
      unavailable: 'Niedostępny'
    },
    language: 'Język',
    scheme: 'Jasny czy ciemny',
    schemes: { light: 'Jasny', dark: 'Ciemny' },
    direction: 'Kierunek',
    directions: { ltr: 'Od lewej do prawej', rtl: 'Od prawej do lewej' },
    ours: 'Dostarczony z Countersign',
    yours: 'Twój',
    reset: 'Przywróć dostarczony'
  },

  widgetPage: {
    seen: 'Ostatnio widziany na stronie',
    neverSeen: 'Jeszcze nie widziany na żadnej stronie',
    framework: 'Strona',
    frameworks: { html: 'Zwykły HTML', react: 'React' },
    language: 'Język serwera',
    integrityHelp: 'Przeglądarka porównuje plik z wartością integrity i odrzuca zmieniony.',
    unsaved: 'Jeszcze niezapisane'
  },

  codesPage: {
    customer: 'Klient',
    nobody: 'Nikogo jeszcze nie wskazano',
    issuer: 'Wydał',
    issuers: { api_key: 'Twój serwer', signed_widget: 'Podpisany widżet', plain_widget: 'Niepodpisany widżet' },
    why: {
      live: 'Jeszcze nie wysłany',
      expired: 'Nie wysłany na czas',
      superseded: 'Zastąpił go nowszy kod',
      revoked: 'Unieważniony przez osobę',
      used: 'Jego powiązanie cofnięto lub usunięto'
    }
  },

  filters: {
    masked: 'Niektóre wartości są zamaskowane dla Twojej roli. Nadal można szukać całej wartości.',
    notLinked: 'Niepowiązany',
    notLinkedHelp: 'Znany Tobie, ale żadne konto nie jest jeszcze potwierdzone jako jego.'
  },

  chatSettings: {
    availability: 'Kiedy ktoś jest obecny',
    availabilityHelp: 'Gdy nikogo nie ma, odwiedzający zostawiają wiadomość z nazwą i adresem.',
    availabilities: { auto: 'Według tego, kto z zespołu jest aktywny', online: 'Zawsze', offline: 'Nigdy' },
    offlineText: 'Co czytają odwiedzający, gdy nikogo nie ma',
    offlineHelp: 'Puste: nasz tekst, w ich języku.',
    files: 'Odwiedzający mogą wysyłać pliki',
    questions: 'Pytania przed czatem',
    questionsHelp: 'Dla niezalogowanych. Ich odpowiedzi to własne dane i niczego nie potwierdzają.',
    question: (n: number) => `Pytanie ${n}`,
    kind: (n: number) => `Rodzaj odpowiedzi na pytanie ${n}`,
    kinds: { text: 'Tekst', email: 'E-mail', phone: 'Telefon', choice: 'Wybór' },
    options: (n: number) => `Opcje pytania ${n}`,
    optionsHint: 'Zamówienie, Dostawa, Inne',
    required: 'Czat czeka na odpowiedź',
    remove: (n: number) => `Usuń pytanie ${n}`,
    add: 'Dodaj pytanie'
  }
};
