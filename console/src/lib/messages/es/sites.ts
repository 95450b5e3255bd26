import { number, plural } from '../../format/plural';

/** Sitios web cuyas páginas cuentan qué hacen sus visitantes. */
export const sites = {
  sites: {
    title: 'Sitios web',
    text: 'Sitios web que cuentan a Countersign qué hacen sus visitantes, para que usted vea quién está y qué ha mirado.',
    create: 'Nuevo sitio web',
    edit: 'Nombre y direcciones',
    empty: 'Todavía no hay ningún sitio web',
    emptyText: 'Registre un sitio web, ponga una línea en sus páginas y sus visitantes aparecerán en Visitantes en directo.',
    origins: 'Direcciones',
    originsHelp: 'Dónde están las páginas, una por línea, como https://shop.example. Se rechazan los eventos de cualquier otra dirección.',
    lastEvent: 'Último evento',
    states: { active: 'Activo', paused: 'En pausa' },
    pause: 'Pausar',
    resume: 'Reanudar',
    pausedText: 'Este sitio web está en pausa: se rechaza lo que envían sus páginas.',
    deleteTitle: (name: string) => `¿Eliminar ${name}?`,
    deleteText: 'Su clave deja de funcionar de inmediato: se rechaza todo lo que sus páginas envíen a partir de entonces.',
    tabs: 'Qué configurar',
    tab: { snippet: 'Fragmento', privacy: 'Privacidad', triggers: 'Categorías y disparadores', uncertain: 'Visitantes inciertos', events: 'Eventos' },
    mayNot: 'Puede mirar. Para cambiar algo, su rol necesita permiso para modificar sitios web.'
  },

  siteSnippet: {
    title: 'Ponga esto en cada página',
    text: 'En cualquier lugar del head. Se carga junto a la página, no retrasa nada y no hace daño donde se bloquea.',
    consentNote: (call: string) => `Este sitio web pregunta primero: no se envía nada hasta que su página llame a ${call}.`,
    key: 'Clave de escritura',
    keyHelp: 'No es un secreto: está en sus páginas, solo acepta eventos de sus direcciones y no lee nada.',
    integrity: 'Integridad',
    integrityHelp: 'El navegador solo ejecuta el script si es exactamente este.',
    waiting: 'Esperando el primer evento',
    waitingText: 'Abra una página que lleve el fragmento. Esto cambia por sí solo.',
    works: 'Llegan eventos',
    last: 'El último',
    seeEvents: 'Ver los eventos',
    seeVisitors: 'Ver quién está',
    signIn: 'Diga quién inicia sesión',
    signInText: 'Llame a esto cuando un cliente inicie o cierre sesión. Con un token firmado por su servidor, la visita queda autenticada; sin él, es solo lo que dice la página.'
  },

  sitePrivacy: {
    consent: 'Consentimiento',
    consents: {
      required: ['Preguntar primero', 'No se envía, guarda ni numera nada hasta que su página diga que el visitante está de acuerdo.'],
      assumed: ['Empezar enseguida', 'Los eventos se envían desde la primera página. Para cuando la ley lo permite o su página ya ha preguntado.']
    } as Record<'required' | 'assumed', [string, string]>,
    storage: 'Cómo se reconoce de nuevo un navegador',
    storages: {
      cookie: ['Por una cookie del servidor', 'Se reconoce durante un año como máximo. Los scripts de la página no pueden leer la cookie.'],
      storage: ['Por el almacenamiento del navegador', 'Se reconoce hasta que el visitante lo borre. Los scripts de la página pueden leerlo.'],
      none: ['De ninguna manera', 'Los identificadores solo viven mientras la página está abierta. No se reconoce a nadie y cada página es una visita.']
    } as Record<'cookie' | 'storage' | 'none', [string, string]>,
    signals: 'Respetar las señales de los navegadores',
    signalsHelp: 'Un navegador que envía Global Privacy Control o Do Not Track no recibe identificador de dispositivo, y no se guarda nada en él.',
    query: 'Partes de las direcciones que se conservan',
    queryHelp: 'Nombres de los parámetros que se conservan. Todos los demás se cortan en el navegador antes de enviar nada.',
    daily: 'Eventos al día como máximo',
    dailyHelp: 'Lo que pase de ahí se rechaza y se cuenta.',
    today: (events: number, refused: number) => `Hoy llegaron ${number(events)}; se rechazaron ${number(refused)} por ser demasiados.`,
    idle: 'Una visita termina tras',
    idleHelp: 'Minutos en los que no pasa nada.',
    save: 'Guardar privacidad'
  },

  siteTriggers: {
    categories: 'Categorías',
    categoriesText: 'Nombres para partes de su sitio. Una página pertenece a una categoría cuando su dirección o su título contiene el texto.',
    addCategory: 'Añadir una categoría',
    editCategory: 'Categoría',
    noCategories: 'Sin categorías',
    noCategoriesText: 'Con ellas encuentra visitas por lo que se miró, como préstamos o precios.',
    where: 'Buscar en',
    places: { url: 'Dirección', title: 'Título' },
    contains: 'Contiene',
    triggers: 'Disparadores',
    triggersText: 'Eventos que las páginas envían por sí solas, sin una línea de código en ellas.',
    addTrigger: 'Añadir un disparador',
    editTrigger: 'Disparador',
    noTriggers: 'Sin disparadores',
    noTriggersText: 'Por ejemplo: alguien se queda medio minuto o pulsa el botón que abre una cuenta.',
    removeTitle: (name: string) => `¿Quitar ${name}?`,
    removeText: 'Lo que ya se envió se conserva.',
    event: 'Nombre del evento',
    when: 'Cuándo',
    actions: { timer: 'Tras un tiempo', click: 'Al hacer clic', scroll: 'Al desplazarse', submit: 'Al enviar un formulario' },
    seconds: 'Segundos',
    percent: 'Porcentaje de la página',
    element: 'Elemento',
    elementHelp: 'Un selector CSS, como #open-account o .buy.',
    formHelp: 'Un selector CSS; sin él, cualquier formulario. Nunca se lee lo que se escribió.',
    page: 'Solo en páginas cuya dirección contiene',
    condition: 'Cuenta',
    conditions: { always: 'Siempre', focused: 'Mientras la página tiene el foco', visible: 'Mientras la página está a la vista' },
    postcondition: 'Entonces se envía',
    postconditions: { none: 'En cualquier caso', focused: 'Solo si la página tiene el foco' },
    values: 'Se envía con él',
    valuesHelp: 'Hasta 200 caracteres cada uno. Nunca se leen campos de formularios ni contraseñas.',
    addValue: 'Añadir un valor',
    value: 'Valor',
    valueName: 'Nombre',
    from: 'Tomado de',
    froms: { text: 'El texto de un elemento', attribute: 'Un atributo de un elemento', constant: 'Un texto fijo' },
    selector: 'Elemento (selector CSS)',
    attribute: 'Atributo',
    constant: 'Texto',
    says: {
      timer: (n: number) => plural(n, { one: 'Tras # segundo', many: 'Tras # de segundos', other: 'Tras # segundos' }),
      click: (element: string) => `Un clic en ${element}`,
      scroll: (percent: string) => `${percent} de la página recorrido`,
      submit: (element: string) => `Se envía ${element}`
    },
    anyForm: 'un formulario',
    onPages: (part: string) => `en páginas con ${part}`
  },

  siteUncertain: {
    text: 'Qué se dice a las conversaciones mientras no es seguro quién está. Nada de esto eleva un nivel: una suposición nunca es una prueba.',
    recognised: 'Visitantes reconocidos',
    recognisedText: 'Cerraron la sesión, o su página los nombró sin que la iniciaran. Seguro al principio, y menos con cada minuto inactivo.',
    assumed: 'Visitantes supuestos',
    assumedText: 'Alguien inició sesión antes en este navegador. Una suposición por visitas anteriores, nunca un vínculo con un cliente.',
    strategies: {
      anonymous: ['Sin identificar', 'Se trata como a un desconocido: no se nombra a nadie.'],
      identified: ['Identificado', 'Se muestra el nombre, con lo seguro que es.'],
      ask: ['Preguntar al agente', 'El agente ve quién puede ser y lo confirma o lo descarta con un motivo.']
    } as Record<'anonymous' | 'identified' | 'ask', [string, string]>,
    save: 'Guardar'
  },

  siteEvents: {
    inspector: 'Lo que llega',
    inspectorText: 'Los eventos más recientes de todos los visitantes, aceptados o no. Los nuevos aparecen por sí solos.',
    time: 'Hora',
    event: 'Evento',
    outcome: 'Resultado',
    outcomes: { accepted: 'Aceptado', warned: 'Aceptado con aviso', refused: 'Rechazado' },
    types: { system: 'Sistema', business: 'Negocio' },
    page: 'Página',
    size: 'Tamaño',
    filter: 'Qué eventos',
    any: 'Todos los eventos',
    empty: 'Todavía no ha llegado nada',
    emptyText: 'Abra una página que lleve el fragmento. Lo que envíe aparece aquí al instante y, si se rechaza, también por qué.',
    reason: {
      too_old: 'Tiene más de un día.',
      too_large: 'Ocupa más de 8 KB.',
      too_many: 'Llegaron demasiados eventos a la vez.',
      no_name: 'No tiene nombre o es demasiado largo.',
      bad_id: 'Su identificador no dice nada, como «null» o «undefined».',
      bad_shape: 'No tiene la forma de un evento.',
      unknown_kind: 'Su tipo no se conoce.',
      schema: 'No es como dice su esquema.',
      bad_token: 'El token del inicio de sesión no es válido.',
      bad_url: 'No se pudo leer su dirección.',
      unknown_origin: 'Llegó de una dirección que no está registrada.',
      paused: 'El sitio web está en pausa.',
      rate_limited: 'Llegó demasiado desde una dirección.'
    } as Record<string, string>,
    otherReason: (code: string) => `Por otro motivo: ${code}`,
    schemas: 'Cómo son sus eventos',
    schemasText: 'Un esquema JSON para los datos de un evento. Los eventos sin esquema se aceptan tal como llegan.',
    addSchema: 'Añadir un esquema',
    editSchema: 'Esquema',
    noSchemas: 'Sin esquemas',
    noSchemasText: 'Con un esquema nota enseguida cuándo una página envía algo distinto de lo acordado.',
    schema: 'Esquema JSON',
    badJson: 'Esto no se puede leer como JSON.',
    mode: 'Si no encaja',
    modes: {
      warn: ['Avisar', 'El evento se acepta y se marca aquí.'],
      refuse: ['Rechazar', 'El evento no se acepta.']
    } as Record<'warn' | 'refuse', [string, string]>,
    schemaRemoveText: 'Los eventos con este nombre se aceptan entonces tal como llegan.'
  }
};
