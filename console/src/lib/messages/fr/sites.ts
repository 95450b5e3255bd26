import { number, plural } from '../../format/plural';

/** Sites web dont les pages disent ce que font leurs visiteurs. */
export const sites = {
  sites: {
    title: 'Sites web',
    text: 'Les sites web qui disent à Countersign ce que font leurs visiteurs : vous voyez ainsi qui est là et ce qu’il a regardé.',
    create: 'Nouveau site web',
    edit: 'Nom et adresses',
    empty: 'Aucun site web pour l’instant',
    emptyText: 'Enregistrez un site web, placez une ligne dans ses pages, et ses visiteurs apparaissent sous Visiteurs en direct.',
    origins: 'Adresses',
    originsHelp: 'Où se trouvent les pages, une par ligne, par exemple https://shop.example. Les événements venant d’une autre adresse sont refusés.',
    lastEvent: 'Dernier événement',
    states: { active: 'Actif', paused: 'En pause' },
    pause: 'Mettre en pause',
    resume: 'Reprendre',
    pausedText: 'Ce site est en pause : ce que ses pages envoient est refusé.',
    deleteTitle: (name: string) => `Supprimer ${name} ?`,
    deleteText: 'Sa clé cesse aussitôt de fonctionner : tout ce que ses pages envoient ensuite est refusé.',
    tabs: 'Que configurer',
    tab: { snippet: 'Extrait de code', privacy: 'Vie privée', triggers: 'Catégories et déclencheurs', uncertain: 'Visiteurs incertains', events: 'Événements' },
    mayNot: 'Vous pouvez regarder. Pour modifier quelque chose, votre rôle doit pouvoir modifier les sites web.'
  },

  siteSnippet: {
    title: 'À placer dans chaque page',
    text: 'N’importe où dans le head. Il se charge à côté de la page, ne retarde rien et ne nuit pas là où il est bloqué.',
    consentNote: (call: string) => `Ce site demande d’abord : rien n’est envoyé avant que votre page appelle ${call}.`,
    key: 'Clé d’écriture',
    keyHelp: 'Pas un secret : elle figure dans vos pages, n’accepte que les événements de vos adresses et ne lit rien.',
    integrity: 'Intégrité',
    integrityHelp: 'Le navigateur n’exécute le script que si c’est exactement celui-ci.',
    waiting: 'En attente du premier événement',
    waitingText: 'Ouvrez une page qui porte l’extrait. Ceci change tout seul.',
    works: 'Des événements arrivent',
    last: 'Le dernier',
    seeEvents: 'Voir les événements',
    seeVisitors: 'Voir qui est là',
    signIn: 'Dire qui se connecte',
    signInText: 'À appeler quand un client se connecte ou se déconnecte. Avec un jeton signé par votre serveur, la visite est authentifiée ; sans lui, ce n’est que ce que dit la page.'
  },

  sitePrivacy: {
    consent: 'Consentement',
    consents: {
      required: ['Demander d’abord', 'Rien n’est envoyé, enregistré ni numéroté avant que votre page dise que le visiteur est d’accord.'],
      assumed: ['Commencer aussitôt', 'Les événements partent dès la première page. Là où la loi le permet, ou si votre page a déjà demandé.']
    } as Record<'required' | 'assumed', [string, string]>,
    storage: 'Comment un navigateur est reconnu',
    storages: {
      cookie: ['Par un cookie du serveur', 'Reconnu jusqu’à un an. Les scripts de la page ne peuvent pas lire le cookie.'],
      storage: ['Par le stockage du navigateur', 'Reconnu jusqu’à ce que le visiteur l’efface. Les scripts de la page peuvent le lire.'],
      none: ['Pas du tout', 'Les identifiants ne vivent que tant que la page est ouverte. Personne n’est reconnu, et chaque page est une visite à part.']
    } as Record<'cookie' | 'storage' | 'none', [string, string]>,
    signals: 'Respecter les signaux des navigateurs',
    signalsHelp: 'Un navigateur qui envoie Global Privacy Control ou Do Not Track ne reçoit pas d’identifiant d’appareil, et rien n’y est enregistré.',
    query: 'Parties des adresses conservées',
    queryHelp: 'Noms des paramètres conservés. Tous les autres sont coupés dans le navigateur, avant tout envoi.',
    daily: 'Événements par jour au maximum',
    dailyHelp: 'Ce qui dépasse est refusé et compté.',
    today: (events: number, refused: number) => `Aujourd’hui : ${number(events)} reçus, ${number(refused)} refusés parce qu’il y en avait trop.`,
    idle: 'Une visite se termine après',
    idleHelp: 'Minutes pendant lesquelles rien ne se passe.',
    save: 'Enregistrer'
  },

  siteTriggers: {
    categories: 'Catégories',
    categoriesText: 'Des noms pour des parties de votre site. Une page appartient à une catégorie quand son adresse ou son titre contient le texte.',
    addCategory: 'Ajouter une catégorie',
    editCategory: 'Catégorie',
    noCategories: 'Aucune catégorie',
    noCategoriesText: 'Elles permettent de retrouver les visites d’après ce qui a été regardé, comme les prêts ou les prix.',
    where: 'Chercher dans',
    places: { url: 'Adresse', title: 'Titre' },
    contains: 'Contient',
    triggers: 'Déclencheurs',
    triggersText: 'Des événements que les pages envoient d’elles-mêmes, sans une ligne de code.',
    addTrigger: 'Ajouter un déclencheur',
    editTrigger: 'Déclencheur',
    noTriggers: 'Aucun déclencheur',
    noTriggersText: 'Par exemple : quelqu’un reste une demi-minute ou clique sur le bouton qui ouvre un compte.',
    removeTitle: (name: string) => `Retirer ${name} ?`,
    removeText: 'Ce qui a déjà été envoyé reste.',
    event: 'Nom de l’événement',
    when: 'Quand',
    actions: { timer: 'Après un temps', click: 'Au clic', scroll: 'Au défilement', submit: 'À l’envoi d’un formulaire' },
    seconds: 'Secondes',
    percent: 'Pourcentage de la page',
    element: 'Élément',
    elementHelp: 'Un sélecteur CSS, par exemple #open-account ou .buy.',
    formHelp: 'Un sélecteur CSS ; sans lui, n’importe quel formulaire. Ce qui a été saisi n’est jamais lu.',
    page: 'Seulement sur les pages dont l’adresse contient',
    condition: 'Compte',
    conditions: { always: 'Toujours', focused: 'Tant que la page a le focus', visible: 'Tant que la page est à l’écran' },
    postcondition: 'Envoyé ensuite',
    postconditions: { none: 'Dans tous les cas', focused: 'Seulement si la page a le focus' },
    values: 'Envoyé avec',
    valuesHelp: 'Jusqu’à 200 caractères chacun. Les champs de formulaire et les mots de passe ne sont jamais lus.',
    addValue: 'Ajouter une valeur',
    value: 'Valeur',
    valueName: 'Nom',
    from: 'Tirée de',
    froms: { text: 'Le texte d’un élément', attribute: 'Un attribut d’un élément', constant: 'Un texte fixe' },
    selector: 'Élément (sélecteur CSS)',
    attribute: 'Attribut',
    constant: 'Texte',
    says: {
      timer: (n: number) => plural(n, { one: 'Après # seconde', many: 'Après # de secondes', other: 'Après # secondes' }),
      click: (element: string) => `Un clic sur ${element}`,
      scroll: (percent: string) => `${percent} de la page parcourus`,
      submit: (element: string) => `Envoi de ${element}`
    },
    anyForm: 'n’importe quel formulaire',
    onPages: (part: string) => `sur les pages avec ${part}`
  },

  siteUncertain: {
    text: 'Ce que les conversations apprennent tant qu’on ne sait pas avec certitude qui est là. Rien ici n’élève un niveau : une supposition n’est jamais une preuve.',
    recognised: 'Visiteurs reconnus',
    recognisedText: 'Déconnectés, ou nommés par votre page sans connexion. Certain au début, puis moins à chaque minute d’inactivité.',
    assumed: 'Visiteurs supposés',
    assumedText: 'Quelqu’un s’est déjà connecté dans ce navigateur. Une supposition tirée de visites passées, jamais un rattachement à un client.',
    strategies: {
      anonymous: ['Non identifié', 'Traité comme un inconnu : personne n’est nommé.'],
      identified: ['Identifié', 'Le nom est affiché, avec son degré de certitude.'],
      ask: ['Demander à l’agent', 'L’agent voit qui cela peut être, et confirme ou refuse en donnant une raison.']
    } as Record<'anonymous' | 'identified' | 'ask', [string, string]>,
    save: 'Enregistrer'
  },

  siteEvents: {
    inspector: 'Ce qui arrive',
    inspectorText: 'Les derniers événements de tous les visiteurs, acceptés ou non. Les nouveaux apparaissent d’eux-mêmes.',
    time: 'Heure',
    event: 'Événement',
    outcome: 'Résultat',
    outcomes: { accepted: 'Accepté', warned: 'Accepté avec avertissement', refused: 'Refusé' },
    types: { system: 'Système', business: 'Métier' },
    page: 'Page',
    size: 'Taille',
    filter: 'Quels événements',
    any: 'Tous les événements',
    empty: 'Rien n’est encore arrivé',
    emptyText: 'Ouvrez une page qui porte l’extrait. Ce qu’elle envoie apparaît ici aussitôt et, en cas de refus, pourquoi.',
    reason: {
      too_old: 'Il date de plus d’un jour.',
      too_large: 'Il dépasse 8 Ko.',
      too_many: 'Trop d’événements sont arrivés à la fois.',
      no_name: 'Il n’a pas de nom, ou un nom trop long.',
      bad_id: 'Son identifiant ne dit rien, comme « null » ou « undefined ».',
      bad_shape: 'Il n’est pas construit comme un événement.',
      unknown_kind: 'Son type n’est pas connu.',
      schema: 'Il ne correspond pas à son schéma.',
      bad_token: 'Le jeton de la connexion n’est pas valable.',
      bad_url: 'Son adresse n’a pas pu être lue.',
      unknown_origin: 'Il vient d’une adresse qui n’est pas enregistrée.',
      paused: 'Le site est en pause.',
      rate_limited: 'Une même adresse a trop envoyé.'
    } as Record<string, string>,
    otherReason: (code: string) => `Pour une autre raison : ${code}`,
    schemas: 'À quoi ressemblent vos événements',
    schemasText: 'Un schéma JSON pour les données d’un événement. Les événements sans schéma sont acceptés tels quels.',
    addSchema: 'Ajouter un schéma',
    editSchema: 'Schéma',
    noSchemas: 'Aucun schéma',
    noSchemasText: 'Avec un schéma, vous voyez aussitôt quand une page envoie autre chose que convenu.',
    schema: 'Schéma JSON',
    badJson: 'Ceci ne se lit pas comme du JSON.',
    mode: 'Si cela ne correspond pas',
    modes: {
      warn: ['Avertir', 'L’événement est accepté et marqué ici.'],
      refuse: ['Refuser', 'L’événement n’est pas accepté.']
    } as Record<'warn' | 'refuse', [string, string]>,
    schemaRemoveText: 'Les événements de ce nom sont alors acceptés tels quels.'
  }
};
