export const mandates = {
  mandates: {
    title: 'Pełnomocnictwa',
    create: 'Dodaj pełnomocnictwo',
    text: 'Ktoś, kto może działać za tego klienta. Pełnomocnictwo jest dowodem: nie zmienia się go, tylko skraca lub odwołuje.',
    none: 'Nikt nie może działać za tego klienta.',
    directions: {
      represented: 'Może działać za tego klienta',
      representative: 'Ten klient działa za'
    },
    states: {
      active: 'Obowiązuje',
      future: 'Jeszcze nie',
      ended: 'Wygasło',
      revoked: 'Odwołane'
    },
    fromTo: (from: string, to: string) => `od ${from} do ${to}`,
    from: (from: string) => `od ${from}, bezterminowo`,
    representative: 'Kto działa',
    chooseFirst: 'Znajdź i wybierz, kto działa.',
    kind: 'Rodzaj',
    scope: 'W jakich sprawach',
    scopes: {
      topics: 'Niektóre tematy',
      all: 'Wszystkie tematy'
    },
    allHelp: 'Także te, które powstaną później.',
    chooseTopics: 'Wybierz co najmniej jeden temat.',
    validFrom: 'Pierwszy dzień',
    validUntil: 'Ostatni dzień',
    untilHelp: 'Puste: bezterminowo.',
    documents: 'Dokumenty',
    documentTitle: 'Co to jest',
    documentReference: 'Gdzie jest',
    addDocument: 'Dodaj dokument',
    shorten: 'Skróć',
    shortenTitle: 'Skróć to pełnomocnictwo',
    shortenText: 'Kończy się po wybranym dniu. Nie można go znów wydłużyć; do tego potrzebne jest nowe pełnomocnictwo.',
    shortened: 'Pełnomocnictwo skrócono.',
    revoke: 'Odwołaj',
    revokeTitle: 'Odwołać to pełnomocnictwo?',
    revokeText: 'Kończy się teraz, także w trwających rozmowach. Pozostaje w aktach.',
    revoked: 'Pełnomocnictwo odwołano.'
  },
  locks: {
    title: 'Blokady i wyjątki',
    text: 'Klienci, których weryfikacja zbyt często się nie udała. Kto żadnej nie prowadził, może pozwolić na jeszcze jedną w ciągu godziny.',
    empty: 'Nikt nie jest zablokowany',
    emptyText: 'Kto zbyt często zawodzi w ciągu dnia, pojawia się tutaj.',
    failures: 'Nieudane',
    until: 'Zablokowany do',
    open: 'Dozwolona jeszcze jedna',
    allow: 'Pozwól na jeszcze jedną',
    another: 'Musi to zrobić ktoś inny.',
    allowTitle: (name: string) => `Pozwolić na jeszcze jedną: ${name}?`,
    allowText: 'Jedna weryfikacja w ciągu godziny. Jeśli się nie uda, blokada wraca. Co najmniej dziesięć znaków: zostaje w aktach.',
    allowed: 'Jeszcze jedna jest dozwolona przez godzinę.',
    alerts: 'Nietypowo dużo niepowodzeń',
    alert: (failed: number, all: number) => `Nieudane weryfikacje: ${failed} z ${all}.`
  }
};
