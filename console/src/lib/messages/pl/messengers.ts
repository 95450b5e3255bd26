import type { Translation } from '../shape';

/** Connecting messengers. The parts are named as the API names kinds, secrets and settings. */
export const messengers = {
  messengers: {
    choose: 'Wybierz',
    connect: 'Połącz',
    try: 'Wypróbuj',
    steps: 'Kroki',
    back: 'Wstecz',
    done: 'Gotowe',
    connectTitle: (kind: string) => `Połącz: ${kind}`,
    need: 'Czego potrzebujesz',
    newTab: '(otwiera się w nowej karcie)',
    set: 'Zapisano',
    replace: 'Zastąp',
    replaceOf: (name: string) => `Zastąp: ${name}`,
    keep: 'Zachowaj obecny',
    secretHelp: 'Przechowywany w postaci zapieczętowanej na Twoim serwerze i nikomu więcej niepokazywany.',
    checked: (kind: string) => `Zanim cokolwiek zostanie zapisane, ${kind} potwierdza, że to działa.`,
    asking: (kind: string) => `Sprawdzanie w ${kind}…`,
    advanced: 'Zaawansowane',
    refused: (kind: string) => `${kind} nie przyjmuje tych danych. Niczego nie zapisano.`,
    down: (kind: string) => `Nie można połączyć się z ${kind}. Niczego nie zapisano.`,
    connected: (kind: string) => `Połączono: ${kind}.`,
    connectedAs: (kind: string, name: string) => `Połączono: ${kind} jako ${name}.`,
    working: 'Połączony',
    notWorking: 'Nie działa',
    secretsSet: (names: string) => `Zapisano: ${names}`,
    address: 'Adres webhooka',
    verifyToken: 'Token weryfikacyjny',
    pasteTitle: (kind: string) => `Wklej to w ${kind}`,
    notPublic: 'Ten adres nie zaczyna się od https://, więc dostawca niczego tam nie wyśle. Ustaw public_url na adres, pod którym ten serwer jest dostępny z internetu.',
    nothingToPaste: 'Nie trzeba niczego wklejać: resztę serwer ustawił sam.',
    tryTitle: 'Napisz na ten kanał',
    tryText: 'Wyślij wiadomość tak, jak zrobiłby to klient. Pojawi się w skrzynce.',
    open: (kind: string) => `Otwórz ${kind}`,
    waiting: 'Oczekiwanie na pierwszą wiadomość…',
    arrived: 'Nadeszła wiadomość.',
    toInbox: 'Otwórz skrzynkę',
    broken: (kind: string) => `${kind} nie działa:`,
    gone: 'Dopóki to nie zostanie naprawione, wiadomości mogą nie przychodzić lub nie wychodzić.',
    mend: 'Zmień ustawienia',
    text: {
      telegram: 'Bot, do którego piszą klienci. Działa od razu, bez publicznego adresu.',
      whatsapp: 'Numer firmowy w WhatsApp Cloud API firmy Meta.',
      messenger: 'Wiadomości Twojej strony na Facebooku.',
      instagram: 'Wiadomości prywatne Twojego konta profesjonalnego.',
      email: 'Skrzynka firmy, czytana przez IMAP, z odpowiedziami przez SMTP.',
      sms: 'Numer w Twilio lub u dostawcy z takim samym API.',
      viber: 'Bot Viber Twojej firmy.',
      line: 'Oficjalne konto LINE z Messaging API.',
      matrix: 'Konto na serwerze Matrix, własnym lub dowolnym. Działa od razu, bez publicznego adresu.'
    },
    needs: {
      telegram: {
        one: 'Otwórz @BotFather w Telegramie.',
        two: 'Wyślij /newbot i odpowiedz na dwa pytania. W przypadku istniejącego bota wyślij /token.',
        three: 'W odpowiedzi otrzymasz token. Wklej go poniżej.'
      },
      whatsapp: {
        one: 'Otwórz swoją aplikację w Meta, dodaj do niej WhatsApp i zarejestruj numer.',
        two: 'W sekcji WhatsApp, Konfiguracja API: skopiuj identyfikator numeru telefonu. Utwórz stały token dostępu dla użytkownika systemowego.',
        three: 'W sekcji Ustawienia aplikacji, Podstawowe: skopiuj klucz tajny aplikacji.'
      },
      messenger: {
        one: 'Otwórz swoją aplikację w Meta i dodaj do niej Messengera.',
        two: 'W sekcji Messenger, Ustawienia API: połącz swoją stronę i wygeneruj jej token dostępu.',
        three: 'W sekcji Ustawienia aplikacji, Podstawowe: skopiuj klucz tajny aplikacji.'
      },
      instagram: {
        one: 'Otwórz swoją aplikację w Meta i dodaj do niej Instagram.',
        two: 'W sekcji Instagram, Konfiguracja API z logowaniem przez Instagram: dodaj swoje konto i wygeneruj jego token dostępu.',
        three: 'Na tej samej stronie: skopiuj klucz tajny aplikacji Instagram.'
      },
      sms: {
        one: 'Otwórz konsolę dostawcy i uzyskaj numer, który odbiera wiadomości.',
        two: 'Na jej pierwszej stronie: skopiuj Account SID i Auth Token.',
        three: 'U dostawcy innego niż Twilio: podaj adres jego API w sekcji Zaawansowane.'
      },
      viber: {
        one: 'Otwórz witrynę Viber dla partnerów i utwórz bota albo zleć to swojemu partnerowi Viber.',
        two: 'W ustawieniach bota: skopiuj token.'
      },
      line: {
        one: 'Otwórz LINE Developers Console i wybierz kanał Messaging API swojego konta.',
        two: 'Na stronie Basic settings: skopiuj Channel secret.',
        three: 'Na stronie Messaging API: wystaw Channel access token i skopiuj go.'
      }
    },
    paste: {
      whatsapp: 'W aplikacji: WhatsApp, Konfiguracja, Webhook. Wklej obie wartości, naciśnij Weryfikuj i zapisz, a potem zasubskrybuj pole messages.',
      messenger: 'W aplikacji: Messenger, Ustawienia API, Webhooki. Wklej obie wartości, naciśnij Weryfikuj i zapisz, a potem zasubskrybuj messages dla swojej strony.',
      instagram: 'W aplikacji: Instagram, Konfiguracja API, Webhooki. Wklej obie wartości, naciśnij Weryfikuj i zapisz, a potem zasubskrybuj messages.',
      sms: 'W ustawieniach wiadomości numeru: wklej go jako webhook dla „A message comes in”, z metodą POST.',
      line: 'Na stronie Messaging API: wklej go jako Webhook URL, naciśnij Verify, a potem włącz Use webhook.'
    },
    secret: {
      bot_token: 'Token bota',
      access_token: 'Token dostępu',
      page_access_token: 'Token dostępu strony',
      app_secret: 'Klucz tajny aplikacji',
      auth_token: 'Auth Token',
      channel_access_token: 'Token dostępu kanału',
      channel_secret: 'Channel secret',
      signing: 'Sekret do podpisu'
    },
    setting: {
      phone_number_id: 'Identyfikator numeru telefonu',
      account_sid: 'Account SID',
      from: 'Nadawca',
      verify_token: 'Token weryfikacyjny',
      homeserver_url: 'Serwer Matrix',
      api_url: 'Adres API'
    },
    help: {
      phone_number_id: 'Długa liczba; nie sam numer telefonu.',
      account_sid: 'Zaczyna się od AC.',
      from: 'Numer z kierunkowym kraju, na przykład +15005550006, albo SID usługi wiadomości.',
      verify_token: 'Dowolny tekst. Gdy pole jest puste, jest nim identyfikator tego kanału.',
      homeserver_url: 'Jego adres albo domena jego kont, na przykład https://matrix.example.org.',
      api_url: 'Gdy pole jest puste, używany jest adres dostawcy. Zmień go tylko dla własnego serwera.'
    },
    receive: 'Jak przychodzą wiadomości',
    receives: {
      poll: 'Pobiera je ten serwer',
      webhook: 'Wysyła je Telegram'
    },
    receiveHelp: 'Pobieranie działa wszędzie. Wysyłanie wymaga publicznego adresu https://.',
    template: 'Szablon po 24 godzinach',
    templateHelp: 'WhatsApp przyjmuje własne słowa przez 24 godziny od ostatniej wiadomości klienta. Potem zamiast nich wysyłany jest ten zatwierdzony szablon.',
    templateName: 'Nazwa szablonu',
    templateLanguage: 'Jego język, na przykład pl'
  }
} satisfies Translation;
