export const together = {
  together: {
    find: 'Gespräche durchsuchen',
    stopFind: 'Suche beenden',
    writing: (names: string) => `Schreibt hier: ${names}`,
    answered: (name: string) => `${name} hat inzwischen geantwortet. Lesen Sie zuerst; Ihr Text ist noch da.`,
    somebody: 'Jemand anderes',
    anyway: 'Trotzdem senden'
  }
};
