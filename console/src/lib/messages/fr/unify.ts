/** Clients qui n’en sont peut-être qu’un, et ceux qui se réunissent d’eux-mêmes. */
export const unify = {
  suggestions: {
    title: 'Fusions suggérées',
    text: 'Des paires de clients qui n’en sont peut-être qu’un. Chaque poids dit combien une concordance parle pour ou contre : +1 double les chances.',
    tabs: 'Quelles suggestions',
    tab: { open: 'Ouvertes', later: 'Plus tard', not_the_same: 'Pas le même', accepted: 'Acceptées' },
    empty: {
      open: ['Rien à décider', 'Des paires apparaissent ici quand deux clients partagent une adresse, un numéro ou un nom qui dit quelque chose.'],
      later: ['Rien n’attend', 'Ce que vous remettez à plus tard attend ici.'],
      not_the_same: ['Personne n’a été tenu à part', 'Ici se trouvent les paires dont quelqu’un a dit qu’elles sont deux. Elles ne sont plus jamais suggérées.'],
      accepted: ['Rien n’a été accepté', 'Les suggestions acceptées se trouvent ici tant que leur fusion tient.']
    },
    pair: (one: string, other: string) => `${one} et ${other}`,
    value: 'Valeur',
    into: 'Reste',
    from: 'En fera partie',
    since: 'Depuis',
    claimed: 'affirmé',
    claimedHelp: 'Quelqu’un l’a dit, sans preuve.',
    reasons: 'Pourquoi',
    isClaimed: (reason: string) => `${reason}, affirmé seulement`,
    score: (weight: string) => `Poids ${weight}`,
    scoreHelp: 'La somme des poids ci-dessous.',
    reason: {
      email: { same: 'Même adresse e-mail' },
      phone: { same: 'Même numéro de téléphone', variant: 'Même numéro de téléphone, écrit autrement' },
      name: { same: 'Même nom', close: 'Noms ressemblants', part: 'Une partie du nom en commun', different: 'Noms différents' },
      birth_date: { same: 'Même date de naissance', close: 'Dates de naissance proches', different: 'Dates de naissance différentes' },
      address: { same: 'Même rue et numéro', close: 'Rues ressemblantes', street: 'Même rue, autre numéro', different: 'Rues différentes' },
      post_code: { same: 'Même code postal', close: 'Codes postaux proches', different: 'Codes postaux différents' },
      town: { same: 'Même localité', different: 'Localités différentes' },
      device: { same: 'Même appareil' },
      colleague: { says: 'Quelqu’un de l’équipe le dit' }
    } as Record<string, Record<string, string>>,
    merge: 'Fusionner',
    notSame: 'Pas le même',
    later: 'Plus tard',
    mayNot: 'Vous pouvez regarder. Décide qui peut fusionner des clients.',
    merged: (from: string, into: string) => `${from} fait maintenant partie de ${into}.`,
    undone: 'Annulé. Ce sont de nouveau deux clients, qui ne sont plus suggérés.',
    undoneBut: 'Annulé. Ce qui a été écrit depuis reste où il est.',
    look: 'Regarder',
    refuseTitle: 'Pas le même ?',
    refuseText: (one: string, other: string) =>
      `${one} et ${other} ne sont plus jamais suggérés et ne se réunissent jamais d’eux-mêmes. On peut encore les fusionner à la main.`,
    refused: 'Ils restent deux.',
    postponed: 'Attend sous « Plus tard ».'
  },

  unification: {
    title: 'Unification',
    text: 'Quand deux clients n’en font plus qu’un d’eux-mêmes. Chaque fusion de ce genre peut être annulée pendant 30 jours ; le reste de ce qui se ressemble est suggéré à une personne.',
    toggles: {
      email: ['Réunir par adresse e-mail', 'Deux clients n’en font plus qu’un quand des serveurs de messagerie répondent de la même adresse des deux et qu’aucun n’est authentifié.'],
      phone: ['Réunir par numéro de téléphone', 'Deux clients n’en font plus qu’un quand WhatsApp, les SMS ou un contact Telegram partagé répondent du même numéro des deux et qu’aucun n’est authentifié.']
    },
    outlook: {
      merges: 'Feraient partie d’un autre client',
      suggestions: 'Seraient suggérées',
      more: 'Il y a plus de paires qu’on n’en compte en une fois. Les nombres sont des minimums.',
      examples: 'Par exemple',
      counted: 'Compté sur les clients actuels. Le réglage vaut pour ce qui est enregistré ensuite : ceux-ci se réuniront quand quelque chose de nouveau sera enregistré à leur sujet. Votre consultation est consignée.',
      counting: 'Calcul de ce que cela ferait …',
      turnOn: 'Activer'
    },
    fromNow: 'Un changement vaut pour ce qui est enregistré ensuite.',
    saved: 'Enregistré. Cela vaut pour ce qui est enregistré désormais.',
    always: 'Toujours réunis',
    alwaysText: 'Deux clients authentifiés dont votre propre serveur dit la même adresse ou le même numéro.',
    never: 'Jamais réunis d’eux-mêmes',
    nevers: [
      'Qui affirme seulement : écrit dans un chat, dit par une page sans signature, saisi par quelqu’un de l’équipe. C’est suggéré.',
      'Deux clients aux id externes différents, une personne et une organisation, et qui est bloqué.',
      'Qui partage une adresse comme info@, un numéro qui n’est à personne, ou un qui figure chez plus de trois clients.',
      'Qui partage presque la même chose : une adresse avec un plus, des lettres ressemblantes, un numéro écrit autrement.',
      'Dont quelqu’un a dit qu’ils sont deux, ou dont la fusion a été annulée.'
    ],
    suggestions: 'Fusions suggérées'
  }
};
