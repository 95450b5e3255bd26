import { number, plural } from '../../format/plural';

export const common = {
  app: { name: 'Countersign', skip: 'Ir al contenido' },

  common: {
    close: 'Cerrar',
    cancel: 'Cancelar',
    save: 'Guardar',
    saved: 'Guardado.',
    create: 'Crear',
    edit: 'Editar',
    remove: 'Quitar',
    delete: 'Eliminar',
    copy: 'Copiar',
    copied: 'Copiado',
    copyFailed: 'Selecciónelo y cópielo a mano',
    dismiss: 'Descartar',
    undo: 'Deshacer',
    retry: 'Reintentar',
    loading: 'Cargando',
    more: 'Mostrar más',
    optional: 'opcional',
    reason: 'Motivo',
    reasonHelp: 'Queda en el historial de este cliente, para sus compañeros y para los auditores.',
    typeToConfirm: (name: string) => `Escriba «${name}» para confirmar`,
    noMatch: 'Nada coincide con estos filtros',
    noMatchText: 'Amplíe alguno o empiece de nuevo.',
    clearFilters: 'Borrar filtros',
    yes: 'Sí',
    no: 'No',
    name: 'Nombre',
    state: 'Estado',
    created: 'Creado',
    lastUsed: 'Último uso',
    never: 'Nunca',
    actions: 'Acciones',
    actionsFor: (name: string) => `Acciones para ${name}`,
    search: 'Buscar',
    unnamed: 'Sin nombre',
    you: 'usted'
  },

  assurance: {
    word: { al0: 'Anónimo', al1: 'Reconocido', al2: 'Verificado', al3: 'Autenticado' },
    meaning: {
      al0: 'Nada indica quién es.',
      al1: 'Afirmado o supuesto, sin comprobar.',
      al2: 'Comprobado por lo que la persona sabe.',
      al3: 'Comprobado por un código o una sesión firmada.'
    },
    endsIn: (left: string) => `Válido durante ${left} más.`,
    timeLeft: 'tiempo restante ',
    levelLabel: 'Nivel'
  },

  masking: {
    masked: 'enmascarado',
    why: 'Su rol ve este valor enmascarado. Lo decide un administrador en «Enmascaramiento».'
  },

  errors: {
    requestId: 'Id. de solicitud',
    copyRequestId: 'Copiar el id. de solicitud',
    forbidden: 'No tiene permiso para ver esto',
    forbiddenText: (permission: string) =>
      `Se necesita el permiso «${permission}». Un administrador lo concede con un rol, en Equipo.`,
    notFound: 'Aquí no hay nada',
    notFoundText: 'La dirección no es correcta o el contenido se eliminó.',
    crashed: 'Esta página ha fallado',
    crashedText: 'Suele bastar con volver a cargarla. No se cambió nada en el servidor.',
    reload: 'Volver a cargar',
    backHome: 'Volver a la bandeja'
  },

  fields: {
    refused: 'Aquí hay algo que aún no es correcto.',
    missing: 'Rellene este campo.',
    choose: 'Elija una opción.',
    email: 'Escriba una dirección de correo, como ann@example.org.',
    url: 'Escriba la dirección completa, como https://example.org.',
    short: (characters: number) => plural(characters, { one: 'Al menos # carácter.', many: 'Al menos # de caracteres.', other: 'Al menos # caracteres.' }),
    long: (characters: number) => plural(characters, { one: 'Como máximo # carácter.', many: 'Como máximo # de caracteres.', other: 'Como máximo # caracteres.' }),
    least: (least: number) => `Al menos ${number(least)}.`,
    most: (most: number) => `Como máximo ${number(most)}.`,
    number: 'Escriba un número.',
    whole: 'Escriba un número entero, sin decimales.',
    form: 'No tiene el formato correcto.'
  },

  secret: {
    once: 'Solo se muestra esta vez. Countersign no conserva ninguna copia legible.',
    stored: 'Lo he guardado'
  },

  live: {
    stale: 'Sin conexión con el servidor. Lo que ve puede estar desactualizado.',
    reconnect: 'Se volverá a conectar automáticamente.',
    now: 'Conectar ahora',
    again: 'Conexión recuperada. Todo está actualizado.'
  },

  notices: {
    title: 'Notificaciones',
    label: (unread: number) => plural(unread, { one: 'Notificaciones, # sin leer', other: 'Notificaciones, # sin leer' }),
    assigned: (name: string) => `Se le ha asignado ${name}`,
    message: (name: string) => `Nuevo mensaje de ${name}`,
    readAll: 'Marcar todo como leído',
    read: 'Marcar como leído',
    byRule: (name: string) => `Regla: ${name}`,
    failed: 'No se pudieron cargar los avisos de las reglas.',
    unread: 'sin leer',
    empty: 'Nada nuevo',
    emptyText: 'Aquí aparecen los mensajes nuevos de sus conversaciones, las que se le asignen y lo que le avisen las reglas.',
    came: (n: number) => plural(n, { one: '# notificación nueva', other: '# notificaciones nuevas' })
  },

  nav: {
    label: 'Principal',
    open: 'Abrir el menú',
    work: 'Trabajo',
    start: 'Primeros pasos',
    setUp: 'Configuración',
    phone: 'Teléfono',
    prompts: 'Locuciones',
    manage: 'Administración',
    inbox: 'Bandeja',
    customers: 'Clientes',
    visitors: 'Visitantes en directo',
    reports: 'Informes',
    channels: 'Canales',
    widgets: 'Widgets',
    sites: 'Sitios web',
    invitations: 'Invitaciones',
    attributes: 'Atributos',
    codes: 'Códigos y vínculos',
    rules: 'Reglas',
    hours: 'Horario de atención',
    replies: 'Respuestas guardadas',
    flows: 'Menús telefónicos',
    developers: 'Desarrollo',
    calls: 'Llamadas',
    phoneNumbers: 'Números de teléfono',
    lookUps: 'Consultas',
    callWidgets: 'Tarjetas de llamada',
    people: 'Equipo',
    audit: 'Auditoría',
    privacy: 'Privacidad',
    settings: 'Ajustes',
    system: 'Sistema',
    me: 'Su cuenta',
    account: (name: string) => `Cuenta de ${name}`,
    sessions: 'Sesiones',
    language: 'Idioma',
    logOut: 'Cerrar sesión',
    shortcuts: 'Atajos de teclado',
    engagements: 'Atenciones',
    verification: 'Verificación',
    policies: 'Políticas',
    topics: 'Temas',
    locks: 'Bloqueos',
    search: 'Buscar o ir a'
  },

  theme: { label: 'Tema', system: 'Como el sistema', light: 'Claro', dark: 'Oscuro' },

  presence: { label: 'Disponibilidad', online: 'En línea', away: 'Ausente' },

  palette: {
    title: 'Búsqueda y comandos',
    placeholder: 'Busque un cliente, abra una página, haga algo…',
    pages: 'Páginas',
    actions: 'Acciones',
    findCustomer: (text: string) => `Buscar cliente «${text}»`,
    customers: 'Clientes',
    searching: 'Buscando clientes…',
    notFound: 'Ningún cliente coincide exactamente.',
    failed: 'La búsqueda no ha funcionado.',
    nothing: 'Ninguna página ni acción se llama así.',
    choose: 'elegir',
    open: 'abrir',
    close: 'cerrar',
    results: (n: number) => plural(n, { one: '# resultado', other: '# resultados' })
  },

  keys: {
    title: 'Atajos de teclado',
    palette: 'Búsqueda y comandos',
    control: 'Ctrl',
    help: 'Esta ayuda',
    search: 'Ir al campo de búsqueda',
    then: 'después',
    single: 'Atajos de una sola tecla',
    singleHelp: 'Desactivado: solo funcionan las combinaciones con Ctrl o ⌘. Para dictado y pulsadores.',
    everywhere: 'En todas partes',
    goTo: 'Ir a',
    here: 'En esta página'
  },

  table: {
    views: 'Vistas',
    allRows: 'Todo',
    saveView: 'Guardar esta vista',
    viewName: 'Nombre de la vista',
    viewHelp: 'Los filtros y columnas actuales. Se guarda en este navegador.',
    viewTaken: 'Sustituye la vista con ese nombre.',
    removeView: 'Quitar esta vista',
    viewRemoved: (name: string) => `Vista «${name}» quitada.`,
    columns: 'Columnas',
    select: (name: string) => `Seleccionar ${name}`,
    selectAll: 'Seleccionar todas las filas visibles',
    selected: (n: number) => plural(n, { one: '# seleccionado', other: '# seleccionados' }),
    clearSelection: 'Quitar la selección',
    bulk: 'Acciones para la selección'
  },

  combobox: {
    none: 'Sin coincidencias',
    open: 'Mostrar opciones',
    found: (n: number) => plural(n, { one: '# opción', other: '# opciones' })
  },

  reveal: {
    show: 'Mostrar',
    hide: 'Ocultar',
    hidesIn: (seconds: number) => `Se oculta de nuevo en ${seconds} s`,
    reason: '¿Por qué necesita verlo?',
    reasons: 'Motivos habituales',
    usual: ['Devolver la llamada o el mensaje', 'Comprobar quién es', 'Enviar algo', 'Atender una queja'],
    onRecord: 'Quienes pueden ver a este cliente pueden ver que usted lo ha mirado y por qué. El valor se oculta de nuevo tras un minuto.',
    revealed: (field: string) => `Mostrado: ${field}`,
    fields: { name: 'nombre', email: 'correo', phone: 'teléfono', external_id: 'número de cliente', user_id: 'id en el canal', subject: 'asunto', text: 'texto de un mensaje', attachments: 'nombres de archivos', profile_name: 'nombre', identifiers: 'un identificador' }
  },

  logIn: {
    title: 'Iniciar sesión',
    email: 'Correo electrónico',
    password: 'Contraseña',
    submit: 'Iniciar sesión',
    busy: 'Iniciando sesión…',
    needed: 'Este servidor aún no tiene un espacio de trabajo. Abra el enlace de configuración que muestra al arrancar.',
    bad: 'El correo o la contraseña no son correctos.',
    badHint: 'Compruebe ambos e inténtelo de nuevo. Un administrador puede enviarle otra invitación.',
    later: (secs: number) =>
      plural(secs, {
        one: 'Demasiados intentos. Inténtelo de nuevo dentro de # segundo.',
        other: 'Demasiados intentos. Inténtelo de nuevo dentro de # segundos.'
      }),
    ended: 'Su sesión ha terminado. Inicie sesión para continuar donde estaba.'
  },

  setUp: {
    title: 'Configurar Countersign',
    text: 'Aquí se crean el espacio de trabajo y su primer administrador. El enlace sirve una sola vez.',
    noToken: 'Esta página necesita el enlace de configuración',
    noTokenText: 'El servidor lo mostró al arrancar por primera vez. Ábralo completo, con la parte que sigue a #.',
    done: 'Este servidor ya está configurado',
    doneText: 'Inicie sesión o pida una invitación a un administrador.',
    workspace: 'Nombre del espacio de trabajo',
    workspaceHelp: 'Normalmente, el nombre de su empresa.',
    yourName: 'Su nombre',
    email: 'Su correo electrónico',
    password: 'Contraseña',
    passwordHelp: 'Al menos 15 caracteres. Una frase se recuerda mejor que los símbolos.',
    submit: 'Crear el espacio de trabajo'
  },

  invitation: {
    title: 'Unirse al espacio de trabajo',
    text: 'Elija una contraseña. El enlace sirve una sola vez.',
    titleOf: (workspace: string) => `Unirse a ${workspace}`,
    textOf: (email: string) => `Está invitado como ${email}. Elija una contraseña; el enlace sirve una sola vez.`,
    titleAgain: (workspace: string) => `${workspace}: elija una nueva contraseña`,
    textAgain: (email: string) => `Inicia sesión como ${email}. El enlace sirve una sola vez.`,
    noToken: 'Esta página necesita un enlace de invitación',
    noTokenText: 'Abra completo el enlace de su invitación, con la parte que sigue a #.',
    name: 'Su nombre',
    nameHelp: 'Déjelo vacío para conservar el nombre de la invitación.',
    submit: 'Unirse'
  }
};
