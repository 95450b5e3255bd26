export const search = {
  search: {
    results: 'Résultats',
    conversations: 'Conversations',
    messages: 'Messages',
    none: 'Rien trouvé',
    noneText: 'Chaque mot doit être le début d’un mot du même message. Les adresses e-mail et les longs numéros dans les messages ne sont pas recherchés ; ceux des clients le sont.',
    within: 'Recherche limitée aux filtres.',
    everywhere: 'Chercher partout',
    notWhole: 'Les messages plus anciens sont encore en cours de lecture. Réessayez dans un moment.',
    off: 'Ce serveur ne cherche pas dans les mots des messages ; les conversations se trouvent par numéro, libellé et client.',
    note: 'Note',
    find: (text: string) => `Rechercher « ${text} » dans les conversations`
  }
};
