import type { Translation } from '../shape';

/** Mailboxes: how one is connected, and what a mail is about. */
export const email = {
  email: {
    needs: {
      one: 'Przygotuj adres, nazwy serwerów do odczytu (IMAP) i wysyłki (SMTP) oraz hasło.',
      two: 'Niektórzy dostawcy wymagają hasła dla jednej aplikacji: utwórz je na swoim koncie.',
      three: 'Aby nadawcom można było wierzyć, serwer poczty musi sprawdzać wiadomości i wpisywać w nie wynik (Authentication-Results). Pod jaką nazwą, wie jego administrator.'
    },
    imapPassword: 'Hasło',
    smtpPassword: 'Hasło do wysyłki',
    smtpPasswordHelp: 'Puste: takie samo jak do odczytu.',
    address: 'Adres',
    addressHelp: 'Na niego piszą klienci i z niego wychodzą odpowiedzi.',
    sender: 'Nazwa obok',
    reading: 'Odczyt (IMAP)',
    sending: 'Wysyłka (SMTP)',
    host: 'Serwer',
    port: 'Port',
    security: 'Szyfrowanie',
    securities: { tls: 'TLS', starttls: 'STARTTLS', none: 'Brak' },
    username: 'Nazwa użytkownika',
    usernameHelp: 'Puste, jeśli serwer o nią nie pyta.',
    unvouched: 'Nikt nie ręczy za nadawców',
    unvouchedText: 'Każda wiadomość liczy się jako od nieznanej osoby, dopóki ta nie dowiedzie, kim jest. Podaj nazwę wyników swojego serwera; „Sprawdź” pokazuje znalezione nazwy.',
    authserv: 'Serwer ręczący za nadawców',
    authservHelp: 'Nazwa, pod którą wpisuje Authentication-Results. Puste: nikt nie ręczy, a każda wiadomość z danego adresu jest osobną rozmową, dopóki nadawca nie dowiedzie, kim jest. „Sprawdź” pokazuje znalezione nazwy.',
    folder: 'Folder',
    markSeen: 'Oznaczaj wiadomości jako przeczytane, gdy już tu są',
    subject: 'Temat'
  }
} satisfies Translation;
