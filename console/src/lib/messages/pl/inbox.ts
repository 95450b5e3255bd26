import { plural } from '../../format/plural';

export const inbox = {
  status: { open: 'Otwarta', pending: 'Oczekująca', closed: 'Zamknięta' },
  priority: { low: 'Niski', normal: 'Zwykły', high: 'Wysoki', urgent: 'Pilny' },

  inbox: {
    title: 'Skrzynka',
    queue: 'Kolejka',
    count: (n: number, more: boolean) => (more ? `${n}+` : `${n}`),
    fresh: (n: number) => plural(n, { one: '# nowa', few: '# nowe', many: '# nowych', other: '# nowej' }),
    freshLabel: (n: number) =>
      plural(n, { one: 'Pokaż # nową sprawę', few: 'Pokaż # nowe sprawy', many: 'Pokaż # nowych spraw', other: 'Pokaż # nowej sprawy' }),
    waiting: (span: string) => `czeka ${span}`,
    waitingTitle: (at: string) => `Czeka na odpowiedź od: ${at}`,
    unread: (n: number) =>
      plural(n, {
        one: '# nieprzeczytana wiadomość',
        few: '# nieprzeczytane wiadomości',
        many: '# nieprzeczytanych wiadomości',
        other: '# nieprzeczytanej wiadomości'
      }),
    filters: 'Filtry',
    filterStatus: 'Status',
    filterAssignee: 'Przypisane do',
    group: 'Grupa',
    anyGroup: 'Dowolna grupa',
    noGroup: 'Bez grupy',
    filterChannel: 'Kanał',
    filterLevel: 'Poziom',
    sort: 'Kolejność',
    sortWaiting: 'Najdłużej czekające',
    sortNewest: 'Najnowsze',
    mine: 'Do mnie',
    nobody: 'Do nikogo',
    anyStatus: 'Dowolny status',
    anybody: 'Do kogokolwiek',
    anyChannel: 'Dowolny kanał',
    anyLevel: 'Dowolny poziom',
    empty: 'Nikt nie czeka',
    emptyText: 'Rozmowy pojawiają się tu, gdy tylko klient napisze na jednym z kanałów.',
    emptyAction: 'Podłącz kanał',
    pick: 'Wybierz rozmowę',
    back: 'Wróć do kolejki',
    showPanel: 'Kto to jest',
    you: 'Ty',
    noMessages: 'Nie ma jeszcze wiadomości',
    loadEarlier: 'Wcześniejsze wiadomości',
    chatEnded: 'Czat zakończony',
    caseNumber: (n: number) => `Sprawa ${n}`,
    nextKey: 'Następna rozmowa',
    previousKey: 'Poprzednia rozmowa',
    replyKey: 'Napisz odpowiedź',
    noteKey: 'Napisz notatkę',
    assignKey: 'Przypisz do mnie'
  },

  conversation: {
    assign: 'Przypisz',
    assignTo: 'Przypisz do',
    toMe: 'Przypisz do mnie',
    unassign: 'Nikt',
    unassigned: 'Nieprzypisana',
    statusLabel: 'Status',
    priorityLabel: 'Priorytet',
    askForCode: 'Poproś o kod',
    asked: 'Poproszono o kod.',
    askedAlready: (ago: string) => `Poproszono ${ago}`,
    endChat: 'Zakończ czat',
    endTitle: 'Zakończyć ten czat?',
    endText: 'Klient zobaczy, że czat się zakończył. Nowa wiadomość rozpocznie kolejny.',
    endStatus: 'Status po zakończeniu',
    reply: 'Odpowiedź',
    note: 'Notatka',
    kind: 'Rodzaj wiadomości',
    replyTo: (name: string) => `Odpowiedz: ${name}`,
    replyPlaceholder: 'Napisz odpowiedź…',
    notePlaceholder: 'Napisz notatkę widoczną tylko dla zespołu…',
    send: 'Wyślij',
    addNote: 'Dodaj notatkę',
    sendHint: (isApple: boolean) => `${isApple ? '⌘' : 'Ctrl'} Enter wysyła`,
    cannot: 'Możesz czytać tę rozmowę, ale nie możesz na nią odpowiadać.',
    from: { customer: 'Klient', user: 'Konsultant', system: 'Countersign', rule: 'Reguła', api: 'API' },
    noteBy: (name: string) => `Notatka: ${name}`,
    noteMine: 'Twoja notatka',
    noText: 'Załącznik bez tekstu',
    codeValid: 'Kod przyjęty',
    codeInvalid: 'Kod odrzucony',
    identified: (level: string) => `${level} – kod identyfikacyjny`,
    retry: 'Wyślij ponownie',
    attachment: (name: string, size: string) => `${name}, ${size}`,
    attachmentHint: 'Od klienta. Otwiera się w innej witrynie.',
    fileComing: 'W drodze: plik jest pobierany z kanału.',
    fileLost: 'Nie zachowano: kanał nie wydał pliku albo pliki tego rodzaju nie są przyjmowane.',
    attach: 'Załącz plik',
    uploading: (name: string) => `Przesyłanie: ${name}…`,
    notUploaded: (name: string) => `Nie przesłano: ${name}.`,
    removeFile: (name: string) => `Usuń ${name}`,
    typing: (name: string) => `${name} pisze…`,
    hereToo: (names: string, n: number) =>
      plural(n, { one: `${names} też tu jest`, few: `${names} też tu są`, many: `${names} też tu są`, other: `${names} też tu są` }),
    newMessages: (n: number) =>
      plural(n, { one: '# nowa wiadomość', few: '# nowe wiadomości', many: '# nowych wiadomości', other: '# nowej wiadomości' })
  },

  delivery: {
    queued: 'Czeka na wysłanie',
    sent: 'Wysłano',
    delivered: 'Doręczono',
    read: 'Przeczytano',
    failed: 'Nie wysłano'
  },

  outcome: {
    valid: 'Ostatni kod był prawidłowy.',
    not_sent: 'Nie wysłano jeszcze żadnego kodu.',
    invalid: 'Ostatni kod był nieprawidłowy.',
    reason: {
      malformed: 'To nie był kod: brakowało znaku albo był błędny.',
      unknown: 'Nikt nie otrzymał takiego kodu.',
      expired: 'Kod wygasł. Poproś o nowy.',
      superseded: 'Zastąpił go nowszy kod.',
      used: 'Został już użyty. Kod działa jeden raz.',
      wrong_channel: 'Był przeznaczony dla innego kanału.',
      unconfirmed: 'Poprawny, ale ktoś odgaduje kody: klient musi go potwierdzić na stronie, która go wydała.',
      locked: 'Z tego konta przyszło zbyt wiele błędnych kodów. Jest zablokowane na pewien czas.',
      revoked: 'Kod został unieważniony.'
    }
  },

  panel: {
    title: 'Kto to jest',
    verify: 'Zweryfikuj',
    openProfile: 'Otwórz klienta',
    howWeKnow: 'Skąd to wiemy',
    recorded: 'Zapisano',
    ends: 'Wygasa',
    noEvidence: 'Nie ma jeszcze dowodu dla tego konta.',
    details: 'Szczegóły',
    attributes: 'Atrybuty',
    claims: 'Co podaje o sobie',
    claimsHelp: 'Dane przekazane przez kanał, bez dowodu. Same niczego nie zmieniają.',
    links: 'Powiązania',
    noLinks: 'Żaden kanał nie jest powiązany.',
    email: 'E-mail',
    phone: 'Telefon',
    externalId: 'Id zewnętrzne',
    language: 'Język',
    account: 'Konto',
    kind: 'Rodzaj',
    proved: 'Potwierdzone',
    notProved: 'Niepotwierdzone',
    anonymous: 'Jeszcze nie wiadomo, kto to'
  },

  link: {
    unlink: 'Odłącz',
    unlinkTitle: 'Odłączyć to konto?',
    unlinkText: (account: string, channel: string, name: string) =>
      `Konto „${account}” w kanale ${channel} przestanie być uznawane za: ${name}. Rozmowa zostanie, a jej poziom spadnie do Anonimowy. Cofnięcie przywróci powiązanie.`,
    unlinked: 'Odłączono.',
    undo: 'Cofnij powiązanie',
    undoTitle: 'Cofnąć to powiązanie?',
    undoText: 'Wróci dokładnie to, co było przed powiązaniem.',
    undone: 'Cofnięto.',
    ended: {
      unlinked: 'Odłączone przez osobę z zespołu',
      undone: 'Cofnięte',
      superseded: 'Zastąpione nowszym powiązaniem',
      expired: 'Wygasło',
      provider_id_changed: 'Konto w kanale się zmieniło',
      erased: 'Wymazane'
    }
  },

  explanation: {
    api_code: 'Wysłano jednorazowy kod, który Twój serwer wydał dla tego klienta.',
    signed_widget_code: 'Wysłano jednorazowy kod pokazany w Twojej witrynie po zalogowaniu; Twój serwer podpisał, kto to był.',
    plain_widget_code: 'Wysłano jednorazowy kod ze strony, której dane nie były podpisane: mógł je wpisać każdy.',
    signed_session: 'Czat z Twojej witryny po zalogowaniu; Twój serwer podpisał, kto to jest.',
    agent_confirmed: 'Konsultant wskazał, że to konto należy do klienta.',
    claimed: 'Tak podał klient lub kanał.',
    imported: 'Twój serwer wskazał, że to konto należy do klienta.'
  }
};
