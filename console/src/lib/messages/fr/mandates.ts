export const mandates = {
  mandates: {
    title: 'Mandats',
    create: 'Ajouter un mandat',
    text: 'Quelqu’un qui peut agir pour ce client. Un mandat est une preuve : il ne change jamais, il est seulement raccourci ou révoqué.',
    none: 'Personne ne peut agir pour ce client.',
    directions: {
      represented: 'Peut agir pour ce client',
      representative: 'Ce client agit pour'
    },
    states: {
      active: 'Valable',
      future: 'Pas encore',
      ended: 'Expiré',
      revoked: 'Révoqué'
    },
    fromTo: (from: string, to: string) => `du ${from} au ${to}`,
    from: (from: string) => `à partir du ${from}, sans fin`,
    representative: 'Qui agit',
    chooseFirst: 'Trouvez et choisissez qui agit.',
    kind: 'Type',
    scope: 'Pour quoi',
    scopes: {
      topics: 'Certains sujets',
      all: 'Tous les sujets'
    },
    allHelp: 'Y compris ceux créés plus tard.',
    chooseTopics: 'Choisissez au moins un sujet.',
    validFrom: 'Premier jour',
    validUntil: 'Dernier jour',
    untilHelp: 'Vide : sans fin.',
    documents: 'Documents',
    documentTitle: 'Nature',
    documentReference: 'Où il est classé',
    addDocument: 'Ajouter un document',
    shorten: 'Raccourcir',
    shortenTitle: 'Raccourcir ce mandat',
    shortenText: 'Il prend fin après le jour choisi. Il ne peut plus être rallongé ; il faut pour cela un nouveau mandat.',
    shortened: 'Le mandat a été raccourci.',
    revoke: 'Révoquer',
    revokeTitle: 'Révoquer ce mandat ?',
    revokeText: 'Il prend fin immédiatement, même dans les entretiens en cours. Il reste consigné.',
    revoked: 'Le mandat a été révoqué.'
  },
  locks: {
    title: 'Blocages et dérogations',
    text: 'Clients dont trop de vérifications ont échoué. Quelqu’un qui n’en a mené aucune peut en autoriser une de plus dans l’heure.',
    empty: 'Personne n’est bloqué',
    emptyText: 'Qui échoue trop souvent en un jour apparaît ici.',
    failures: 'Échecs',
    until: 'Bloqué jusqu’à',
    open: 'Une de plus est permise',
    allow: 'En autoriser une',
    another: 'Une autre personne doit le faire.',
    allowTitle: (name: string) => `En autoriser une de plus pour ${name} ?`,
    allowText: 'Une vérification dans l’heure. Si elle échoue, le blocage reprend. Au moins dix caractères : c’est consigné.',
    allowed: 'Une de plus est permise pendant une heure.',
    alerts: 'Échecs inhabituels',
    alert: (failed: number, all: number) => `${failed} vérifications sur ${all} ont échoué.`
  }
};
