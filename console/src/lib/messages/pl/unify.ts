/** Klienci, którzy mogą być jednym, i którzy sami stają się jednym. */
export const unify = {
  suggestions: {
    title: 'Proponowane scalenia',
    text: 'Pary klientów, którzy mogą być jednym. Każda waga mówi, jak bardzo zgodność przemawia za tym lub przeciw: +1 podwaja szanse.',
    tabs: 'Które propozycje',
    tab: { open: 'Otwarte', later: 'Później', not_the_same: 'To nie ten sam', accepted: 'Przyjęte' },
    empty: {
      open: ['Nic do rozstrzygnięcia', 'Pary pojawiają się tutaj, gdy dwóch klientów ma wspólny adres, numer lub nazwę, która coś mówi.'],
      later: ['Nic nie czeka', 'Tu czeka to, co odłożysz na później.'],
      not_the_same: ['Nikogo nie rozdzielono', 'Tu są pary, o których ktoś powiedział, że to dwie osoby. Nigdy więcej nie będą proponowane.'],
      accepted: ['Nic nie przyjęto', 'Przyjęte propozycje są tutaj tak długo, jak długo trwa ich scalenie.']
    },
    pair: (one: string, other: string) => `${one} i ${other}`,
    value: 'Wartość',
    into: 'Pozostaje',
    from: 'Staje się jego częścią',
    since: 'Od',
    claimed: 'deklarowane',
    claimedHelp: 'Ktoś tak powiedział, bez dowodu.',
    reasons: 'Dlaczego',
    isClaimed: (reason: string) => `${reason}, deklarowane`,
    score: (weight: string) => `Waga ${weight}`,
    scoreHelp: 'Suma wag poniżej.',
    reason: {
      email: { same: 'Ten sam adres e-mail' },
      phone: { same: 'Ten sam numer telefonu', variant: 'Ten sam numer telefonu, zapisany inaczej' },
      name: { same: 'Ta sama nazwa', close: 'Podobne nazwy', part: 'Wspólna część nazwy', different: 'Różne nazwy' },
      birth_date: { same: 'Ta sama data urodzenia', close: 'Podobne daty urodzenia', different: 'Różne daty urodzenia' },
      address: { same: 'Ta sama ulica i numer', close: 'Podobne ulice', street: 'Ta sama ulica, inny numer', different: 'Różne ulice' },
      post_code: { same: 'Ten sam kod pocztowy', close: 'Podobne kody pocztowe', different: 'Różne kody pocztowe' },
      town: { same: 'Ta sama miejscowość', different: 'Różne miejscowości' },
      device: { same: 'To samo urządzenie' },
      colleague: { says: 'Tak mówi ktoś z zespołu' }
    } as Record<string, Record<string, string>>,
    merge: 'Scal',
    notSame: 'To nie ten sam',
    later: 'Później',
    mayNot: 'Możesz patrzeć. Decyduje ten, kto może scalać klientów.',
    merged: (from: string, into: string) => `${from} należy teraz do ${into}.`,
    undone: 'Cofnięto. To znów dwóch klientów i nie są już proponowani.',
    undoneBut: 'Cofnięto. To, co zapisano od tego czasu, zostaje tam, gdzie jest.',
    look: 'Zobacz',
    refuseTitle: 'To nie ten sam klient?',
    refuseText: (one: string, other: string) =>
      `${one} i ${other} nigdy więcej nie będą proponowani i nigdy sami nie staną się jednym. Ręcznie nadal można ich scalić.`,
    refused: 'Pozostają dwoma klientami.',
    postponed: 'Czeka w zakładce „Później”.'
  },

  unification: {
    title: 'Scalanie',
    text: 'Kiedy dwóch klientów samo staje się jednym. Każde takie scalenie można cofnąć przez 30 dni; wszystko inne, co wygląda podobnie, jest proponowane człowiekowi.',
    toggles: {
      email: ['Łącz po adresie e-mail', 'Dwóch klientów staje się jednym, gdy serwery poczty ręczą za ten sam adres obu i żaden nie jest uwierzytelniony.'],
      phone: ['Łącz po numerze telefonu', 'Dwóch klientów staje się jednym, gdy WhatsApp, SMS lub udostępniony kontakt z Telegrama ręczą za ten sam numer obu i żaden nie jest uwierzytelniony.']
    },
    outlook: {
      merges: 'Stałoby się częścią innego klienta',
      suggestions: 'Zostałoby zaproponowanych',
      more: 'Par jest więcej, niż można policzyć naraz. Liczby są dolną granicą.',
      examples: 'Na przykład',
      counted: 'Policzono wśród obecnych klientów. Ustawienie dotyczy tego, co zostanie zapisane później: ci staną się jednym, gdy zostanie o nich zapisane coś nowego. To sprawdzenie jest odnotowane.',
      counting: 'Liczenie, co by to zmieniło …',
      turnOn: 'Włącz'
    },
    fromNow: 'Zmiana dotyczy tego, co zostanie zapisane później.',
    saved: 'Zapisano. Dotyczy tego, co zostanie zapisane od teraz.',
    always: 'Zawsze łączeni',
    alwaysText: 'Dwaj uwierzytelnieni klienci, o których Twój własny serwer podaje ten sam adres lub numer.',
    never: 'Nigdy niełączeni samoczynnie',
    nevers: [
      'Kto tylko coś deklaruje: wpisane na czacie, podane przez stronę bez podpisu, wprowadzone przez kogoś z zespołu. To jest proponowane.',
      'Dwóch z różnymi id zewnętrznymi, osoba z organizacją oraz każdy, kto jest zablokowany.',
      'Kto ma wspólny adres taki jak info@, numer, którego nikt nie ma, albo taki, który jest u więcej niż trzech klientów.',
      'Kto ma wspólne prawie to samo: adres z plusem, litery wyglądające tak samo, inny zapis numeru.',
      'O kim ktoś powiedział, że to dwie osoby, albo czyje scalenie cofnięto.'
    ],
    suggestions: 'Proponowane scalenia'
  }
};
