import type { Translation } from '../shape';

/** Connecting messengers. The parts are named as the API names kinds, secrets and settings. */
export const messengers = {
  messengers: {
    choose: 'Choisir',
    connect: 'Connecter',
    try: 'Essayer',
    steps: 'Étapes',
    back: 'Retour',
    done: 'Terminé',
    connectTitle: (kind: string) => `Connecter ${kind}`,
    need: 'Ce qu’il vous faut',
    newTab: '(s’ouvre dans un nouvel onglet)',
    set: 'Enregistré',
    replace: 'Remplacer',
    replaceOf: (name: string) => `Remplacer : ${name}`,
    keep: 'Garder l’actuel',
    secretHelp: 'Conservé scellé sur votre serveur, et plus jamais montré à personne.',
    checked: (kind: string) => `Avant tout enregistrement, ${kind} est interrogé pour savoir si cela fonctionne.`,
    asking: (kind: string) => `Vérification auprès de ${kind}…`,
    advanced: 'Avancé',
    refused: (kind: string) => `${kind} a refusé ces données. Rien n’a été enregistré.`,
    down: (kind: string) => `${kind} est injoignable. Rien n’a été enregistré.`,
    connected: (kind: string) => `${kind} est connecté.`,
    connectedAs: (kind: string, name: string) => `${kind} est connecté en tant que ${name}.`,
    working: 'Connecté',
    notWorking: 'En panne',
    secretsSet: (names: string) => `Enregistré : ${names}`,
    address: 'Adresse du webhook',
    verifyToken: 'Jeton de vérification',
    pasteTitle: (kind: string) => `À coller chez ${kind}`,
    notPublic: 'Cette adresse ne commence pas par https:// : le fournisseur n’y enverra rien. Indiquez dans public_url l’adresse par laquelle Internet atteint ce serveur.',
    nothingToPaste: 'Il n’y a rien à coller : le serveur a réglé le reste lui-même.',
    tryTitle: 'Écrivez à ce canal',
    tryText: 'Envoyez un message comme le ferait un client. Il apparaît dans la boîte de réception.',
    open: (kind: string) => `Ouvrir ${kind}`,
    waiting: 'En attente du premier message…',
    arrived: 'Un message est arrivé.',
    toInbox: 'Ouvrir la boîte de réception',
    broken: (kind: string) => `${kind} ne fonctionne pas :`,
    gone: 'Tant que ce n’est pas réparé, des messages peuvent ne pas arriver ou ne pas partir.',
    mend: 'Modifier les réglages',
    text: {
      telegram: 'Un bot auquel les clients écrivent. Fonctionne aussitôt, sans adresse publique.',
      whatsapp: 'Un numéro professionnel sur la WhatsApp Cloud API de Meta.',
      messenger: 'Les messages de votre page Facebook.',
      instagram: 'Les messages privés de votre compte professionnel.',
      email: 'Une boîte de votre entreprise, lue par IMAP, avec réponse par SMTP.',
      sms: 'Un numéro chez Twilio ou chez un fournisseur qui a la même API.',
      viber: 'Un bot Viber de votre entreprise.',
      line: 'Un compte officiel LINE avec la Messaging API.',
      matrix: 'Un compte sur un serveur Matrix, le vôtre ou un autre. Fonctionne tout de suite, sans adresse publique.'
    },
    needs: {
      telegram: {
        one: 'Ouvrez @BotFather dans Telegram.',
        two: 'Envoyez /newbot et répondez à ses deux questions. Pour un bot existant, envoyez /token.',
        three: 'Il répond par un jeton. Collez-le ci-dessous.'
      },
      whatsapp: {
        one: 'Ouvrez votre application chez Meta, ajoutez-y WhatsApp et enregistrez votre numéro.',
        two: 'Sous WhatsApp, Configuration de l’API : copiez l’identifiant du numéro de téléphone. Créez un jeton d’accès permanent pour un utilisateur système.',
        three: 'Sous Paramètres de l’app, Général : copiez la clé secrète de l’app.'
      },
      messenger: {
        one: 'Ouvrez votre application chez Meta et ajoutez-y Messenger.',
        two: 'Sous Messenger, Paramètres de l’API : connectez votre page et générez son jeton d’accès.',
        three: 'Sous Paramètres de l’app, Général : copiez la clé secrète de l’app.'
      },
      instagram: {
        one: 'Ouvrez votre application chez Meta et ajoutez-y Instagram.',
        two: 'Sous Instagram, Configuration de l’API avec connexion Instagram : ajoutez votre compte et générez son jeton d’accès.',
        three: 'Sur la même page : copiez la clé secrète de l’app Instagram.'
      },
      sms: {
        one: 'Ouvrez la console de votre fournisseur et procurez-vous un numéro qui reçoit des messages.',
        two: 'Sur sa première page : copiez l’Account SID et l’Auth Token.',
        three: 'Chez un autre fournisseur que Twilio : indiquez l’adresse de son API sous Avancé.'
      },
      viber: {
        one: 'Ouvrez le site de Viber pour les partenaires et créez un bot, ou faites-le créer par votre partenaire Viber.',
        two: 'Dans les réglages du bot : copiez le jeton.'
      },
      line: {
        one: 'Ouvrez la LINE Developers Console et choisissez le canal Messaging API de votre compte.',
        two: 'Sur sa page Basic settings : copiez le Channel secret.',
        three: 'Sur sa page Messaging API : émettez un Channel access token et copiez-le.'
      }
    },
    paste: {
      whatsapp: 'Dans votre application : WhatsApp, Configuration, Webhook. Collez les deux, appuyez sur Vérifier et enregistrer, puis abonnez-vous au champ messages.',
      messenger: 'Dans votre application : Messenger, Paramètres de l’API, Webhooks. Collez les deux, appuyez sur Vérifier et enregistrer, puis abonnez votre page à messages.',
      instagram: 'Dans votre application : Instagram, Configuration de l’API, Webhooks. Collez les deux, appuyez sur Vérifier et enregistrer, puis abonnez-vous à messages.',
      sms: 'Dans les réglages de messagerie de votre numéro : collez-la comme webhook pour « A message comes in », avec la méthode POST.',
      line: 'Sur la page Messaging API : collez-la comme Webhook URL, appuyez sur Verify, puis activez Use webhook.'
    },
    secret: {
      bot_token: 'Jeton du bot',
      access_token: 'Jeton d’accès',
      page_access_token: 'Jeton d’accès de la page',
      app_secret: 'Clé secrète de l’app',
      auth_token: 'Auth Token',
      channel_access_token: 'Jeton d’accès du canal',
      channel_secret: 'Channel secret',
      signing: 'Secret de signature'
    },
    setting: {
      phone_number_id: 'Identifiant du numéro de téléphone',
      account_sid: 'Account SID',
      from: 'Expéditeur',
      verify_token: 'Jeton de vérification',
      homeserver_url: 'Serveur Matrix',
      api_url: 'Adresse de l’API'
    },
    help: {
      phone_number_id: 'Un long nombre ; ce n’est pas le numéro de téléphone lui-même.',
      account_sid: 'Commence par AC.',
      from: 'Un numéro avec indicatif de pays, par exemple +15005550006, ou le SID d’un service de messagerie.',
      verify_token: 'Un texte quelconque. Laissé vide, c’est l’identifiant de ce canal.',
      homeserver_url: 'Son adresse, ou le domaine de ses comptes, comme https://matrix.example.org.',
      api_url: 'Laissée vide, c’est celle du fournisseur. Ne la changez que pour un serveur à vous.'
    },
    receive: 'Comment les messages arrivent',
    receives: {
      poll: 'Ce serveur va les chercher',
      webhook: 'Telegram les envoie'
    },
    receiveHelp: 'Aller les chercher fonctionne partout. Les recevoir demande une adresse https:// publique.',
    template: 'Modèle après 24 heures',
    templateHelp: 'WhatsApp accepte vos propres mots pendant 24 heures après le dernier message du client. Ensuite, ce modèle approuvé est envoyé à la place.',
    templateName: 'Nom du modèle',
    templateLanguage: 'Sa langue, par exemple fr'
  }
} satisfies Translation;
