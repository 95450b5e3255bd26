/** How a customer writes. */
export const habits = {
  habits: {
    title: 'Habitudes',
    help: 'D’après quand et où les messages de l’an dernier ont été écrits, jamais leur contenu.',
    channel: 'Écrit surtout par',
    share: (what: string, percent: string) => `${what} (${percent})`,
    hours: 'Écrit surtout',
    zone: (zone: string) => `Heures de ${zone}.`,
    topics: 'Écrit à propos de',
    customerAnswers: 'Répond en général en',
    companyAnswers: 'Reçoit en général une réponse en',
    none: 'Pas encore assez de messages pour le dire.'
  }
};
