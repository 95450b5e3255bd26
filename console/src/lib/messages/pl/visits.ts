import { plural } from '../../format/plural';

/** Kto jest na witrynach i co oglądał. */
export const visits = {
  visits: {
    title: 'Odwiedzający na żywo',
    text: 'Kto jest teraz na Twoich witrynach, co ogląda i na ile pewne jest, kto to.',
    show: 'Które wizyty',
    live: 'Na żywo',
    all: 'Wszystkie',
    count: (n: number) => plural(n, { one: '# osoba teraz', few: '# osoby teraz', many: '# osób teraz', other: '# osoby teraz' }),
    more: (n: number) => plural(n, { one: '# nowa osoba', few: '# nowe osoby', many: '# nowych osób', other: '# nowej osoby' }),
    site: 'Witryna',
    anySite: 'Wszystkie witryny',
    stateFilter: 'Stan',
    anyState: 'Wszystkie stany',
    ofCustomer: 'Wizyty jednego klienta',
    ofDevice: 'Wizyty z jednego urządzenia',
    visitor: 'Odwiedzający',
    perhaps: 'Być może',
    on: 'Strona',
    pages: (n: number) => plural(n, { one: '# strona', few: '# strony', many: '# stron', other: '# strony' }),
    time: 'Na witrynie',
    source: 'Skąd',
    direct: 'Bezpośrednio',
    now: 'Teraz na witrynie',
    last: 'Ostatnio',
    empty: 'W tej chwili nikogo nie ma',
    emptyText: 'Kto otworzy stronę z fragmentem kodu, pojawi się tu sam.',
    emptyAll: 'Nie ma jeszcze wizyt',
    seeAll: 'Zobacz wcześniejsze wizyty',
    sites: 'Ustaw witrynę',
    state: { anonymous: 'Anonimowy', recognised: 'Rozpoznany', assumed: 'Domniemany', authenticated: 'Uwierzytelniony' },
    meaning: {
      anonymous: 'Nic nie wskazuje, kto to jest.',
      recognised: 'Wylogowany albo wskazany przez stronę: na początku pewne, z każdą bezczynną minutą coraz mniej.',
      assumed: 'Przypuszczenie: ktoś był już zalogowany w tej przeglądarce.',
      authenticated: 'W tej chwili zalogowany na witrynie.'
    },
    unsigned: 'Mówi to tylko strona: logowanie przyszło bez tokenu serwera.',
    sure: (percent: string) => `pewność ${percent}`
  },

  visit: {
    title: 'Wizyta',
    who: 'Kto',
    called: 'Nazwa na witrynie',
    began: 'Początek',
    ended: 'Koniec',
    lasted: 'Czas trwania',
    entry: 'Pierwsza strona',
    current: 'Ogląda',
    seen: 'Strony i zdarzenia',
    events: (n: number) => plural(n, { one: '# zdarzenie', few: '# zdarzenia', many: '# zdarzeń', other: '# zdarzenia' }),
    device: 'Urządzenie',
    devices: { desktop: 'Komputer', mobile: 'Telefon', tablet: 'Tablet' },
    language: 'Język',
    deviceVisits: 'Inne wizyty z tego urządzenia',
    shared: 'Z tego urządzenia korzysta kilka osób',
    sharedText: 'To, kto był tu wcześniej, niewiele mówi o tym, kto jest teraz. Strony każdego są rozdzielone: nikt nie jest pokazywany ze stronami kogoś innego.',
    candidates: 'Kto to może być',
    candidatesText: 'Z wcześniejszych wizyt z tego urządzenia. Przypuszczenie, dopóki nie wiesz lepiej.',
    uncertain: 'Czy to ta osoba?',
    confirm: 'Potwierdź',
    reject: 'To nie ta osoba',
    confirmTitle: 'Potwierdzić, kto to jest?',
    confirmText: 'Od tej chwili wizyta jest pokazywana z tą osobą. Nie podnosi to poziomu: dowodem jest tylko to, co osoba udowodniła.',
    rejectTitle: 'To nie ta osoba?',
    rejectText: 'Wizyta nie jest już pokazywana z tą osobą i nie będzie ona do niej ponownie proponowana.',
    confirmed: 'Potwierdzono i zapisano.',
    rejected: 'Odrzucono i zapisano.',
    story: 'Co się wydarzyło',
    empty: 'Nie otwarto jeszcze żadnej strony.',
    moreEvents: 'Pokaż więcej zdarzeń',
    band: {
      before: 'Przed zalogowaniem',
      session: 'Zalogowano',
      recognised: 'Rozpoznano',
      anonymous: 'Nikt znany'
    },
    beforeOf: 'Pokazywane z osobą, która zalogowała się później',
    afterOut: 'Po wylogowaniu',
    signed: 'Podpisanym tokenem',
    unsigned: 'Mówi to tylko strona',
    stillIn: 'nadal zalogowano',
    until: (from: string, to: string) => `${from}–${to}`,
    active: (time: string) => `${time} aktywności`,
    stayed: (time: string) => `${time} na stronie`,
    open: 'teraz otwarta',
    signIn: 'Zalogowano',
    signOut: 'Wylogowano',
    userInfo: 'Strona powiedziała, kto to jest',
    untitled: 'Strona bez tytułu'
  },

  customerVisits: {
    title: 'Wizyty',
    all: 'Wszystkie wizyty',
    empty: 'Nie jest znana żadna wizyta na witrynie.'
  },

  onWebsite: {
    now: 'Teraz na witrynie',
    last: 'Ostatnio na witrynie',
    open: 'Otwórz wizytę'
  }
};
