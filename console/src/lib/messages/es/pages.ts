import { number, plural } from '../../format/plural';

export const pages = {
  start: {
    title: 'Primeros pasos',
    text: 'De un espacio de trabajo vacío al primer cliente que conoce con certeza.',
    progress: (done: number, all: number) => `${number(done)} de ${number(all)} completados`,
    done: 'Hecho',
    todo: 'Pendiente',
    allDone: 'Todo está configurado.',
    allDoneText: 'Los clientes pueden demostrar quiénes son. Lo que ocurra a partir de ahora está en la bandeja.',
    toInbox: 'Abrir la bandeja',
    steps: {
      workspace: {
        title: 'Dar nombre al espacio de trabajo',
        text: 'Lo ven sus compañeros; los clientes lo encuentran en las invitaciones.',
        action: 'Ajustes del espacio de trabajo'
      },
      channel: {
        title: 'Crear un canal',
        text: 'Un lugar donde escriben los clientes: el chat web de su sitio o su propia mensajería.',
        action: 'Canales'
      },
      code: {
        title: 'Obtener el primer código',
        text: 'Haga de cliente: obtenga un código para una persona inventada. No se envía nada a ninguna parte.',
        action: 'Chat de prueba'
      },
      authenticated: {
        title: 'Ver el primer «Autenticado»',
        text: 'Pegue el código en el chat de prueba. Queda comprobado qué cliente está detrás.',
        action: 'Chat de prueba'
      },
      widget: {
        title: 'Poner el widget en su sitio',
        text: 'Un fragmento en la página y unas líneas en su servidor. Se marca en cuanto una de sus páginas lo muestra.',
        action: 'Widgets'
      },
      team: {
        title: 'Invitar a un compañero',
        text: 'Con un enlace que sirve una vez. Los roles deciden qué puede hacer y ver cada persona.',
        action: 'Equipo'
      }
    }
  },

  testChat: {
    title: 'Chat de prueba',
    text: 'Los dos lados de una identificación en una página, con un cliente inventado. Usa un canal y un widget reales de su espacio de trabajo, creados para la prueba.',
    prepare: 'Iniciar el chat de prueba',
    prepareText: 'Crea un chat web y un widget, ambos llamados «Test chat», que solo esta consola puede mostrar. Puede eliminarlos después.',
    preparing: 'Creando…',
    site: 'Su sitio, como lo ve un cliente con sesión iniciada',
    signedIn: (name: string) => `Sesión iniciada como ${name}`,
    customer: 'Ada Ejemplo',
    getCode: 'Obtener código',
    newCode: 'Obtener otro código',
    code: 'Código de identificación',
    codeFor: (left: string) => `Válido ${left} más. Sirve una sola vez.`,
    codeOver: 'Este código ha caducado. Obtenga otro.',
    paste: 'Pegar en el chat',
    chat: 'El chat, como lo ve el mismo cliente',
    message: 'Mensaje',
    placeholder: 'Escriba algo o pegue el código…',
    send: 'Enviar',
    empty: 'Salude y luego pegue el código.',
    agent: 'Lo que ve su equipo',
    nobody: 'Escriba en el chat: la conversación aparece aquí.',
    authenticated: (name: string) => `Es ${name}, comprobado.`,
    authenticatedText: 'El chat pertenece ahora a este cliente, con la evidencia registrada. En su sitio funciona igual.',
    openCase: 'Abrir la conversación',
    needs: 'Un administrador puede ejecutar el chat de prueba.',
    insecure: 'El chat de prueba firma un token en el navegador, y los navegadores solo lo permiten con https y en localhost.'
  },

  events: {
    title: 'Registro de eventos',
    text: 'Lo que ocurrió, tal como lo cuentan los webhooks: identificadores y palabras, nunca datos personales. Los mensajes están en sus conversaciones.',
    type: 'Tipo',
    anyType: 'Cualquier tipo',
    by: 'Por',
    when: 'Cuándo',
    payload: 'Contenido',
    empty: 'Aún no ha ocurrido nada',
    emptyText: 'Emita un código o escriba en el chat de prueba y sus eventos aparecerán aquí.'
  },

  requests: {
    title: 'Registro de solicitudes',
    text: 'Solicitudes de sus claves de API en los últimos siete días, 100.000 como máximo. No se guardan contenidos, direcciones ni identificadores de las rutas.',
    key: 'Clave de API',
    anyKey: 'Cualquier clave',
    request: 'Solicitud',
    status: 'Estado',
    anyStatus: 'Cualquier estado',
    statuses: { '2xx': 'Correctas', failed: 'Fallidas', '4xx': 'Rechazadas (4xx)', '5xx': 'Error del servidor (5xx)' },
    duration: 'Duración',
    took: (ms: string) => `${ms} ms`,
    requestId: 'Id. de solicitud',
    find: 'Buscar un id. de solicitud',
    findHelp: 'Cada respuesta lo lleva como X-Request-Id.',
    problem: 'Problema',
    empty: 'Aún no hay solicitudes',
    emptyText: 'Llame a la API con una de sus claves; la solicitud aparece aquí un segundo después.'
  },

  deadLetters: {
    replaySome: (n: number) => plural(n, { one: 'Reenviar #', other: 'Reenviar #' }),
    replayAll: 'Reenviar todo',
    call: (name: string) => `Llamada de la regla «${name}»`,
    callGone: 'Llamada de una regla eliminada',
    callWhat: 'Una regla llamó a otro servidor',
    replayedSome: (n: number) => plural(n, { one: 'Se reenvía #.', other: 'Se reenvían #.' })
  },

  roles: {
    tab: 'Roles',
    peopleTab: 'Personas',
    tabs: 'Partes de esta página',
    text: 'Lo que puede hacer cada rol. Las palabras de la última columna son los ámbitos de las claves de API.',
    permission: 'Permiso',
    scope: 'Ámbito',
    may: (role: string) => `${role}: permitido`,
    mayNot: (role: string) => `${role}: no permitido`,
    keysOnly: 'Solo claves de API'
  },

  auditPage: {
    anyAction: 'Cualquier acción',
    export: 'Exportar',
    exportCsv: 'CSV, para hojas de cálculo',
    exportJsonl: 'Líneas JSON, para programas',
    exportHint: 'Lo que muestran los filtros. La propia exportación queda en el registro.',
    ok: 'Hecho',
    byId: 'Id. de quien lo hizo',
    objectId: 'Id. de aquello a lo que se hizo',
    actorKind: { user: 'Persona', api_key: 'Clave de API', public: 'Página', customer: 'Cliente', system: 'Countersign' },
    action: {
      'access.denied': 'Acceso denegado',
      'api_key.create': 'Clave de API creada',
      'api_key.revoke': 'Clave de API revocada',
      'api_key.rotate': 'Clave de API rotada',
      'attachment.open': 'Archivo abierto',
      'attribute.create': 'Atributo creado',
      'attribute.delete': 'Atributo eliminado',
      'attribute.update': 'Atributo modificado',
      'audit.accept_lost_heads': 'Firmas perdidas aceptadas',
      'audit.export': 'Registro de auditoría exportado',
      'audit.verify': 'Registro de auditoría verificado',
      'auth.lock': 'Inicio de sesión bloqueado',
      'auth.login': 'Sesión iniciada',
      'auth.logout': 'Sesión cerrada',
      'calendar.create': 'Horario creado',
      'calendar.delete': 'Horario eliminado',
      'calendar.update': 'Horario modificado',
      'canned_reply.create': 'Respuesta guardada creada',
      'canned_reply.delete': 'Respuesta guardada eliminada',
      'canned_reply.update': 'Respuesta guardada cambiada',
      'case.ask_for_code': 'Código pedido',
      'case.end': 'Chat finalizado',
      'case.list': 'Conversaciones listadas',
      'case.update': 'Conversación modificada',
      'channel.create': 'Canal creado',
      'channel.delete': 'Canal eliminado',
      'channel.rotate_secret': 'Nuevo secreto de un canal',
      'channel.test': 'Canal probado',
      'channel.update': 'Canal modificado',
      'code.issue': 'Código emitido',
      'code.disown': 'Código rechazado por el cliente',
      'code.list': 'Códigos listados',
      'code.redeem': 'Código canjeado',
      'code.revoke': 'Código revocado',
      'group.create': 'Grupo creado',
      'group.delete': 'Grupo eliminado',
      'group.update': 'Grupo modificado',
      'link.confirm': 'Vínculo confirmado',
      'link.create': 'Cuenta vinculada',
      'link.end': 'Vínculo finalizado',
      'link.undo': 'Vínculo deshecho',
      'link.unlink': 'Cuenta desvinculada',
      'masking.update': 'Enmascaramiento modificado',
      'message.retry': 'Respuesta reenviada',
      'outbox.give_up': 'Entrega abandonada',
      'outbox.replay': 'Envío abandonado reenviado',
      'profile.block': 'Cliente bloqueado',
      'profile.create': 'Cliente creado',
      'profile.delete': 'Cliente eliminado',
      'profile.list': 'Clientes listados',
      'profile.search': 'Clientes buscados',
      'profile.unblock': 'Cliente desbloqueado',
      'profile.update': 'Cliente modificado',
      'profile.view': 'Cliente consultado',
      'rule.create': 'Regla creada',
      'rule.delete': 'Regla eliminada',
      'rule.order': 'Reglas ordenadas',
      'rule.storm': 'Las reglas respondieron demasiado',
      'rule.update': 'Regla cambiada',
      'rule_group.create': 'Grupo de reglas creado',
      'rule_group.delete': 'Grupo de reglas eliminado',
      'rule_group.update': 'Grupo de reglas cambiado',
      'rule_settings.update': 'Ajustes de las reglas cambiados',
      'rule_template.install': 'Escenario de reglas instalado',
      'session.end': 'Sesión terminada',
      'setup.complete': 'Espacio de trabajo configurado',
      'setup.make_link': 'Enlace de configuración creado',
      'user.accept_invitation': 'Invitación aceptada',
      'user.change_password': 'Contraseña cambiada',
      'user.invite': 'Persona invitada',
      'user.renew_invitation': 'Invitación renovada',
      'user.update': 'Persona modificada',
      'user.update_own': 'Cuenta propia modificada',
      'webhook.create': 'Webhook creado',
      'webhook.delete': 'Webhook eliminado',
      'webhook.disable': 'Webhook desactivado',
      'webhook.replay': 'Entrega reenviada',
      'webhook.rotate_secret': 'Nuevo secreto de un webhook',
      'webhook.test': 'Webhook probado',
      'webhook.update': 'Webhook modificado',
      'widget.add_key': 'Clave de widget añadida',
      'widget.create': 'Widget creado',
      'widget.delete': 'Widget eliminado',
      'widget.remove_key': 'Clave de widget quitada',
      'widget.update': 'Widget modificado',
      'workspace.update': 'Espacio de trabajo modificado'
    }
  },

  systemPage: {
    ready: 'Listo',
    readyText: 'Responde a solicitudes y escribe en la base de datos.',
    notReady: 'No está listo',
    notReadyText: 'El servidor no responde a las preguntas de esta página.',
    clock: 'Reloj',
    serverTime: 'Hora del servidor',
    drift: 'Respecto a este navegador',
    inStep: 'Sincronizado',
    ahead: (span: string) => `${span} de adelanto`,
    behind: (span: string) => `${span} de retraso`,
    driftHelp: 'Los códigos y tokens viven minutos: un reloj desajustado los invalida.',
    live: 'Códigos vigentes',
    id: 'Id.',
    server: 'Servidor',
    thisServer: 'Este servidor',
    started: 'Inicio',
    seen: 'Última señal de vida',
    kinds: { sqlite: 'SQLite', postgres: 'PostgreSQL' }
  },

  sessionsPage: {
    endOthers: 'Terminar todas las demás sesiones',
    ended: (n: number) => plural(n, { one: '# sesión terminada.', other: '# sesiones terminadas.' }),
    noOthers: 'Solo ha iniciado sesión aquí.'
  },

  preview: {
    title: 'Vista previa',
    text: 'Como lo ven los clientes, con datos de ejemplo. También lo que aún no se ha guardado.',
    frame: 'Vista previa del widget',
    device: 'Dispositivo',
    devices: { phone: 'Teléfono', desktop: 'Ordenador' },
    state: 'Estado',
    states: {
      ready: 'Antes de pulsar',
      code: 'Con un código',
      linked: 'Tras el éxito',
      held: 'Pregunta antes de vincular',
      undone: 'Tras «No soy yo»',
      links: 'Canales vinculados',
      expired: 'Caducado',
      signed_out: 'Sin sesión',
      unavailable: 'No disponible'
    },
    language: 'Idioma',
    scheme: 'Claro u oscuro',
    schemes: { light: 'Claro', dark: 'Oscuro' },
    direction: 'Dirección',
    directions: { ltr: 'De izquierda a derecha', rtl: 'De derecha a izquierda' },
    ours: 'Viene con Countersign',
    yours: 'Suyo',
    reset: 'Volver al original'
  },

  widgetPage: {
    seen: 'Visto por última vez en una página',
    neverSeen: 'Aún no visto en ninguna página',
    framework: 'Página',
    frameworks: { html: 'HTML simple', react: 'React' },
    language: 'Lenguaje del servidor',
    integrityHelp: 'El navegador compara el archivo con el valor de integridad y rechaza uno modificado.',
    unsaved: 'Aún sin guardar'
  },

  codesPage: {
    customer: 'Cliente',
    nobody: 'Aún no se nombra a nadie',
    issuer: 'Emitido por',
    issuers: { api_key: 'Su servidor', signed_widget: 'Un widget firmado', plain_widget: 'Un widget sin firmar' },
    why: {
      live: 'Aún no enviado',
      expired: 'No enviado a tiempo',
      superseded: 'Lo sustituyó un código más reciente',
      revoked: 'Revocado por una persona',
      used: 'Su vínculo se deshizo o se quitó'
    }
  },

  filters: {
    masked: 'Algunos valores están enmascarados para su rol. Aun así puede buscar el valor completo.',
    notLinked: 'Sin vincular',
    notLinkedHelp: 'Usted lo conoce, pero aún no se ha comprobado que alguna cuenta sea suya.'
  },

  chatSettings: {
    availability: 'Cuándo hay alguien',
    availabilityHelp: 'Si no hay nadie, los visitantes dejan un mensaje con nombre y dirección.',
    availabilities: { auto: 'Según quién del equipo esté activo', online: 'Siempre', offline: 'Nunca' },
    offlineText: 'Lo que leen los visitantes cuando no hay nadie',
    offlineHelp: 'Si se deja vacío: nuestro texto, en su idioma.',
    files: 'Los visitantes pueden enviar archivos',
    questions: 'Preguntas antes del chat',
    questionsHelp: 'Para visitantes sin sesión iniciada. Lo que responden es una afirmación y no demuestra nada.',
    question: (n: number) => `Pregunta ${n}`,
    kind: (n: number) => `Tipo de respuesta a la pregunta ${n}`,
    kinds: { text: 'Texto', email: 'Correo electrónico', phone: 'Teléfono', choice: 'Elección' },
    options: (n: number) => `Lo que ofrece la pregunta ${n}`,
    optionsHint: 'Pedido, Entrega, Otro',
    required: 'El chat espera una respuesta',
    remove: (n: number) => `Quitar la pregunta ${n}`,
    add: 'Añadir una pregunta'
  }
};
