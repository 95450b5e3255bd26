import type { Translation } from '../shape';

/** Mailboxes: how one is connected, and what a mail is about. */
export const email = {
  email: {
    needs: {
      one: 'Ha adressen, namnen på servrarna för läsning (IMAP) och sändning (SMTP) och lösenordet till hands.',
      two: 'Vissa leverantörer vill ha ett lösenord för en enda app: skapa det i kontot där.',
      three: 'För att avsändare ska bli trodda måste er e-postserver kontrollera breven och skriva resultatet i dem (Authentication-Results). Den som sköter servern vet under vilket namn.'
    },
    imapPassword: 'Lösenord',
    smtpPassword: 'Lösenord för sändning',
    smtpPasswordHelp: 'Lämnas det tomt gäller det för läsning.',
    address: 'Adress',
    addressHelp: 'Hit skriver kunderna, och härifrån kommer svaren.',
    sender: 'Namnet bredvid',
    reading: 'Läsning (IMAP)',
    sending: 'Sändning (SMTP)',
    host: 'Server',
    port: 'Port',
    security: 'Kryptering',
    securities: { tls: 'TLS', starttls: 'STARTTLS', none: 'Ingen' },
    username: 'Användarnamn',
    usernameHelp: 'Tomt för en server som inte frågar efter något.',
    unvouched: 'Ingen går i god för avsändare',
    unvouchedText: 'Varje brev räknas som från någon okänd tills de bevisar vem de är. Ange namnet på din servers resultat; ”Testa” visar namnen som hittas.',
    authserv: 'Server som går i god för avsändare',
    authservHelp: 'Namnet den skriver Authentication-Results under. Lämnas det tomt går ingen i god: varje brev från en adress blir en egen konversation tills avsändaren bevisar vem det är. ”Testa” visar namnen som hittas.',
    folder: 'Mapp',
    markSeen: 'Markera brev som lästa när de har kommit hit',
    subject: 'Ämne'
  }
} satisfies Translation;
