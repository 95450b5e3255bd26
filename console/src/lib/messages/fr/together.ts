export const together = {
  together: {
    find: 'Rechercher dans les conversations',
    stopFind: 'Terminer la recherche',
    writing: (names: string) => `Écrit ici : ${names}`,
    answered: (name: string) => `${name} a répondu entre-temps. Lisez d’abord ; votre texte est toujours là.`,
    somebody: 'Quelqu’un d’autre',
    anyway: 'Envoyer quand même'
  }
};
