import type { Translation } from '../shape';

/** Mailboxes: how one is connected, and what a mail is about. */
export const email = {
  email: {
    needs: {
      one: 'Préparez l’adresse, les noms des serveurs de lecture (IMAP) et d’envoi (SMTP) et le mot de passe.',
      two: 'Certains fournisseurs exigent un mot de passe propre à une application : créez-le dans votre compte.',
      three: 'Pour que les expéditeurs soient crus, votre serveur de messagerie doit vérifier les messages et y inscrire le résultat (Authentication-Results). Son administrateur sait sous quel nom.'
    },
    imapPassword: 'Mot de passe',
    smtpPassword: 'Mot de passe d’envoi',
    smtpPasswordHelp: 'Laissé vide, celui de lecture sert aussi.',
    address: 'Adresse',
    addressHelp: 'Les clients y écrivent, et les réponses en partent.',
    sender: 'Nom affiché',
    reading: 'Lecture (IMAP)',
    sending: 'Envoi (SMTP)',
    host: 'Serveur',
    port: 'Port',
    security: 'Chiffrement',
    securities: { tls: 'TLS', starttls: 'STARTTLS', none: 'Aucun' },
    username: 'Nom d’utilisateur',
    usernameHelp: 'Vide si le serveur n’en demande pas.',
    unvouched: 'Personne ne se porte garant des expéditeurs',
    unvouchedText: 'Chaque message compte comme venant d’un inconnu jusqu’à ce qu’il prouve qui il est. Indiquez le nom des résultats de votre serveur ; « Tester » montre ceux trouvés.',
    authserv: 'Serveur garant des expéditeurs',
    authservHelp: 'Le nom sous lequel il écrit Authentication-Results. Laissé vide, personne ne se porte garant : chaque message d’une adresse est une conversation à part jusqu’à ce que l’expéditeur prouve qui il est. « Tester » montre les noms trouvés.',
    folder: 'Dossier',
    markSeen: 'Marquer les messages comme lus une fois ici',
    subject: 'Objet'
  }
} satisfies Translation;
