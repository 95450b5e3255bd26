export const masking = {
  maskingPage: {
    text: 'Włączone: ta rola wszędzie widzi wartość zamaskowaną. Kto widzi maski, może mimo to znaleźć klienta po dokładnej wartości, odpowiedzieć mu i pokazać pojedynczą wartość z podaniem powodu.',
    viewAs: 'Zobacz jako',
    value: 'Wartość',
    differs: 'inaczej',
    attributesHelp: 'Oznaczone jako osobiste lub wrażliwe, jeśli poniżej nie podano inaczej.',
    reveals: 'Pokazane wartości na godzinę',
    revealsHelp: 'Każda z powodem, zapisana i po minucie znów ukryta. 0: nigdy.',
    patterns: 'Własne wzorce',
    patternsText: 'To, czym posługuje się tylko Twoja firma: numery kont, karty członkowskie. Ukrywane w wiadomościach i notatkach, także wcześniejszych, przed każdym, kto widzi tam dane osobowe zamaskowane. Wyrażenia regularne bez look-around.',
    pattern: 'Wzorzec',
    patternName: 'Karta członkowska',
    addPattern: 'Dodaj wzorzec',
    tryOn: 'Wypróbuj na tekście',
    tryHelp: 'Co mógłby napisać klient. Nie jest zapisywane.',
    try: 'Wypróbuj',
    surfaces: 'Gdzie obowiązują maski',
    seenBy: (role: string) => `Tak to widzi: ${role}`,
    maskedFor: (field: string, role: string) => `${field}: zamaskowane dla roli ${role}`,
    maskOf: (field: string) => `Maska: ${field}`,
    revealsOf: (role: string) => `Pokazane wartości na godzinę: ${role}`,
    fields: {
      name: 'Imiona i nazwiska',
      email: 'Adresy e-mail',
      phone: 'Numery telefonów',
      ids: 'Identyfikatory klientów i kanałów',
      attributes: 'Inne atrybuty',
      text: 'Dane osobowe w wiadomościach i notatkach'
    },
    masks: {
      hidden: 'Nic',
      year: 'Rok',
      ends: 'Pierwsze dwa i ostatnie dwa',
      last4: 'Ostatnie cztery',
      name: 'Inicjał',
      email: 'Domena',
      phone: 'Ostatnie cztery cyfry',
      town: 'Miejscowość',
      auto: 'Jak zwykle',
      other: 'Inna maska, ustawiona przez API'
    },
    surface: {
      screens: ['Ekrany', 'Listy, strona klienta, rozmowy i panel obok.'],
      api: ['API', 'Każda odpowiedź. Klucze API widzą wartości osobiste tylko z takim uprawnieniem.'],
      live: ['Aktualizacje na żywo', 'Niosą identyfikatory; każdy pobiera to, co może widzieć jego rola.'],
      search: ['Wyszukiwanie', 'Tylko dokładne wartości, liczone i zapisywane. Nikt nie znajdzie zamaskowanej wartości po jej początku, sortowaniu ani słowach z wiadomości.'],
      rules: ['Reguły i odpowiedzi', 'Nikt nie pyta o to, co widzi zamaskowane, ani tego nie wstawia.'],
      files: ['Eksport i import', 'Pliki zawierają to, co pokazuje ekran; maska nigdy nie jest brana za wartość.'],
      webhooks: ['Webhooki', 'Tylko identyfikatory, chyba że włączono dane osobowe.'],
      logs: ['Dzienniki, metryki i błędy', 'Nigdy wartości osobistych, dla nikogo.']
    }
  }
};
