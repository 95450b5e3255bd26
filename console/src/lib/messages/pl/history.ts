import { plural } from '../../format/plural';

/** What happened to an installation, and the words of the web chat. */
export const history = {
  history: {
    title: 'Historia',
    text: 'Kiedy serwery uruchamiano i zatrzymywano, kiedy aktualizowano bazę danych i czego nie udało się dostarczyć.',
    started: (version: string) => `Uruchomiono serwer, wersja ${version}`,
    stopped: 'Zatrzymano serwer',
    lost: 'Serwer zniknął bez zapowiedzi',
    lostHelp: 'Brak zasilania, pamięci albo wymuszone zakończenie: więcej mówi dziennik systemu. Nic z tego, co potwierdzono, nie zginęło.',
    migrated: (version: string, n: number) =>
      plural(n, { one: `Bazę danych zaktualizowano do wersji ${version} w # kroku`, few: `Bazę danych zaktualizowano do wersji ${version} w # krokach`, many: `Bazę danych zaktualizowano do wersji ${version} w # krokach`, other: `Bazę danych zaktualizowano do wersji ${version} w # kroku` }),
    gaveUp: {
      webhook: (n: number) => plural(n, { one: 'Zaniechano # doręczenia do webhooka', few: 'Zaniechano # doręczeń do webhooka', many: 'Zaniechano # doręczeń do webhooka', other: 'Zaniechano # doręczenia do webhooka' }),
      message: (n: number) => plural(n, { one: 'Nie udało się dostarczyć # wiadomości', few: 'Nie udało się dostarczyć # wiadomości', many: 'Nie udało się dostarczyć # wiadomości', other: 'Nie udało się dostarczyć # wiadomości' })
    }
  },

  chatPhrases: {
    open: 'Teksty…',
    save: 'Zapisz teksty',
    frame: 'Podgląd czatu',
    states: {
      talk: 'W rozmowie',
      new: 'Pierwsza wizyta',
      away: 'Nikogo nie ma',
      typing: 'Ktoś pisze',
      signed_in: 'Zalogowany klient',
      ended: 'Czat zakończony',
      no_net: 'Brak połączenia',
      unavailable: 'Niedostępny'
    },
    phrase: {
      chat: 'Nazwa czatu',
      placeholder: 'W pustym polu wiadomości',
      send: 'Przycisk wysyłania',
      fresh: 'Gdy zaczyna inna osoba',
      ended: 'Po zakończeniu czatu',
      proved: 'Po rozpoznaniu klienta',
      typing: 'Gdy ktoś pisze',
      away: 'Gdy nikogo nie ma',
      away_text: 'Gdy nikogo nie ma, wyjaśnienie',
      your_name: 'Pole imienia i nazwiska',
      your_email: 'Pole adresu e-mail',
      attach: 'Przycisk plików',
      offline: 'Bez połączenia',
      unavailable: 'Gdy coś nie działa',
      unavailable_text: 'Gdy coś nie działa, wyjaśnienie'
    } as Record<string, string>
  }
};
