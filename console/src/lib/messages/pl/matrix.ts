/** Matrix: how an account is connected, and what people in its rooms are told. */
export const matrix = {
  matrix: {
    needs: {
      one: 'Załóż na swoim serwerze konto tylko do tego celu i nigdy nie loguj się na nie aplikacją taką jak Element: aplikacje klientów szyfrowałyby wtedy to, co piszą, a tego nie da się tu odczytać.',
      two: 'Zaloguj je raz poleceniem poniżej. Odpowiedź zawiera jego access_token: wklej go tutaj.',
      three: 'Jeśli pisze do niego wielu klientów, poproś administratora serwera o zniesienie limitu wysyłania dla tego konta.'
    } as Record<string, string>,
    command: 'Polecenie logowania',
    invitations: 'Zaproszenia',
    invitation: {
      direct: 'Tylko do pokojów dla dwojga',
      all: 'Do każdego pokoju, do którego nie można wejść bez zgody'
    },
    otherRooms: 'Pokoje z większą liczbą osób',
    otherRoom: {
      leave: 'Powiedzieć dlaczego i wyjść',
      ignore: 'Nie robić nic'
    },
    otherRoomsHelp: 'To, co klienci piszą tam, gdzie czytają inni, nie jest przyjmowane: inni mogliby wysłać ich kod.',
    encrypted: 'Co słyszą klienci w szyfrowanych pokojach',
    encryptedNotice: 'Pod tym adresem nie można odczytać szyfrowanych wiadomości. Proszę napisać w pokoju bez szyfrowania.',
    other: 'Co słyszą pokoje z większą liczbą osób',
    otherNotice: 'Ten adres odpowiada tylko w rozmowach we dwoje. Proszę napisać do niego w osobnym pokoju.'
  }
};
