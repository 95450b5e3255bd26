import { number, plural } from '../../format/plural';

/** Witryny, których strony mówią, co robią odwiedzający. */
export const sites = {
  sites: {
    title: 'Witryny',
    text: 'Witryny, które mówią Countersign, co robią ich odwiedzający. Dzięki temu widać, kto jest na stronie i co oglądał.',
    create: 'Nowa witryna',
    edit: 'Nazwa i adresy',
    empty: 'Nie ma jeszcze żadnej witryny',
    emptyText: 'Zarejestruj witrynę, wstaw jeden wiersz do jej stron, a odwiedzający pojawią się w „Odwiedzający na żywo”.',
    origins: 'Adresy',
    originsHelp: 'Gdzie są strony, po jednym w wierszu, na przykład https://shop.example. Zdarzenia z innych adresów są odrzucane.',
    lastEvent: 'Ostatnie zdarzenie',
    states: { active: 'Aktywna', paused: 'Wstrzymana' },
    pause: 'Wstrzymaj',
    resume: 'Wznów',
    pausedText: 'Ta witryna jest wstrzymana: to, co wysyłają jej strony, jest odrzucane.',
    deleteTitle: (name: string) => `Usunąć ${name}?`,
    deleteText: 'Jej klucz od razu przestaje działać: wszystko, co jej strony wyślą później, jest odrzucane.',
    tabs: 'Co ustawić',
    tab: { snippet: 'Fragment kodu', privacy: 'Prywatność', triggers: 'Kategorie i wyzwalacze', uncertain: 'Niepewni odwiedzający', events: 'Zdarzenia' },
    mayNot: 'Możesz patrzeć. Aby coś zmienić, Twoja rola musi mieć prawo do zmiany witryn.'
  },

  siteSnippet: {
    title: 'Wstaw to do każdej strony',
    text: 'W dowolnym miejscu sekcji head. Wczytuje się obok strony, niczego nie wstrzymuje i nie szkodzi tam, gdzie jest blokowany.',
    consentNote: (call: string) => `Ta witryna najpierw pyta: nic nie jest wysyłane, dopóki strona nie wywoła ${call}.`,
    key: 'Klucz zapisu',
    keyHelp: 'To nie tajemnica: jest w Twoich stronach, przyjmuje zdarzenia tylko z Twoich adresów i niczego nie odczytuje.',
    integrity: 'Integralność',
    integrityHelp: 'Przeglądarka uruchamia skrypt tylko wtedy, gdy jest to dokładnie ten.',
    waiting: 'Czeka na pierwsze zdarzenie',
    waitingText: 'Otwórz stronę z tym fragmentem. To zmieni się samo.',
    works: 'Zdarzenia przychodzą',
    last: 'Ostatnie',
    seeEvents: 'Zobacz zdarzenia',
    seeVisitors: 'Zobacz, kto tam jest',
    signIn: 'Powiedz, kto się loguje',
    signInText: 'Wywołaj to, gdy klient się loguje lub wylogowuje. Z tokenem podpisanym przez Twój serwer wizyta jest uwierzytelniona; bez niego to tylko to, co mówi strona.'
  },

  sitePrivacy: {
    consent: 'Zgoda',
    consents: {
      required: ['Najpierw pytaj', 'Nic nie jest wysyłane, zapisywane ani numerowane, dopóki strona nie powie, że odwiedzający się zgadza.'],
      assumed: ['Zacznij od razu', 'Zdarzenia są wysyłane od pierwszej strony. Tam, gdzie prawo na to pozwala lub strona już zapytała.']
    } as Record<'required' | 'assumed', [string, string]>,
    storage: 'Po czym rozpoznaje się przeglądarkę',
    storages: {
      cookie: ['Po pliku cookie serwera', 'Rozpoznawana do roku. Skrypty strony nie mogą odczytać tego pliku cookie.'],
      storage: ['Po pamięci przeglądarki', 'Rozpoznawana, dopóki odwiedzający jej nie wyczyści. Skrypty strony mogą ją odczytać.'],
      none: ['Wcale', 'Identyfikatory istnieją tylko, gdy strona jest otwarta. Nikt nie jest rozpoznawany, a każda strona to osobna wizyta.']
    } as Record<'cookie' | 'storage' | 'none', [string, string]>,
    signals: 'Uwzględniaj sygnały przeglądarek',
    signalsHelp: 'Przeglądarka, która wysyła Global Privacy Control lub Do Not Track, nie dostaje identyfikatora urządzenia i nic się w niej nie zapisuje.',
    query: 'Zachowywane części adresów',
    queryHelp: 'Nazwy parametrów, które zostają. Wszystkie inne są odcinane w przeglądarce, zanim cokolwiek zostanie wysłane.',
    daily: 'Najwięcej zdarzeń dziennie',
    dailyHelp: 'Nadmiar jest odrzucany i liczony.',
    today: (events: number, refused: number) => `Dziś przyszło: ${number(events)}, odrzucono z powodu nadmiaru: ${number(refused)}.`,
    idle: 'Wizyta kończy się po',
    idleHelp: 'Minuty, w których nic się nie dzieje.',
    save: 'Zapisz prywatność'
  },

  siteTriggers: {
    categories: 'Kategorie',
    categoriesText: 'Nazwy części Twojej witryny. Strona należy do kategorii, gdy jej adres lub tytuł zawiera dany tekst.',
    addCategory: 'Dodaj kategorię',
    editCategory: 'Kategoria',
    noCategories: 'Brak kategorii',
    noCategoriesText: 'Dzięki nim znajdziesz wizyty według tego, co oglądano, na przykład kredyty lub ceny.',
    where: 'Szukaj w',
    places: { url: 'Adres', title: 'Tytuł' },
    contains: 'Zawiera',
    triggers: 'Wyzwalacze',
    triggersText: 'Zdarzenia, które strony wysyłają same, bez ani jednego wiersza kodu.',
    addTrigger: 'Dodaj wyzwalacz',
    editTrigger: 'Wyzwalacz',
    noTriggers: 'Brak wyzwalaczy',
    noTriggersText: 'Na przykład: ktoś zostaje pół minuty albo naciska przycisk otwierający konto.',
    removeTitle: (name: string) => `Usunąć ${name}?`,
    removeText: 'To, co już zostało wysłane, zostaje.',
    event: 'Nazwa zdarzenia',
    when: 'Kiedy',
    actions: { timer: 'Po pewnym czasie', click: 'Po kliknięciu', scroll: 'Przy przewijaniu', submit: 'Po wysłaniu formularza' },
    seconds: 'Sekundy',
    percent: 'Procent strony',
    element: 'Element',
    elementHelp: 'Selektor CSS, na przykład #open-account lub .buy.',
    formHelp: 'Selektor CSS; bez niego dowolny formularz. To, co wpisano, nigdy nie jest odczytywane.',
    page: 'Tylko na stronach, których adres zawiera',
    condition: 'Liczy się',
    conditions: { always: 'Zawsze', focused: 'Gdy strona jest aktywna', visible: 'Gdy strona jest widoczna' },
    postcondition: 'Potem wysyłane',
    postconditions: { none: 'W każdym przypadku', focused: 'Tylko gdy strona jest aktywna' },
    values: 'Dołączane wartości',
    valuesHelp: 'Do 200 znaków każda. Pola formularzy i hasła nigdy nie są odczytywane.',
    addValue: 'Dodaj wartość',
    value: 'Wartość',
    valueName: 'Nazwa',
    from: 'Skąd',
    froms: { text: 'Tekst elementu', attribute: 'Atrybut elementu', constant: 'Stały tekst' },
    selector: 'Element (selektor CSS)',
    attribute: 'Atrybut',
    constant: 'Tekst',
    says: {
      timer: (n: number) => plural(n, { one: 'Po # sekundzie', few: 'Po # sekundach', many: 'Po # sekundach', other: 'Po # sekundy' }),
      click: (element: string) => `Kliknięcie ${element}`,
      scroll: (percent: string) => `Przewinięto ${percent} strony`,
      submit: (element: string) => `Wysłanie: ${element}`
    },
    anyForm: 'dowolny formularz',
    onPages: (part: string) => `na stronach z ${part}`
  },

  siteUncertain: {
    text: 'Co wiedzą rozmowy, dopóki nie jest pewne, kto tam jest. Nic z tego nie podnosi poziomu: przypuszczenie nigdy nie jest dowodem.',
    recognised: 'Rozpoznani odwiedzający',
    recognisedText: 'Wylogowani albo wskazani przez stronę bez logowania. Na początku pewne, z każdą bezczynną minutą coraz mniej.',
    assumed: 'Domniemani odwiedzający',
    assumedText: 'Ktoś był już zalogowany w tej przeglądarce. Przypuszczenie z wcześniejszych wizyt, nigdy powiązanie z klientem.',
    strategies: {
      anonymous: ['Niezidentyfikowany', 'Traktowany jak nieznajomy: nikt nie jest wymieniany.'],
      identified: ['Zidentyfikowany', 'Pokazuje się imię i nazwisko oraz to, na ile są pewne.'],
      ask: ['Pytaj konsultanta', 'Konsultant widzi, kto to może być, i potwierdza lub odrzuca, podając powód.']
    } as Record<'anonymous' | 'identified' | 'ask', [string, string]>,
    save: 'Zapisz'
  },

  siteEvents: {
    inspector: 'Co przychodzi',
    inspectorText: 'Najnowsze zdarzenia wszystkich odwiedzających, przyjęte i odrzucone. Nowe pojawiają się same.',
    time: 'Czas',
    event: 'Zdarzenie',
    outcome: 'Wynik',
    outcomes: { accepted: 'Przyjęte', warned: 'Przyjęte z ostrzeżeniem', refused: 'Odrzucone' },
    types: { system: 'Systemowe', business: 'Biznesowe' },
    page: 'Strona',
    size: 'Rozmiar',
    filter: 'Które zdarzenia',
    any: 'Wszystkie zdarzenia',
    empty: 'Nic jeszcze nie przyszło',
    emptyText: 'Otwórz stronę z fragmentem kodu. To, co wyśle, pojawi się tu od razu, a jeśli zostanie odrzucone, to także dlaczego.',
    reason: {
      too_old: 'Jest starsze niż doba.',
      too_large: 'Jest większe niż 8 KB.',
      too_many: 'Było zbyt wiele zdarzeń naraz.',
      no_name: 'Nie ma nazwy albo jest ona za długa.',
      bad_id: 'Jego identyfikator nic nie mówi, na przykład „null” lub „undefined”.',
      bad_shape: 'Nie jest zbudowane jak zdarzenie.',
      unknown_kind: 'Jego rodzaj jest nieznany.',
      schema: 'Nie wygląda tak, jak mówi schemat.',
      bad_token: 'Token logowania jest nieważny.',
      bad_url: 'Jego adresu nie dało się odczytać.',
      unknown_origin: 'Przyszło z adresu, który nie jest zarejestrowany.',
      paused: 'Witryna jest wstrzymana.',
      rate_limited: 'Z jednego adresu przyszło zbyt wiele.'
    } as Record<string, string>,
    otherReason: (code: string) => `Z innego powodu: ${code}`,
    schemas: 'Jak wyglądają Twoje zdarzenia',
    schemasText: 'Schemat JSON dla danych zdarzenia. Zdarzenia bez schematu są przyjmowane takie, jakie przychodzą.',
    addSchema: 'Dodaj schemat',
    editSchema: 'Schemat',
    noSchemas: 'Brak schematów',
    noSchemasText: 'Dzięki schematowi od razu widać, że strona wysyła coś innego, niż uzgodniono.',
    schema: 'Schemat JSON',
    badJson: 'Tego nie da się odczytać jako JSON.',
    mode: 'Jeśli nie pasuje',
    modes: {
      warn: ['Ostrzegaj', 'Zdarzenie jest przyjmowane i tutaj oznaczane.'],
      refuse: ['Odrzucaj', 'Zdarzenie nie jest przyjmowane.']
    } as Record<'warn' | 'refuse', [string, string]>,
    schemaRemoveText: 'Zdarzenia o tej nazwie są wtedy przyjmowane takie, jakie przychodzą.'
  }
};
