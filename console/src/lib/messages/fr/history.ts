import { plural } from '../../format/plural';

/** What happened to an installation, and the words of the web chat. */
export const history = {
  history: {
    title: 'Historique',
    text: 'Quand les serveurs ont démarré et se sont arrêtés, quand la base de données a été mise à jour, et ce qui n’a pas pu être remis.',
    started: (version: string) => `Serveur démarré, version ${version}`,
    stopped: 'Serveur arrêté',
    lost: 'Un serveur a disparu sans prévenir',
    lostHelp: 'Coupure de courant, mémoire ou arrêt forcé : le journal du système en sait plus. Rien de ce qui était confirmé n’est perdu.',
    migrated: (version: string, n: number) =>
      plural(n, { one: `Base de données amenée à la version ${version} en # étape`, many: `Base de données amenée à la version ${version} en # étapes`, other: `Base de données amenée à la version ${version} en # étapes` }),
    gaveUp: {
      webhook: (n: number) => plural(n, { one: '# envoi à un webhook abandonné', many: '# envois à un webhook abandonnés', other: '# envois à un webhook abandonnés' }),
      message: (n: number) => plural(n, { one: '# message n’a pas pu être remis', many: '# messages n’ont pas pu être remis', other: '# messages n’ont pas pu être remis' })
    }
  },

  chatPhrases: {
    open: 'Textes…',
    save: 'Enregistrer les textes',
    frame: 'Aperçu du chat',
    states: {
      talk: 'En conversation',
      new: 'Première visite',
      away: 'Personne n’est là',
      typing: 'Quelqu’un écrit',
      signed_in: 'Connecté',
      ended: 'Chat terminé',
      no_net: 'Pas de connexion',
      unavailable: 'Indisponible'
    },
    phrase: {
      chat: 'Nom du chat',
      placeholder: 'Dans le champ de message vide',
      send: 'Bouton d’envoi',
      fresh: 'Quand une autre personne commence',
      ended: 'Quand le chat est terminé',
      proved: 'Après l’identification du client',
      typing: 'Pendant que quelqu’un écrit',
      away: 'Quand personne n’est là',
      away_text: 'Quand personne n’est là, explication',
      your_name: 'Champ du nom',
      your_email: 'Champ de l’adresse e-mail',
      attach: 'Bouton des fichiers',
      offline: 'Sans connexion',
      unavailable: 'En cas de problème',
      unavailable_text: 'En cas de problème, explication'
    } as Record<string, string>
  }
};
