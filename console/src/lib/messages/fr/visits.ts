import { plural } from '../../format/plural';

/** Qui est sur les sites web, et ce qu’il a regardé. */
export const visits = {
  visits: {
    title: 'Visiteurs en direct',
    text: 'Qui est sur vos sites en ce moment, ce qu’il regarde, et à quel point son identité est sûre.',
    show: 'Quelles visites',
    live: 'En direct',
    all: 'Toutes',
    count: (n: number) => plural(n, { one: '# visiteur en ce moment', many: '# de visiteurs en ce moment', other: '# visiteurs en ce moment' }),
    more: (n: number) => plural(n, { one: '# nouveau visiteur', many: '# de nouveaux visiteurs', other: '# nouveaux visiteurs' }),
    site: 'Site web',
    anySite: 'Tous les sites web',
    stateFilter: 'État',
    anyState: 'Tous les états',
    ofCustomer: 'Visites d’un client',
    ofDevice: 'Visites d’un appareil',
    visitor: 'Visiteur',
    perhaps: 'Peut-être',
    on: 'Page',
    pages: (n: number) => plural(n, { one: '# page', many: '# de pages', other: '# pages' }),
    time: 'Sur le site',
    source: 'Venu de',
    direct: 'Directement',
    now: 'Sur le site en ce moment',
    last: 'Vu pour la dernière fois',
    empty: 'Personne en ce moment',
    emptyText: 'Quiconque ouvre une page portant l’extrait apparaît ici de lui-même.',
    emptyAll: 'Aucune visite pour l’instant',
    seeAll: 'Voir les visites passées',
    sites: 'Configurer un site web',
    state: { anonymous: 'Anonyme', recognised: 'Reconnu', assumed: 'Supposé', authenticated: 'Authentifié' },
    meaning: {
      anonymous: 'Rien n’indique de qui il s’agit.',
      recognised: 'Déconnecté, ou nommé par la page : certain au début, puis moins à chaque minute d’inactivité.',
      assumed: 'Une supposition : quelqu’un s’est déjà connecté dans ce navigateur.',
      authenticated: 'Connecté sur le site en ce moment.'
    },
    unsigned: 'Seule la page le dit : la connexion est arrivée sans jeton du serveur.',
    sure: (percent: string) => `sûr à ${percent}`
  },

  visit: {
    title: 'Visite',
    who: 'Qui',
    called: 'Nommé par le site',
    began: 'Début',
    ended: 'Fin',
    lasted: 'Durée',
    entry: 'Première page',
    current: 'Regarde',
    seen: 'Pages et événements',
    events: (n: number) => plural(n, { one: '# événement', many: '# d’événements', other: '# événements' }),
    device: 'Appareil',
    devices: { desktop: 'Ordinateur', mobile: 'Téléphone', tablet: 'Tablette' },
    language: 'Langue',
    deviceVisits: 'Autres visites de cet appareil',
    shared: 'Plusieurs personnes utilisent cet appareil',
    sharedText: 'Qui était là avant en dit peu sur qui est là maintenant. Les pages de chacun restent séparées : personne n’est affiché avec celles d’un autre.',
    candidates: 'Qui cela peut être',
    candidatesText: 'D’après les visites passées de cet appareil. Une supposition, jusqu’à ce que vous en sachiez plus.',
    uncertain: 'Est-ce cette personne ?',
    confirm: 'Confirmer',
    reject: 'Pas cette personne',
    confirmTitle: 'Confirmer de qui il s’agit ?',
    confirmText: 'La visite est alors affichée avec cette personne. Cela n’élève aucun niveau : seul ce qu’elle a prouvé compte comme preuve.',
    rejectTitle: 'Pas cette personne ?',
    rejectText: 'La visite n’est plus affichée avec cette personne, et elle n’est plus proposée pour cette visite.',
    confirmed: 'Confirmé et consigné.',
    rejected: 'Refusé et consigné.',
    story: 'Ce qui s’est passé',
    empty: 'Aucune page n’a encore été ouverte.',
    moreEvents: 'Afficher plus d’événements',
    band: {
      before: 'Avant la connexion',
      session: 'Connecté',
      recognised: 'Reconnu',
      anonymous: 'Personne de connu'
    },
    beforeOf: 'Affiché avec la personne qui s’est connectée ensuite',
    afterOut: 'Après la déconnexion',
    signed: 'Par un jeton signé',
    unsigned: 'Seule la page le dit',
    stillIn: 'toujours connecté',
    until: (from: string, to: string) => `de ${from} à ${to}`,
    active: (time: string) => `${time} d’activité`,
    stayed: (time: string) => `${time} sur la page`,
    open: 'ouverte en ce moment',
    signIn: 'Connexion',
    signOut: 'Déconnexion',
    userInfo: 'La page a dit de qui il s’agit',
    untitled: 'Page sans titre'
  },

  customerVisits: {
    title: 'Visites',
    all: 'Toutes les visites',
    empty: 'Aucune visite d’un site web n’est connue.'
  },

  onWebsite: {
    now: 'Sur le site web en ce moment',
    last: 'Vu sur le site web',
    open: 'Ouvrir la visite'
  }
};
