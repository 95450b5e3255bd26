import { number, plural } from '../../format/plural';

export const common = {
  app: { name: 'Countersign', skip: 'Aller au contenu' },

  common: {
    close: 'Fermer',
    cancel: 'Annuler',
    save: 'Enregistrer',
    saved: 'Enregistré.',
    create: 'Créer',
    edit: 'Modifier',
    remove: 'Retirer',
    delete: 'Supprimer',
    copy: 'Copier',
    copied: 'Copié',
    copyFailed: 'Sélectionnez et copiez à la main',
    dismiss: 'Masquer',
    undo: 'Annuler',
    retry: 'Réessayer',
    loading: 'Chargement',
    more: 'Afficher plus',
    optional: 'facultatif',
    reason: 'Motif',
    reasonHelp: 'Figure au dossier de ce client, pour vos collègues et pour les auditeurs.',
    typeToConfirm: (name: string) => `Saisissez « ${name} » pour confirmer`,
    noMatch: 'Aucun résultat pour ces filtres',
    noMatchText: 'Assouplissez un filtre ou recommencez.',
    clearFilters: 'Effacer les filtres',
    yes: 'Oui',
    no: 'Non',
    name: 'Nom',
    state: 'État',
    created: 'Créé',
    lastUsed: 'Dernière utilisation',
    never: 'Jamais',
    actions: 'Actions',
    actionsFor: (name: string) => `Actions pour ${name}`,
    search: 'Rechercher',
    unnamed: 'Sans nom',
    you: 'vous'
  },

  assurance: {
    word: { al0: 'Anonyme', al1: 'Reconnu', al2: 'Vérifié', al3: 'Authentifié' },
    meaning: {
      al0: 'Rien n’indique de qui il s’agit.',
      al1: 'Déclaré ou supposé, non prouvé.',
      al2: 'Prouvé par ce que la personne sait.',
      al3: 'Prouvé par un code ou une session signée.'
    },
    endsIn: (left: string) => `Valable encore ${left}.`,
    timeLeft: 'temps restant ',
    levelLabel: 'Niveau'
  },

  masking: {
    masked: 'masqué',
    why: 'Votre rôle voit cette valeur masquée. Un administrateur en décide sous « Masquage ».'
  },

  errors: {
    requestId: 'Id de requête',
    copyRequestId: 'Copier l’id de requête',
    forbidden: 'Vous n’avez pas accès à ceci',
    forbiddenText: (permission: string) =>
      `Il faut l’autorisation « ${permission} ». Un administrateur l’accorde avec un rôle, dans Équipe.`,
    notFound: 'Il n’y a rien ici',
    notFoundText: 'L’adresse est erronée, ou le contenu a été supprimé.',
    crashed: 'Cette page a échoué',
    crashedText: 'La recharger suffit généralement. Rien n’a été modifié sur le serveur.',
    reload: 'Recharger',
    backHome: 'Retour à la boîte de réception'
  },

  fields: {
    refused: 'Quelque chose n’est pas encore correct.',
    missing: 'Remplissez ce champ.',
    choose: 'Choisissez une option.',
    email: 'Écrivez une adresse e-mail, par exemple ann@example.org.',
    url: 'Écrivez l’adresse entière, par exemple https://example.org.',
    short: (characters: number) => plural(characters, { one: 'Au moins # caractère.', many: 'Au moins # de caractères.', other: 'Au moins # caractères.' }),
    long: (characters: number) => plural(characters, { one: 'Au plus # caractère.', many: 'Au plus # de caractères.', other: 'Au plus # caractères.' }),
    least: (least: number) => `Au moins ${number(least)}.`,
    most: (most: number) => `Au plus ${number(most)}.`,
    number: 'Écrivez un nombre.',
    whole: 'Écrivez un nombre entier, sans décimales.',
    form: 'Le format n’est pas correct.'
  },

  secret: {
    once: 'Il n’est affiché que cette fois. Countersign n’en garde aucune copie lisible.',
    stored: 'Je l’ai conservé'
  },

  live: {
    stale: 'Pas de connexion au serveur. Ce que vous voyez n’est peut-être plus à jour.',
    reconnect: 'La connexion se rétablira d’elle-même.',
    now: 'Se connecter maintenant',
    again: 'Connexion rétablie. Tout est à jour.'
  },

  notices: {
    title: 'Notifications',
    label: (unread: number) => plural(unread, { one: 'Notifications, # non lue', other: 'Notifications, # non lues' }),
    assigned: (name: string) => `${name} vous a été attribué`,
    message: (name: string) => `Nouveau message de ${name}`,
    readAll: 'Tout marquer comme lu',
    read: 'Marquer comme lu',
    byRule: (name: string) => `Règle : ${name}`,
    failed: 'Les signalements des règles n’ont pas pu être chargés.',
    unread: 'non lu',
    empty: 'Rien de nouveau',
    emptyText: 'Les nouveaux messages de vos conversations, celles qui vous sont attribuées et ce que les règles vous signalent apparaissent ici.',
    came: (n: number) => plural(n, { one: '# nouvelle notification', other: '# nouvelles notifications' })
  },

  nav: {
    label: 'Navigation principale',
    open: 'Ouvrir le menu',
    work: 'Travail',
    start: 'Premiers pas',
    setUp: 'Configuration',
    phone: 'Téléphone',
    prompts: 'Annonces',
    manage: 'Administration',
    inbox: 'Boîte de réception',
    customers: 'Clients',
    visitors: 'Visiteurs en direct',
    reports: 'Rapports',
    channels: 'Canaux',
    widgets: 'Widgets',
    sites: 'Sites web',
    invitations: 'Invitations',
    attributes: 'Attributs',
    codes: 'Codes et rattachements',
    rules: 'Règles',
    hours: 'Horaires d’ouverture',
    replies: 'Réponses types',
    flows: 'Menus téléphoniques',
    developers: 'Développeurs',
    calls: 'Appels',
    phoneNumbers: 'Numéros de téléphone',
    lookUps: 'Consultations',
    callWidgets: 'Fiches d’appel',
    people: 'Équipe',
    audit: 'Audit',
    privacy: 'Confidentialité',
    settings: 'Paramètres',
    system: 'Système',
    me: 'Votre compte',
    account: (name: string) => `Compte de ${name}`,
    sessions: 'Sessions',
    language: 'Langue',
    logOut: 'Se déconnecter',
    shortcuts: 'Raccourcis clavier',
    engagements: 'Entretiens',
    verification: 'Vérification',
    policies: 'Politiques',
    topics: 'Sujets',
    locks: 'Blocages',
    search: 'Rechercher ou aller à'
  },

  theme: { label: 'Thème', system: 'Comme le système', light: 'Clair', dark: 'Sombre' },

  presence: { label: 'Disponibilité', online: 'En ligne', away: 'Indisponible' },

  palette: {
    title: 'Recherche et commandes',
    placeholder: 'Trouver un client, ouvrir une page, agir…',
    pages: 'Pages',
    actions: 'Actions',
    findCustomer: (text: string) => `Chercher le client « ${text} »`,
    customers: 'Clients',
    searching: 'Recherche de clients…',
    notFound: 'Aucun client ne correspond exactement.',
    failed: 'La recherche a échoué.',
    nothing: 'Aucune page ni action ne porte ce nom.',
    choose: 'choisir',
    open: 'ouvrir',
    close: 'fermer',
    results: (n: number) => plural(n, { one: '# résultat', other: '# résultats' })
  },

  keys: {
    title: 'Raccourcis clavier',
    palette: 'Recherche et commandes',
    control: 'Ctrl',
    help: 'Cette aide',
    search: 'Aller au champ de recherche',
    then: 'puis',
    single: 'Raccourcis à une seule touche',
    singleHelp: 'Désactivé : seules les combinaisons avec Ctrl ou ⌘ agissent. Pour la saisie vocale et les contacteurs.',
    everywhere: 'Partout',
    goTo: 'Aller à',
    here: 'Sur cette page'
  },

  table: {
    views: 'Vues',
    allRows: 'Tout',
    saveView: 'Enregistrer cette vue',
    viewName: 'Nom de la vue',
    viewHelp: 'Les filtres et colonnes actuels. Conservée dans ce navigateur.',
    viewTaken: 'Remplace la vue de ce nom.',
    removeView: 'Retirer cette vue',
    viewRemoved: (name: string) => `Vue « ${name} » retirée.`,
    columns: 'Colonnes',
    select: (name: string) => `Sélectionner ${name}`,
    selectAll: 'Sélectionner toutes les lignes affichées',
    selected: (n: number) => plural(n, { one: '# sélectionné', other: '# sélectionnés' }),
    clearSelection: 'Effacer la sélection',
    bulk: 'Actions pour la sélection'
  },

  combobox: {
    none: 'Aucune correspondance',
    open: 'Afficher les options',
    found: (n: number) => plural(n, { one: '# option', other: '# options' })
  },

  reveal: {
    show: 'Révéler',
    hide: 'Masquer',
    hidesIn: (seconds: number) => `De nouveau masqué dans ${seconds} s`,
    reason: 'Pourquoi avez-vous besoin de le voir ?',
    reasons: 'Raisons habituelles',
    usual: ['Rappeler ou répondre', 'Vérifier qui c’est', 'Envoyer quelque chose', 'Traiter une réclamation'],
    onRecord: 'Toute personne pouvant voir ce client peut voir que vous avez regardé, et pourquoi. La valeur est de nouveau masquée au bout d’une minute.',
    revealed: (field: string) => `Révélé : ${field}`,
    fields: { name: 'nom', email: 'e-mail', phone: 'téléphone', external_id: 'numéro de client', user_id: 'identifiant sur le canal', subject: 'objet', text: 'texte d’un message', attachments: 'noms de fichiers', profile_name: 'nom', identifiers: 'un identifiant' }
  },

  logIn: {
    title: 'Connexion',
    email: 'E-mail',
    password: 'Mot de passe',
    submit: 'Se connecter',
    busy: 'Connexion…',
    needed: 'Ce serveur n’a pas encore d’espace de travail. Ouvrez le lien de configuration qu’il affiche au démarrage.',
    bad: 'E-mail ou mot de passe incorrect.',
    badHint: 'Vérifiez les deux et réessayez. Un administrateur peut vous envoyer une nouvelle invitation.',
    later: (secs: number) =>
      plural(secs, {
        one: 'Trop de tentatives. Réessayez dans # seconde.',
        other: 'Trop de tentatives. Réessayez dans # secondes.'
      }),
    ended: 'Votre session a pris fin. Connectez-vous pour reprendre où vous en étiez.'
  },

  setUp: {
    title: 'Configurer Countersign',
    text: 'Crée l’espace de travail et son premier administrateur. Le lien sert une seule fois.',
    noToken: 'Cette page a besoin du lien de configuration',
    noTokenText: 'Le serveur l’a affiché à son premier démarrage. Ouvrez-le en entier, avec la partie après #.',
    done: 'Ce serveur est déjà configuré',
    doneText: 'Connectez-vous, ou demandez une invitation à un administrateur.',
    workspace: 'Nom de l’espace de travail',
    workspaceHelp: 'En général, le nom de votre entreprise.',
    yourName: 'Votre nom',
    email: 'Votre e-mail',
    password: 'Mot de passe',
    passwordHelp: 'Au moins 15 caractères. Une phrase se retient mieux que des symboles.',
    submit: 'Créer l’espace de travail'
  },

  invitation: {
    title: 'Rejoindre l’espace de travail',
    text: 'Choisissez un mot de passe. Le lien sert une seule fois.',
    titleOf: (workspace: string) => `Rejoindre ${workspace}`,
    textOf: (email: string) => `Vous êtes invité en tant que ${email}. Choisissez un mot de passe ; le lien sert une seule fois.`,
    titleAgain: (workspace: string) => `${workspace} : choisissez un nouveau mot de passe`,
    textAgain: (email: string) => `Vous vous connectez en tant que ${email}. Le lien sert une seule fois.`,
    noToken: 'Cette page a besoin d’un lien d’invitation',
    noTokenText: 'Ouvrez en entier le lien de votre invitation, avec la partie après #.',
    name: 'Votre nom',
    nameHelp: 'Laissez vide pour garder le nom de l’invitation.',
    submit: 'Rejoindre'
  }
};
