export const masking = {
  maskingPage: {
    text: 'Activé : ce rôle voit la valeur masquée, partout. Qui voit des masques peut tout de même trouver un client par la valeur exacte, lui répondre et révéler une seule valeur avec une raison.',
    viewAs: 'Voir comme',
    value: 'Valeur',
    differs: 'différent',
    attributesHelp: 'Ceux marqués personnels ou sensibles, sauf indication contraire ci-dessous.',
    reveals: 'Valeurs révélées par heure',
    revealsHelp: 'Chacune avec une raison, consignée, de nouveau masquée après une minute. 0 : jamais.',
    patterns: 'Motifs de l’entreprise',
    patternsText: 'Ce que votre entreprise est seule à utiliser : numéros de compte, cartes de membre. Masqué dans les messages et les notes, même anciens, pour ceux qui y voient les données personnelles masquées. Expressions régulières sans look-around.',
    pattern: 'Motif',
    patternName: 'Carte de membre',
    addPattern: 'Ajouter un motif',
    tryOn: 'Essayer sur un texte',
    tryHelp: 'Ce qu’un client pourrait écrire. Rien n’est conservé.',
    try: 'Essayer',
    surfaces: 'Où les masques s’appliquent',
    seenBy: (role: string) => `Vu par : ${role}`,
    maskedFor: (field: string, role: string) => `${field} : masqué pour ${role}`,
    maskOf: (field: string) => `Masque de ${field}`,
    revealsOf: (role: string) => `Valeurs révélées par heure : ${role}`,
    fields: {
      name: 'Noms',
      email: 'Adresses e-mail',
      phone: 'Numéros de téléphone',
      ids: 'Identifiants des clients et des canaux',
      attributes: 'Autres attributs',
      text: 'Données personnelles dans les messages et notes'
    },
    masks: {
      hidden: 'Rien',
      year: 'L’année',
      ends: 'Les deux premiers et les deux derniers',
      last4: 'Les quatre derniers',
      name: 'L’initiale',
      email: 'Le domaine',
      phone: 'Les quatre derniers chiffres',
      town: 'La ville',
      auto: 'Comme d’habitude',
      other: 'Un autre masque, défini par l’API'
    },
    surface: {
      screens: ['Écrans', 'Listes, page du client, conversations et volet à côté.'],
      api: ['API', 'Chaque réponse. Les clés d’API ne voient les valeurs personnelles qu’avec le droit correspondant.'],
      live: ['Mises à jour en direct', 'Elles portent des identifiants ; chacun lit ce que son rôle peut voir.'],
      search: ['Recherche', 'Valeurs exactes seulement, comptées et consignées. Personne ne trouve une valeur masquée par son début, par un tri ou par les mots des messages.'],
      rules: ['Règles et réponses', 'Personne n’interroge ni n’insère ce qu’il voit masqué.'],
      files: ['Export et import', 'Les fichiers contiennent ce que montre l’écran ; un masque n’est jamais pris pour une valeur.'],
      webhooks: ['Webhooks', 'Des identifiants seulement, sauf si les données personnelles sont activées.'],
      logs: ['Journaux, métriques et erreurs', 'Jamais de valeurs personnelles, pour personne.']
    }
  }
};
