import { plural } from '../../format/plural';

export const queue = {
  views: { mine: 'Moje', unassigned: 'Nieprzypisane', notIdentified: 'Niezidentyfikowane' },

  glance: {
    waiting: 'Czekają na odpowiedź',
    unread: 'Nieprzeczytane',
    openLongest: 'Otwórz najdłużej czekającą',
    openFirst: 'Otwórz pierwszą',
    none: 'Nie ma jeszcze rozmów',
    noneText: 'Tutaj otwiera się rozmowa, a obok widać, kim jest klient i na ile to pewne.',
    tryText: 'Nikt nie musi pisać, by zobaczyć rozmowę: w czacie testowym klientem jesteś Ty.'
  },

  bulk: {
    select: 'Zaznacz rozmowy',
    stop: 'Zakończ zaznaczanie',
    pick: (name: string) => `Zaznacz rozmowę: ${name}`,
    close: 'Zakończ i zamknij',
    endTitle: (n: number) =>
      plural(n, { one: 'Zakończyć # czat?', few: 'Zakończyć # czaty?', many: 'Zakończyć # czatów?', other: 'Zakończyć # czatu?' }),
    endText: 'Klienci zobaczą, że czat się zakończył, a rozmowy zostaną zamknięte. Nowa wiadomość rozpocznie kolejną. Tego nie można cofnąć.',
    done: (n: number) =>
      plural(n, { one: 'Zmieniono # rozmowę.', few: 'Zmieniono # rozmowy.', many: 'Zmieniono # rozmów.', other: 'Zmieniono # rozmowy.' }),
    undone: 'Przywrócono poprzedni stan.'
  },

  queue: {
    waits: 'Czeka na odpowiedź',
    wrongCode: 'Nadesłany kod był błędny',
    asked: 'Poproszono o kod',
    askedNow: 'Poproszono przed chwilą',
    nextKey: 'Następna do odpowiedzi',
    done: 'Tu wszystko zrobione.',
    next: 'Następna rozmowa',
    noNext: 'Nikt więcej tu nie czeka.',
    testChat: 'Czat testowy'
  }
};
