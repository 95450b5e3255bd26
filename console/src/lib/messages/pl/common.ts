import { number, plural } from '../../format/plural';

export const common = {
  app: { name: 'Countersign', skip: 'Przejdź do treści' },

  common: {
    close: 'Zamknij',
    cancel: 'Anuluj',
    save: 'Zapisz',
    saved: 'Zapisano.',
    create: 'Utwórz',
    edit: 'Edytuj',
    remove: 'Usuń',
    delete: 'Usuń trwale',
    copy: 'Kopiuj',
    copied: 'Skopiowano',
    copyFailed: 'Zaznacz i skopiuj ręcznie',
    dismiss: 'Ukryj',
    undo: 'Cofnij',
    retry: 'Spróbuj ponownie',
    loading: 'Wczytywanie',
    more: 'Pokaż więcej',
    optional: 'opcjonalnie',
    reason: 'Powód',
    reasonHelp: 'Pozostaje w historii tego klienta, dla zespołu i audytorów.',
    typeToConfirm: (name: string) => `Wpisz „${name}”, aby potwierdzić`,
    noMatch: 'Nic nie pasuje do tych filtrów',
    noMatchText: 'Poluzuj jeden z nich albo zacznij od nowa.',
    clearFilters: 'Wyczyść filtry',
    yes: 'Tak',
    no: 'Nie',
    name: 'Nazwa',
    state: 'Stan',
    created: 'Utworzono',
    lastUsed: 'Ostatnie użycie',
    never: 'Nigdy',
    actions: 'Działania',
    actionsFor: (name: string) => `Działania: ${name}`,
    search: 'Szukaj',
    unnamed: 'Bez nazwy',
    you: 'Ty'
  },

  assurance: {
    word: { al0: 'Anonimowy', al1: 'Rozpoznany', al2: 'Zweryfikowany', al3: 'Uwierzytelniony' },
    meaning: {
      al0: 'Nic nie wskazuje, kto to jest.',
      al1: 'Podane lub przypuszczane, niepotwierdzone.',
      al2: 'Potwierdzone tym, co osoba wie.',
      al3: 'Potwierdzone kodem lub podpisaną sesją.'
    },
    endsIn: (left: string) => `Ważne jeszcze ${left}.`,
    timeLeft: 'pozostały czas ',
    levelLabel: 'Poziom'
  },

  masking: {
    masked: 'zamaskowane',
    why: 'Twoja rola widzi tę wartość zamaskowaną. Decyduje o tym administrator w „Maskowaniu”.'
  },

  errors: {
    requestId: 'Id żądania',
    copyRequestId: 'Kopiuj id żądania',
    forbidden: 'Brak uprawnień do tego widoku',
    forbiddenText: (permission: string) =>
      `Potrzebne jest uprawnienie „${permission}”. Nadaje je administrator wraz z rolą, w sekcji Zespół.`,
    notFound: 'Nic tu nie ma',
    notFoundText: 'Adres jest błędny albo treść została usunięta.',
    crashed: 'Ta strona przestała działać',
    crashedText: 'Zwykle pomaga jej ponowne wczytanie. Na serwerze nic się nie zmieniło.',
    reload: 'Wczytaj ponownie',
    backHome: 'Wróć do skrzynki'
  },

  fields: {
    refused: 'Coś tu jeszcze nie jest poprawne.',
    missing: 'Wypełnij to pole.',
    choose: 'Wybierz jedną z możliwości.',
    email: 'Wpisz adres e-mail, na przykład ann@example.org.',
    url: 'Wpisz cały adres, na przykład https://example.org.',
    short: (characters: number) => plural(characters, { one: 'Co najmniej # znak.', few: 'Co najmniej # znaki.', many: 'Co najmniej # znaków.', other: 'Co najmniej # znaku.' }),
    long: (characters: number) => plural(characters, { one: 'Co najwyżej # znak.', few: 'Co najwyżej # znaki.', many: 'Co najwyżej # znaków.', other: 'Co najwyżej # znaku.' }),
    least: (least: number) => `Co najmniej ${number(least)}.`,
    most: (most: number) => `Co najwyżej ${number(most)}.`,
    number: 'Wpisz liczbę.',
    whole: 'Wpisz liczbę całkowitą, bez ułamków.',
    form: 'To nie ma właściwej postaci.'
  },

  secret: {
    once: 'Jest pokazywany tylko ten jeden raz. Countersign nie zachowuje kopii, którą można odczytać.',
    stored: 'Mam już zapisany'
  },

  live: {
    stale: 'Brak połączenia z serwerem. Widoczne dane mogą być nieaktualne.',
    reconnect: 'Połączenie wróci samo.',
    now: 'Połącz teraz',
    again: 'Połączono ponownie. Wszystko jest aktualne.'
  },

  notices: {
    title: 'Powiadomienia',
    label: (unread: number) =>
      plural(unread, {
        one: 'Powiadomienia, # nieprzeczytane',
        few: 'Powiadomienia, # nieprzeczytane',
        many: 'Powiadomienia, # nieprzeczytanych',
        other: 'Powiadomienia, # nieprzeczytanego'
      }),
    assigned: (name: string) => `Przypisano do Ciebie: ${name}`,
    message: (name: string) => `Nowa wiadomość: ${name}`,
    readAll: 'Oznacz wszystkie jako przeczytane',
    read: 'Oznacz jako przeczytane',
    byRule: (name: string) => `Reguła: ${name}`,
    failed: 'Nie udało się wczytać powiadomień od reguł.',
    unread: 'nieprzeczytane',
    empty: 'Nic nowego',
    emptyText: 'Tu pojawiają się nowe wiadomości w Twoich rozmowach, przypisane Ci rozmowy i to, o czym powiadamiają reguły.',
    came: (n: number) =>
      plural(n, { one: '# nowe powiadomienie', few: '# nowe powiadomienia', many: '# nowych powiadomień', other: '# nowego powiadomienia' })
  },

  nav: {
    label: 'Nawigacja główna',
    open: 'Otwórz menu',
    work: 'Praca',
    start: 'Pierwsze kroki',
    setUp: 'Konfiguracja',
    phone: 'Telefon',
    prompts: 'Komunikaty',
    manage: 'Administracja',
    inbox: 'Skrzynka',
    customers: 'Klienci',
    visitors: 'Odwiedzający na żywo',
    reports: 'Raporty',
    channels: 'Kanały',
    widgets: 'Widżety',
    sites: 'Witryny',
    invitations: 'Zaproszenia',
    attributes: 'Atrybuty',
    codes: 'Kody i powiązania',
    rules: 'Reguły',
    hours: 'Godziny pracy',
    replies: 'Gotowe odpowiedzi',
    flows: 'Menu telefoniczne',
    developers: 'Dla programistów',
    calls: 'Połączenia',
    phoneNumbers: 'Numery telefonu',
    lookUps: 'Zapytania',
    callWidgets: 'Karty rozmów',
    people: 'Zespół',
    audit: 'Audyt',
    privacy: 'Prywatność',
    settings: 'Ustawienia',
    system: 'System',
    me: 'Twoje konto',
    account: (name: string) => `Konto: ${name}`,
    sessions: 'Sesje',
    language: 'Język',
    logOut: 'Wyloguj się',
    shortcuts: 'Skróty klawiszowe',
    engagements: 'Obsługa klientów',
    verification: 'Weryfikacja',
    policies: 'Zasady',
    topics: 'Tematy',
    locks: 'Blokady',
    search: 'Szukaj lub przejdź do'
  },

  theme: { label: 'Motyw', system: 'Jak w systemie', light: 'Jasny', dark: 'Ciemny' },

  presence: { label: 'Dostępność', online: 'Na miejscu', away: 'Z dala od ekranu' },

  palette: {
    title: 'Wyszukiwanie i polecenia',
    placeholder: 'Znajdź klienta, otwórz stronę, wykonaj działanie…',
    pages: 'Strony',
    actions: 'Działania',
    findCustomer: (text: string) => `Znajdź klienta „${text}”`,
    customers: 'Klienci',
    searching: 'Wyszukiwanie klientów…',
    notFound: 'Żaden klient nie pasuje dokładnie.',
    failed: 'Wyszukiwanie nie powiodło się.',
    nothing: 'Nie ma strony ani działania o takiej nazwie.',
    choose: 'wybierz',
    open: 'otwórz',
    close: 'zamknij',
    results: (n: number) => plural(n, { one: '# wynik', few: '# wyniki', many: '# wyników', other: '# wyniku' })
  },

  keys: {
    title: 'Skróty klawiszowe',
    palette: 'Wyszukiwanie i polecenia',
    control: 'Ctrl',
    help: 'Ta pomoc',
    search: 'Przejdź do pola wyszukiwania',
    then: 'potem',
    single: 'Skróty jednoklawiszowe',
    singleHelp: 'Wyłączone: działają tylko kombinacje z Ctrl lub ⌘. Dla sterowania głosem i przełączników.',
    everywhere: 'Wszędzie',
    goTo: 'Przejdź do',
    here: 'Na tej stronie'
  },

  table: {
    views: 'Widoki',
    allRows: 'Wszystkie',
    saveView: 'Zapisz ten widok',
    viewName: 'Nazwa widoku',
    viewHelp: 'Obecne filtry i kolumny. Zapisywane w tej przeglądarce.',
    viewTaken: 'Zastąpi widok o tej nazwie.',
    removeView: 'Usuń ten widok',
    viewRemoved: (name: string) => `Usunięto widok „${name}”.`,
    columns: 'Kolumny',
    select: (name: string) => `Zaznacz: ${name}`,
    selectAll: 'Zaznacz wszystkie widoczne wiersze',
    selected: (n: number) => plural(n, { one: 'Zaznaczono #', few: 'Zaznaczono #', many: 'Zaznaczono #', other: 'Zaznaczono #' }),
    clearSelection: 'Wyczyść zaznaczenie',
    bulk: 'Działania na zaznaczonych'
  },

  combobox: {
    none: 'Nic nie pasuje',
    open: 'Pokaż opcje',
    found: (n: number) => plural(n, { one: '# opcja', few: '# opcje', many: '# opcji', other: '# opcji' })
  },

  reveal: {
    show: 'Pokaż',
    hide: 'Ukryj',
    hidesIn: (seconds: number) => `Zostanie ukryte za ${seconds} s`,
    reason: 'Dlaczego musisz to zobaczyć?',
    reasons: 'Zwykłe powody',
    usual: ['Oddzwonić lub odpisać', 'Sprawdzić, kto to jest', 'Wysłać coś', 'Rozpatrzyć reklamację'],
    onRecord: 'Każdy, kto może widzieć tego klienta, zobaczy, że patrzysz i dlaczego. Po minucie wartość zostanie znów ukryta.',
    revealed: (field: string) => `Pokazano: ${field}`,
    fields: { name: 'imię i nazwisko', email: 'e-mail', phone: 'telefon', external_id: 'numer klienta', user_id: 'identyfikator w kanale', subject: 'temat', text: 'tekst wiadomości', attachments: 'nazwy plików', profile_name: 'imię i nazwisko', identifiers: 'identyfikator' }
  },

  logIn: {
    title: 'Logowanie',
    email: 'E-mail',
    password: 'Hasło',
    submit: 'Zaloguj się',
    busy: 'Logowanie…',
    needed: 'Ten serwer nie ma jeszcze przestrzeni roboczej. Otwórz link konfiguracyjny, który wypisuje przy uruchomieniu.',
    bad: 'E-mail lub hasło jest nieprawidłowe.',
    badHint: 'Sprawdź jedno i drugie, po czym spróbuj ponownie. Administrator może wysłać nowe zaproszenie.',
    later: (secs: number) =>
      plural(secs, {
        one: 'Zbyt wiele prób. Spróbuj ponownie za # sekundę.',
        few: 'Zbyt wiele prób. Spróbuj ponownie za # sekundy.',
        many: 'Zbyt wiele prób. Spróbuj ponownie za # sekund.',
        other: 'Zbyt wiele prób. Spróbuj ponownie za # sekundy.'
      }),
    ended: 'Sesja dobiegła końca. Zaloguj się, aby wrócić do pracy w tym samym miejscu.'
  },

  setUp: {
    title: 'Konfiguracja Countersign',
    text: 'Tu powstaje przestrzeń robocza i jej pierwszy administrator. Link działa jeden raz.',
    noToken: 'Ta strona wymaga linku konfiguracyjnego',
    noTokenText: 'Serwer wypisał go przy pierwszym uruchomieniu. Otwórz cały link, razem z częścią po znaku #.',
    done: 'Ten serwer jest już skonfigurowany',
    doneText: 'Zaloguj się albo poproś administratora o zaproszenie.',
    workspace: 'Nazwa przestrzeni roboczej',
    workspaceHelp: 'Zwykle nazwa firmy.',
    yourName: 'Imię i nazwisko',
    email: 'Twój e-mail',
    password: 'Hasło',
    passwordHelp: 'Co najmniej 15 znaków. Zdanie łatwiej zapamiętać niż symbole.',
    submit: 'Utwórz przestrzeń roboczą'
  },

  invitation: {
    title: 'Dołącz do przestrzeni roboczej',
    text: 'Wybierz hasło. Link działa jeden raz.',
    titleOf: (workspace: string) => `Dołącz do: ${workspace}`,
    textOf: (email: string) => `Zaproszenie dla ${email}. Wybierz hasło; link działa jeden raz.`,
    titleAgain: (workspace: string) => `${workspace}: wybierz nowe hasło`,
    textAgain: (email: string) => `Logujesz się jako ${email}. Link działa jeden raz.`,
    noToken: 'Ta strona wymaga linku z zaproszenia',
    noTokenText: 'Otwórz cały link z zaproszenia, razem z częścią po znaku #.',
    name: 'Imię i nazwisko',
    nameHelp: 'Zostaw puste, aby zachować dane z zaproszenia.',
    submit: 'Dołącz'
  }
};
