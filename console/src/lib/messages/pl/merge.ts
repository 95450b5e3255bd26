import { plural } from '../../format/plural';

export const merge = {
  merge: {
    menu: 'Scal z innym klientem…',
    title: (customer: string) => `Scal z klientem ${customer}`,
    findText: 'Znajdź drugiego po numerze klienta, e-mailu, telefonie lub id zewnętrznym. Nic się nie stanie, zanim zobaczysz skutki.',
    find: 'Numer klienta, e-mail, telefon lub id zewnętrzne',
    nobody: 'Nie znaleziono innego klienta',
    nobodyText: 'Sprawdź, co wpisano. Wartości są porównywane w całości.',
    another: 'Wybierz innego',
    goesOn: 'Pozostaje',
    standsBehind: 'Staje się jego częścią',
    swap: 'W drugą stronę',
    better: 'Lepiej byłoby w drugą stronę: ten drugi jest potwierdzony, lepiej znany albo starszy.',
    gains: 'Co otrzymuje',
    noGains: 'Nic, czego już nie ma.',
    conflicts: 'Czym się różnią',
    noConflicts: 'W niczym sobie nie przeczą.',
    wins: 'Zostaje',
    gives: 'Ustępuje',
    of: (reference: string) => `Według ${reference}`,
    effects: 'Co jeszcze się stanie',
    accounts: (n: number) =>
      plural(n, {
        one: 'Przechodzi # konto w kanale wraz z rozmowami. Czaty trwają dalej.',
        few: 'Przechodzą # konta w kanałach wraz z rozmowami. Czaty trwają dalej.',
        many: 'Przechodzi # kont w kanałach wraz z rozmowami. Czaty trwają dalej.',
        other: 'Przechodzi # konta w kanałach wraz z rozmowami. Czaty trwają dalej.'
      }),
    noAccounts: 'Żadne konto w kanale nie przechodzi.',
    endsCodes: (reference: string) => `Ważne kody klienta ${reference} wygasają.`,
    left: (n: number) =>
      plural(n, {
        one: '# adres lub numer nie prowadzi już do nikogo: klient ma najwyżej dziesięć każdego rodzaju.',
        few: '# adresy lub numery nie prowadzą już do nikogo: klient ma najwyżej dziesięć każdego rodzaju.',
        many: '# adresów lub numerów nie prowadzi już do nikogo: klient ma najwyżej dziesięć każdego rodzaju.',
        other: '# adresu lub numeru nie prowadzi już do nikogo: klient ma najwyżej dziesięć każdego rodzaju.'
      }),
    leads: (from: string, into: string) => `Od tej chwili ${from} prowadzi do ${into}.`,
    noLevel: 'Żaden poziom nie wzrasta: słowo współpracownika nie jest dowodem.',
    days: 'Przez 30 dni można to cofnąć.',
    why: 'Dlaczego to jeden klient?',
    verb: 'Scal',
    done: (from: string, into: string) => `${from} jest teraz częścią ${into}.`,
    landed: (old: string, now: string) => `${old} scalono z ${now}; tu widzisz ${now}.`,
    list: 'Scaleni klienci',
    cameAlong: (references: string) => `Przyszli razem z nimi: ${references}`,
    by: (name: string) => `przez: ${name}`,
    grounds: {
      hand: 'Ręcznie',
      suggestion: 'Przyjęto propozycję',
      proved: 'Samoczynnie: u obu potwierdzono to samo',
      attested: 'Samoczynnie: dostawcy poświadczają u obu to samo'
    },
    until: (date: string) => `Można cofnąć do ${date}`,
    over: 'Za stare, by cofnąć',
    undone: 'Cofnięto',
    undo: 'Cofnij scalenie',
    undoTitle: (reference: string) => `Cofnąć scalenie klienta ${reference}?`,
    undoText: 'Znów będzie dwóch klientów, każdy z tym, co miał. To, co zapisano od scalenia, zostaje tutaj i zostanie wymienione. Nic samo już ich nie połączy.',
    undoDone: 'Cofnięto scalenie.',
    undoStayed: (what: string) => `Cofnięto scalenie. Zapisane później, więc zostało tutaj: ${what}`,
    stayed: (what: string) => `Zapisane później i pozostawione na miejscu: ${what}`,
    active: 'Aktywny',
    fields: {
      state: 'Stan',
      claim: (field: string) => `${field}, według samej osoby`,
      identifier: 'Adres lub numer',
      account: 'Konto w kanale',
      attribute: 'Usunięty atrybut'
    },
    sources: {
      signed_session: 'podpisana sesja',
      look_up: 'własny system, zapytany podczas rozmowy',
      rule: 'reguła',
      attested: 'dostawca kanału',
      claimed: 'sama osoba'
    }
  }
};
