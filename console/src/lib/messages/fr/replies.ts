import { plural } from '../../format/plural';
import type { Translation } from '../shape';

/** The page of canned replies, and after how long chats end. */
export const replies = {
  replies: {
    title: 'Réponses types',
    text: 'Les réponses que vous donnez sans cesse. Tapez / dans une conversation pour en insérer une.',
    create: 'Nouvelle réponse type',
    empty: 'Pas encore de réponses types',
    emptyText: 'Écrivez la première : un accueil, vos horaires, comment renvoyer un article.',
    name: 'Nom court',
    nameHelp: 'Un mot, tapé après /.',
    titleLabel: 'Titre',
    titleHelp: 'À quoi elle sert. Seule votre équipe le voit.',
    reply: 'Texte',
    textHelp: 'Qui voit une valeur masquée reçoit à sa place ce qui suit |, par exemple {profile.phone|votre numéro}.',
    language: 'Langue',
    anyLanguage: 'Toutes les langues',
    audience: 'Qui la voit',
    everybody: 'Tout le monde',
    everybodyHelp: 'Quiconque répond aux clients.',
    group: 'Un groupe',
    groupHelp: 'Ses membres seulement.',
    personal: 'Moi seul',
    personalHelp: 'Personne d’autre, pas même les administrateurs.',
    chooseGroup: 'Groupe',
    used: 'Utilisée',
    never: 'Jamais',
    times: (n: number) => plural(n, { one: '# fois', many: '# fois', other: '# fois' }),
    search: 'Chercher dans les réponses types',
    noMatch: 'Aucune réponse type ne contient cela.',
    deleted: (name: string) => `${name} a été supprimée.`
  },

  chatEnd: {
    title: 'Fin des chats',
    minutes: 'Un chat se termine de lui-même après',
    minutesHelp: 'Minutes sans réponse à votre message. 0 : jamais.',
    status: 'État du dossier ensuite'
  }
} satisfies Translation;
