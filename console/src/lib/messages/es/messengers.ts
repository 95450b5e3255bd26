import type { Translation } from '../shape';

/** Connecting messengers. The parts are named as the API names kinds, secrets and settings. */
export const messengers = {
  messengers: {
    choose: 'Elegir',
    connect: 'Conectar',
    try: 'Probar',
    steps: 'Pasos',
    back: 'Atrás',
    done: 'Listo',
    connectTitle: (kind: string) => `Conectar ${kind}`,
    need: 'Qué necesita',
    newTab: '(se abre en otra pestaña)',
    set: 'Guardado',
    replace: 'Sustituir',
    replaceOf: (name: string) => `Sustituir: ${name}`,
    keep: 'Conservar el actual',
    secretHelp: 'Queda sellado en su servidor y no se vuelve a mostrar a nadie.',
    checked: (kind: string) => `Se pregunta a ${kind} si esto funciona antes de guardar nada.`,
    asking: (kind: string) => `Preguntando a ${kind}…`,
    advanced: 'Avanzado',
    refused: (kind: string) => `${kind} no lo ha aceptado. No se ha guardado nada.`,
    down: (kind: string) => `No se puede contactar con ${kind}. No se ha guardado nada.`,
    connected: (kind: string) => `${kind} está conectado.`,
    connectedAs: (kind: string, name: string) => `${kind} está conectado como ${name}.`,
    working: 'Conectado',
    notWorking: 'No funciona',
    secretsSet: (names: string) => `Guardado: ${names}`,
    address: 'Dirección del webhook',
    verifyToken: 'Token de verificación',
    pasteTitle: (kind: string) => `Pegue esto en ${kind}`,
    notPublic: 'Esta dirección no empieza por https://, así que el proveedor no enviará nada a ella. Ponga en public_url la dirección por la que Internet llega a este servidor.',
    nothingToPaste: 'No hay nada que pegar: el servidor ha preparado el resto por su cuenta.',
    tryTitle: 'Escriba a este canal',
    tryText: 'Envíe un mensaje como lo haría un cliente. Aparece en la bandeja.',
    open: (kind: string) => `Abrir ${kind}`,
    waiting: 'Esperando el primer mensaje…',
    arrived: 'Ha llegado un mensaje.',
    toInbox: 'Abrir la bandeja',
    broken: (kind: string) => `${kind} no funciona:`,
    gone: 'Hasta que se arregle, puede que los mensajes no entren o no salgan.',
    mend: 'Cambiar los ajustes',
    text: {
      telegram: 'Un bot al que escriben los clientes. Funciona al momento, sin dirección pública.',
      whatsapp: 'Un número de empresa en la WhatsApp Cloud API de Meta.',
      messenger: 'Los mensajes de su página de Facebook.',
      instagram: 'Los mensajes directos de su cuenta profesional.',
      email: 'Un buzón de su empresa, leído por IMAP y respondido por SMTP.',
      sms: 'Un número en Twilio o en un proveedor con la misma API.',
      viber: 'Un bot de Viber de su empresa.',
      line: 'Una cuenta oficial de LINE con la Messaging API.',
      matrix: 'Una cuenta en un servidor Matrix, el suyo o cualquiera. Funciona al momento, sin dirección pública.'
    },
    needs: {
      telegram: {
        one: 'Abra @BotFather en Telegram.',
        two: 'Envíe /newbot y responda a sus dos preguntas. Para un bot que ya tiene, envíe /token.',
        three: 'Responde con un token. Péguelo abajo.'
      },
      whatsapp: {
        one: 'Abra su aplicación en Meta, añádale WhatsApp y registre su número.',
        two: 'En WhatsApp, Configuración de la API: copie el identificador del número de teléfono. Cree un token de acceso permanente para un usuario del sistema.',
        three: 'En Configuración de la aplicación, Básica: copie la clave secreta de la aplicación.'
      },
      messenger: {
        one: 'Abra su aplicación en Meta y añádale Messenger.',
        two: 'En Messenger, Configuración de la API: conecte su página y genere su token de acceso.',
        three: 'En Configuración de la aplicación, Básica: copie la clave secreta de la aplicación.'
      },
      instagram: {
        one: 'Abra su aplicación en Meta y añádale Instagram.',
        two: 'En Instagram, Configuración de la API con inicio de sesión de Instagram: añada su cuenta y genere su token de acceso.',
        three: 'En la misma página: copie la clave secreta de la aplicación de Instagram.'
      },
      sms: {
        one: 'Abra la consola de su proveedor y obtenga un número que reciba mensajes.',
        two: 'En su primera página: copie el Account SID y el Auth Token.',
        three: 'Con otro proveedor que no sea Twilio: indique la dirección de su API en Avanzado.'
      },
      viber: {
        one: 'Abra el sitio de Viber para socios y cree un bot, o pida a su socio de Viber que lo cree.',
        two: 'En los ajustes del bot: copie el token.'
      },
      line: {
        one: 'Abra la LINE Developers Console y elija el canal de Messaging API de su cuenta.',
        two: 'En su página Basic settings: copie el Channel secret.',
        three: 'En su página Messaging API: emita un Channel access token y cópielo.'
      }
    },
    paste: {
      whatsapp: 'En su aplicación: WhatsApp, Configuración, Webhook. Pegue ambos, pulse Verificar y guardar y suscríbase al campo messages.',
      messenger: 'En su aplicación: Messenger, Configuración de la API, Webhooks. Pegue ambos, pulse Verificar y guardar y suscriba su página a messages.',
      instagram: 'En su aplicación: Instagram, Configuración de la API, Webhooks. Pegue ambos, pulse Verificar y guardar y suscríbase a messages.',
      sms: 'En los ajustes de mensajes de su número: péguelo como webhook de «A message comes in», con el método POST.',
      line: 'En la página Messaging API: péguelo como Webhook URL, pulse Verify y active Use webhook.'
    },
    secret: {
      bot_token: 'Token del bot',
      access_token: 'Token de acceso',
      page_access_token: 'Token de acceso de la página',
      app_secret: 'Clave secreta de la aplicación',
      auth_token: 'Auth Token',
      channel_access_token: 'Token de acceso del canal',
      channel_secret: 'Channel secret',
      signing: 'Secreto de firma'
    },
    setting: {
      phone_number_id: 'Identificador del número de teléfono',
      account_sid: 'Account SID',
      from: 'Remitente',
      verify_token: 'Token de verificación',
      homeserver_url: 'Servidor Matrix',
      api_url: 'Dirección de la API'
    },
    help: {
      phone_number_id: 'Un número largo; no es el número de teléfono en sí.',
      account_sid: 'Empieza por AC.',
      from: 'Un número con prefijo de país, como +15005550006, o el SID de un servicio de mensajería.',
      verify_token: 'Cualquier texto. Si se deja vacío, es el identificador de este canal.',
      homeserver_url: 'Su dirección, o el dominio de sus cuentas, como https://matrix.example.org.',
      api_url: 'Si se deja vacía, es la del proveedor. Cámbiela solo para un servidor propio.'
    },
    receive: 'Cómo entran los mensajes',
    receives: {
      poll: 'Los recoge este servidor',
      webhook: 'Los envía Telegram'
    },
    receiveHelp: 'Recogerlos funciona en todas partes. Recibirlos requiere una dirección https:// pública.',
    template: 'Plantilla tras 24 horas',
    templateHelp: 'WhatsApp admite sus propias palabras durante 24 horas después del último mensaje del cliente. Después se envía en su lugar esta plantilla aprobada.',
    templateName: 'Nombre de la plantilla',
    templateLanguage: 'Su idioma, por ejemplo es'
  }
} satisfies Translation;
