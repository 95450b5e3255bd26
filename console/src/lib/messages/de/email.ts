import type { Translation } from '../shape';

/** Mailboxes: how one is connected, and what a mail is about. */
export const email = {
  email: {
    needs: {
      one: 'Halten Sie die Adresse, die Namen der Server zum Lesen (IMAP) und Senden (SMTP) und das Passwort bereit.',
      two: 'Manche Anbieter verlangen ein Passwort für eine einzelne App: Legen Sie es dort in Ihrem Konto an.',
      three: 'Damit Absendern geglaubt wird, muss Ihr Mailserver Mails prüfen und das Ergebnis hineinschreiben (Authentication-Results). Unter welchem Namen, weiß, wer ihn betreut.'
    },
    imapPassword: 'Passwort',
    smtpPassword: 'Passwort zum Senden',
    smtpPasswordHelp: 'Leer gelassen, gilt das zum Lesen.',
    address: 'Adresse',
    addressHelp: 'An sie schreiben Kunden, und von ihr kommen Antworten.',
    sender: 'Name daneben',
    reading: 'Lesen (IMAP)',
    sending: 'Senden (SMTP)',
    host: 'Server',
    port: 'Port',
    security: 'Verschlüsselung',
    securities: { tls: 'TLS', starttls: 'STARTTLS', none: 'Keine' },
    username: 'Benutzername',
    usernameHelp: 'Leer bei einem Server, der keinen verlangt.',
    unvouched: 'Niemand bürgt für Absender',
    unvouchedText: 'Jede Mail gilt als von jemand Unbekanntem, bis er sich ausweist. Tragen Sie den Namen der Ergebnisse Ihres Servers ein; „Testen“ zeigt die gefundenen.',
    authserv: 'Server, der für Absender bürgt',
    authservHelp: 'Der Name, unter dem er Authentication-Results schreibt. Leer gelassen, bürgt niemand: Jede Mail einer Adresse ist dann ein eigenes Gespräch, bis sich der Absender ausweist. „Testen“ zeigt die gefundenen Namen.',
    folder: 'Ordner',
    markSeen: 'Mails als gelesen markieren, sobald sie hier sind',
    subject: 'Betreff'
  }
} satisfies Translation;
