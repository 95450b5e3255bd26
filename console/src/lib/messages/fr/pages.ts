import { number, plural } from '../../format/plural';

export const pages = {
  start: {
    title: 'Premiers pas',
    text: 'D’un espace de travail vide au premier client que vous connaissez avec certitude.',
    progress: (done: number, all: number) => `${number(done)} sur ${number(all)} terminés`,
    done: 'Fait',
    todo: 'À faire',
    allDone: 'Tout est configuré.',
    allDoneText: 'Les clients peuvent prouver qui ils sont. La suite se passe dans la boîte de réception.',
    toInbox: 'Ouvrir la boîte de réception',
    steps: {
      workspace: {
        title: 'Nommer l’espace de travail',
        text: 'Vos collègues voient ce nom ; les clients le rencontrent dans les invitations.',
        action: 'Paramètres de l’espace de travail'
      },
      channel: {
        title: 'Créer un canal',
        text: 'Un lieu où les clients écrivent : le chat web de votre site, ou votre propre messagerie.',
        action: 'Canaux'
      },
      code: {
        title: 'Obtenir le premier code',
        text: 'Jouez le client : obtenez un code pour une personne inventée. Rien n’est envoyé nulle part.',
        action: 'Chat de test'
      },
      authenticated: {
        title: 'Voir le premier « Authentifié »',
        text: 'Collez le code dans le chat de test. Le client qui s’y trouve est alors prouvé.',
        action: 'Chat de test'
      },
      widget: {
        title: 'Placer le widget sur votre site',
        text: 'Un extrait de code sur la page, quelques lignes sur votre serveur. Se coche dès qu’une de vos pages l’affiche.',
        action: 'Widgets'
      },
      team: {
        title: 'Inviter un collègue',
        text: 'Par un lien qui sert une fois. Les rôles décident de ce que chacun peut faire et voir.',
        action: 'Équipe'
      }
    }
  },

  testChat: {
    title: 'Chat de test',
    text: 'Les deux côtés d’une identification sur une page, avec un client inventé. Il utilise un vrai canal et un vrai widget de votre espace de travail, créés pour le test.',
    prepare: 'Lancer le chat de test',
    prepareText: 'Crée un chat web et un widget, tous deux nommés « Test chat », que seule cette console peut afficher. Vous pourrez les supprimer.',
    preparing: 'Création en cours…',
    site: 'Votre site, tel qu’un client connecté le voit',
    signedIn: (name: string) => `Connecté en tant que ${name}`,
    customer: 'Ada Exemple',
    getCode: 'Obtenir un code',
    newCode: 'Obtenir un autre code',
    code: 'Code d’identification',
    codeFor: (left: string) => `Valable encore ${left}. Il sert une seule fois.`,
    codeOver: 'Ce code a expiré. Obtenez-en un autre.',
    paste: 'Coller dans le chat',
    chat: 'Le chat, tel que ce même client le voit',
    message: 'Message',
    placeholder: 'Écrivez quelque chose, ou collez le code…',
    send: 'Envoyer',
    empty: 'Dites bonjour, puis collez le code.',
    agent: 'Ce que voit votre équipe',
    nobody: 'Écrivez dans le chat : la conversation apparaît ici.',
    authenticated: (name: string) => `C’est ${name}, prouvé.`,
    authenticatedText: 'Le chat appartient désormais à ce client, preuve enregistrée. Votre propre site fonctionne de la même façon.',
    openCase: 'Ouvrir la conversation',
    needs: 'Un administrateur peut lancer le chat de test.',
    insecure: 'Le chat de test signe un jeton dans le navigateur, ce que les navigateurs n’autorisent qu’en https et sur localhost.'
  },

  events: {
    title: 'Journal des événements',
    text: 'Ce qui s’est passé, tel que les webhooks le disent : des id et des mots, jamais de données personnelles. Les messages sont dans leurs conversations.',
    type: 'Type',
    anyType: 'Tous les types',
    by: 'Par',
    when: 'Quand',
    payload: 'Contenu',
    empty: 'Rien ne s’est encore passé',
    emptyText: 'Émettez un code ou écrivez dans le chat de test : les événements apparaissent ici.'
  },

  requests: {
    title: 'Journal des requêtes',
    text: 'Requêtes de vos clés d’API des sept derniers jours, 100 000 au plus. Ni contenus, ni adresses, ni id des chemins ne sont conservés.',
    key: 'Clé d’API',
    anyKey: 'Toutes les clés',
    request: 'Requête',
    status: 'Statut',
    anyStatus: 'Tous les statuts',
    statuses: { '2xx': 'Réussies', failed: 'Échouées', '4xx': 'Refusées (4xx)', '5xx': 'Erreur du serveur (5xx)' },
    duration: 'Durée',
    took: (ms: string) => `${ms} ms`,
    requestId: 'Id de requête',
    find: 'Chercher un id de requête',
    findHelp: 'Chaque réponse le porte comme X-Request-Id.',
    problem: 'Problème',
    empty: 'Aucune requête pour l’instant',
    emptyText: 'Appelez l’API avec l’une de vos clés ; la requête apparaît ici une seconde plus tard.'
  },

  deadLetters: {
    replaySome: (n: number) => plural(n, { one: 'En renvoyer #', other: 'En renvoyer #' }),
    replayAll: 'Tout renvoyer',
    call: (name: string) => `Appel de la règle « ${name} »`,
    callGone: 'Appel d’une règle supprimée',
    callWhat: 'Une règle a appelé un autre serveur',
    replayedSome: (n: number) => plural(n, { one: '# renvoyé.', other: '# renvoyés.' })
  },

  roles: {
    tab: 'Rôles',
    peopleTab: 'Personnes',
    tabs: 'Parties de cette page',
    text: 'Ce que chaque rôle peut faire. Les mots de la dernière colonne sont les portées des clés d’API.',
    permission: 'Autorisation',
    scope: 'Portée',
    may: (role: string) => `${role} : autorisé`,
    mayNot: (role: string) => `${role} : non autorisé`,
    keysOnly: 'Clés d’API seulement'
  },

  auditPage: {
    anyAction: 'Toutes les actions',
    export: 'Exporter',
    exportCsv: 'CSV, pour les tableurs',
    exportJsonl: 'Lignes JSON, pour les programmes',
    exportHint: 'Ce que montrent les filtres. L’export figure lui-même au journal.',
    ok: 'Effectué',
    byId: 'Id de l’auteur',
    objectId: 'Id de l’objet concerné',
    actorKind: { user: 'Personne', api_key: 'Clé d’API', public: 'Page', customer: 'Client', system: 'Countersign' },
    action: {
      'access.denied': 'Accès refusé',
      'api_key.create': 'Clé d’API créée',
      'api_key.revoke': 'Clé d’API révoquée',
      'api_key.rotate': 'Clé d’API renouvelée',
      'attachment.open': 'Fichier ouvert',
      'attribute.create': 'Attribut créé',
      'attribute.delete': 'Attribut supprimé',
      'attribute.update': 'Attribut modifié',
      'audit.accept_lost_heads': 'Signatures perdues acceptées',
      'audit.export': 'Journal d’audit exporté',
      'audit.verify': 'Journal d’audit vérifié',
      'auth.lock': 'Connexion bloquée',
      'auth.login': 'Connexion',
      'auth.logout': 'Déconnexion',
      'calendar.create': 'Horaires créés',
      'calendar.delete': 'Horaires supprimés',
      'calendar.update': 'Horaires modifiés',
      'canned_reply.create': 'Réponse type créée',
      'canned_reply.delete': 'Réponse type supprimée',
      'canned_reply.update': 'Réponse type modifiée',
      'case.ask_for_code': 'Code demandé',
      'case.end': 'Chat terminé',
      'case.list': 'Conversations listées',
      'case.update': 'Conversation modifiée',
      'channel.create': 'Canal créé',
      'channel.delete': 'Canal supprimé',
      'channel.rotate_secret': 'Nouveau secret d’un canal',
      'channel.test': 'Canal testé',
      'channel.update': 'Canal modifié',
      'code.issue': 'Code émis',
      'code.disown': 'Code désavoué par le client',
      'code.list': 'Codes listés',
      'code.redeem': 'Code utilisé',
      'code.revoke': 'Code révoqué',
      'group.create': 'Groupe créé',
      'group.delete': 'Groupe supprimé',
      'group.update': 'Groupe modifié',
      'link.confirm': 'Rattachement confirmé',
      'link.create': 'Compte rattaché',
      'link.end': 'Rattachement terminé',
      'link.undo': 'Rattachement annulé',
      'link.unlink': 'Compte détaché',
      'masking.update': 'Masquage modifié',
      'message.retry': 'Réponse renvoyée',
      'outbox.give_up': 'Envoi abandonné',
      'outbox.replay': 'Envoi abandonné relancé',
      'profile.block': 'Client bloqué',
      'profile.create': 'Client créé',
      'profile.delete': 'Client supprimé',
      'profile.list': 'Clients listés',
      'profile.search': 'Clients recherchés',
      'profile.unblock': 'Client débloqué',
      'profile.update': 'Client modifié',
      'profile.view': 'Client consulté',
      'rule.create': 'Règle créée',
      'rule.delete': 'Règle supprimée',
      'rule.order': 'Règles ordonnées',
      'rule.storm': 'Les règles ont trop répondu',
      'rule.update': 'Règle modifiée',
      'rule_group.create': 'Groupe de règles créé',
      'rule_group.delete': 'Groupe de règles supprimé',
      'rule_group.update': 'Groupe de règles modifié',
      'rule_settings.update': 'Réglages des règles modifiés',
      'rule_template.install': 'Scénario de règles installé',
      'session.end': 'Session terminée',
      'setup.complete': 'Espace de travail configuré',
      'setup.make_link': 'Lien de configuration créé',
      'user.accept_invitation': 'Invitation acceptée',
      'user.change_password': 'Mot de passe changé',
      'user.invite': 'Personne invitée',
      'user.renew_invitation': 'Invitation renouvelée',
      'user.update': 'Personne modifiée',
      'user.update_own': 'Propre compte modifié',
      'webhook.create': 'Webhook créé',
      'webhook.delete': 'Webhook supprimé',
      'webhook.disable': 'Webhook désactivé',
      'webhook.replay': 'Livraison relancée',
      'webhook.rotate_secret': 'Nouveau secret d’un webhook',
      'webhook.test': 'Webhook testé',
      'webhook.update': 'Webhook modifié',
      'widget.add_key': 'Clé de widget ajoutée',
      'widget.create': 'Widget créé',
      'widget.delete': 'Widget supprimé',
      'widget.remove_key': 'Clé de widget retirée',
      'widget.update': 'Widget modifié',
      'workspace.update': 'Espace de travail modifié'
    }
  },

  systemPage: {
    ready: 'Prêt',
    readyText: 'Répond aux requêtes et écrit dans la base de données.',
    notReady: 'Pas prêt',
    notReadyText: 'Le serveur ne répond pas aux questions de cette page.',
    clock: 'Horloge',
    serverTime: 'Heure du serveur',
    drift: 'Par rapport à ce navigateur',
    inStep: 'À l’heure',
    ahead: (span: string) => `${span} d’avance`,
    behind: (span: string) => `${span} de retard`,
    driftHelp: 'Codes et jetons vivent quelques minutes : une horloge décalée les rend invalides.',
    live: 'Codes valides',
    id: 'Id',
    server: 'Serveur',
    thisServer: 'Ce serveur',
    started: 'Démarré',
    seen: 'Dernier signe de vie',
    kinds: { sqlite: 'SQLite', postgres: 'PostgreSQL' }
  },

  sessionsPage: {
    endOthers: 'Mettre fin à toutes les autres sessions',
    ended: (n: number) => plural(n, { one: '# session terminée.', other: '# sessions terminées.' }),
    noOthers: 'Vous n’êtes connecté qu’ici.'
  },

  preview: {
    title: 'Aperçu',
    text: 'Tel que les clients le voient, avec des données d’exemple. Y compris ce qui n’est pas encore enregistré.',
    frame: 'Aperçu du widget',
    device: 'Appareil',
    devices: { phone: 'Téléphone', desktop: 'Ordinateur' },
    state: 'État',
    states: {
      ready: 'Avant l’appui',
      code: 'Avec un code',
      linked: 'Après le succès',
      held: 'Demande avant de lier',
      undone: 'Après « Ce n’est pas moi »',
      links: 'Canaux rattachés',
      expired: 'Expiré',
      signed_out: 'Déconnecté',
      unavailable: 'Indisponible'
    },
    language: 'Langue',
    scheme: 'Clair ou sombre',
    schemes: { light: 'Clair', dark: 'Sombre' },
    direction: 'Sens',
    directions: { ltr: 'De gauche à droite', rtl: 'De droite à gauche' },
    ours: 'Fourni avec Countersign',
    yours: 'Le vôtre',
    reset: 'Revenir au texte fourni'
  },

  widgetPage: {
    seen: 'Vu pour la dernière fois sur une page',
    neverSeen: 'Encore vu sur aucune page',
    framework: 'Page',
    frameworks: { html: 'HTML simple', react: 'React' },
    language: 'Langage du serveur',
    integrityHelp: 'Le navigateur compare le fichier à la valeur d’intégrité et refuse un fichier modifié.',
    unsaved: 'Pas encore enregistré'
  },

  codesPage: {
    customer: 'Client',
    nobody: 'Personne n’est encore nommé',
    issuer: 'Émis par',
    issuers: { api_key: 'Votre serveur', signed_widget: 'Un widget signé', plain_widget: 'Un widget non signé' },
    why: {
      live: 'Pas encore envoyé',
      expired: 'Pas envoyé à temps',
      superseded: 'Remplacé par un code plus récent',
      revoked: 'Révoqué par une personne',
      used: 'Son rattachement a été annulé ou retiré'
    }
  },

  filters: {
    masked: 'Certaines valeurs sont masquées pour votre rôle. Vous pouvez toutefois chercher la valeur entière.',
    notLinked: 'Non rattaché',
    notLinkedHelp: 'Connu de vous, mais aucun compte n’est encore prouvé comme étant le sien.'
  },

  chatSettings: {
    availability: 'Quand quelqu’un est présent',
    availabilityHelp: 'En l’absence de tous, les visiteurs laissent un message avec nom et adresse.',
    availabilities: { auto: 'Selon qui, dans l’équipe, est actif', online: 'Toujours', offline: 'Jamais' },
    offlineText: 'Ce que lisent les visiteurs quand personne n’est là',
    offlineHelp: 'Laissé vide : notre texte, dans leur langue.',
    files: 'Les visiteurs peuvent envoyer des fichiers',
    questions: 'Questions avant le chat',
    questionsHelp: 'Pour les visiteurs non connectés. Leurs réponses sont des déclarations et ne prouvent rien.',
    question: (n: number) => `Question ${n}`,
    kind: (n: number) => `Type de réponse à la question ${n}`,
    kinds: { text: 'Texte', email: 'E-mail', phone: 'Téléphone', choice: 'Choix' },
    options: (n: number) => `Ce que propose la question ${n}`,
    optionsHint: 'Commande, Livraison, Autre',
    required: 'Le chat attend une réponse',
    remove: (n: number) => `Retirer la question ${n}`,
    add: 'Ajouter une question'
  }
};
