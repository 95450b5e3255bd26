import { plural } from '../../format/plural';

export const merge = {
  merge: {
    menu: 'Fusionner avec un autre client…',
    title: (customer: string) => `Fusionner avec ${customer}`,
    findText: 'Cherchez l’autre par référence, e-mail, téléphone ou id externe. Rien ne se passe avant que vous ayez vu l’effet.',
    find: 'Référence, e-mail, téléphone ou id externe',
    nobody: 'Aucun autre client trouvé',
    nobodyText: 'Vérifiez votre saisie. Les valeurs sont comparées en entier.',
    another: 'En choisir un autre',
    goesOn: 'Subsiste',
    standsBehind: 'En fait partie ensuite',
    swap: 'Dans l’autre sens',
    better: 'Ce serait mieux dans l’autre sens : l’autre est prouvé, mieux connu ou plus ancien.',
    gains: 'Ce qu’il reçoit',
    noGains: 'Rien qu’il n’ait déjà.',
    conflicts: 'En quoi ils diffèrent',
    noConflicts: 'Ils ne se contredisent nulle part.',
    wins: 'Reste',
    gives: 'Cède',
    of: (reference: string) => `D’après ${reference}`,
    effects: 'Ce qui se passe aussi',
    accounts: (n: number) =>
      plural(n, {
        one: '# compte d’un canal passe de l’un à l’autre, avec ses conversations. Les chats continuent.',
        many: '# comptes de canaux passent de l’un à l’autre, avec leurs conversations. Les chats continuent.',
        other: '# comptes de canaux passent de l’un à l’autre, avec leurs conversations. Les chats continuent.'
      }),
    noAccounts: 'Aucun compte d’un canal ne change de client.',
    endsCodes: (reference: string) => `Les codes encore valables de ${reference} prennent fin.`,
    left: (n: number) =>
      plural(n, {
        one: '# adresse ou numéro ne mène plus à personne : un client en a au plus dix de chaque sorte.',
        many: '# adresses ou numéros ne mènent plus à personne : un client en a au plus dix de chaque sorte.',
        other: '# adresses ou numéros ne mènent plus à personne : un client en a au plus dix de chaque sorte.'
      }),
    leads: (from: string, into: string) => `${from} mène dès lors à ${into}.`,
    noLevel: 'Aucun niveau ne monte : la parole d’un collègue n’est pas une preuve.',
    days: 'Pendant 30 jours, la fusion peut être annulée.',
    why: 'Pourquoi les deux sont-ils un seul client ?',
    verb: 'Fusionner',
    done: (from: string, into: string) => `${from} fait maintenant partie de ${into}.`,
    landed: (old: string, now: string) => `${old} a été fusionné avec ${now}, que vous voyez ici.`,
    list: 'Clients fusionnés',
    cameAlong: (references: string) => `Venus avec eux : ${references}`,
    by: (name: string) => `par ${name}`,
    grounds: {
      hand: 'À la main',
      suggestion: 'Une suggestion a été acceptée',
      proved: 'De soi-même : la même chose est prouvée pour les deux',
      attested: 'De soi-même : des fournisseurs attestent la même chose pour les deux'
    },
    until: (date: string) => `Peut être annulée jusqu’au ${date}`,
    over: 'Trop ancienne pour être annulée',
    undone: 'Annulée',
    undo: 'Annuler la fusion',
    undoTitle: (reference: string) => `Annuler la fusion de ${reference} ?`,
    undoText: 'Ce sont de nouveau deux clients, chacun avec ce qu’il avait. Ce qui a été écrit depuis la fusion reste ici et est indiqué. Rien ne les réunira plus de soi-même.',
    undoDone: 'La fusion a été annulée.',
    undoStayed: (what: string) => `La fusion a été annulée. Écrit plus tard et donc resté ici : ${what}`,
    stayed: (what: string) => `Écrit plus tard et laissé à sa place : ${what}`,
    active: 'Actif',
    fields: {
      state: 'État',
      claim: (field: string) => `${field}, selon la personne`,
      identifier: 'Adresse ou numéro',
      account: 'Compte d’un canal',
      attribute: 'Un attribut supprimé'
    },
    sources: {
      signed_session: 'une session signée',
      look_up: 'votre propre système, interrogé pendant un appel',
      rule: 'une règle',
      attested: 'le fournisseur du canal',
      claimed: 'la personne elle-même'
    }
  }
};
