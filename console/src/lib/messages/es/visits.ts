import { plural } from '../../format/plural';

/** Quién está en los sitios web y qué ha mirado. */
export const visits = {
  visits: {
    title: 'Visitantes en directo',
    text: 'Quién está ahora mismo en sus sitios web, qué mira y hasta qué punto es seguro quién es.',
    show: 'Qué visitas',
    live: 'En directo',
    all: 'Todas',
    count: (n: number) => plural(n, { one: '# visitante ahora', many: '# de visitantes ahora', other: '# visitantes ahora' }),
    more: (n: number) => plural(n, { one: '# visitante nuevo', many: '# de visitantes nuevos', other: '# visitantes nuevos' }),
    site: 'Sitio web',
    anySite: 'Todos los sitios web',
    stateFilter: 'Estado',
    anyState: 'Todos los estados',
    ofCustomer: 'Visitas de un cliente',
    ofDevice: 'Visitas de un dispositivo',
    visitor: 'Visitante',
    perhaps: 'Quizá',
    on: 'Página',
    pages: (n: number) => plural(n, { one: '# página', many: '# de páginas', other: '# páginas' }),
    time: 'En el sitio',
    source: 'Vino de',
    direct: 'Directamente',
    now: 'Ahora en el sitio',
    last: 'Visto por última vez',
    empty: 'No hay nadie en este momento',
    emptyText: 'Quien abra una página con el fragmento aparece aquí por sí solo.',
    emptyAll: 'Todavía no hay visitas',
    seeAll: 'Ver visitas anteriores',
    sites: 'Configurar un sitio web',
    state: { anonymous: 'Anónimo', recognised: 'Reconocido', assumed: 'Supuesto', authenticated: 'Autenticado' },
    meaning: {
      anonymous: 'Nada indica quién es.',
      recognised: 'Cerró la sesión, o lo nombró la página: seguro al principio, y menos con cada minuto inactivo.',
      assumed: 'Una suposición: alguien inició sesión antes en este navegador.',
      authenticated: 'Tiene la sesión iniciada en el sitio en este momento.'
    },
    unsigned: 'Solo lo dice la página: el inicio de sesión llegó sin un token del servidor.',
    sure: (percent: string) => `${percent} seguro`
  },

  visit: {
    title: 'Visita',
    who: 'Quién',
    called: 'El sitio lo llama',
    began: 'Empezó',
    ended: 'Terminó',
    lasted: 'Duró',
    entry: 'Primera página',
    current: 'Mira',
    seen: 'Páginas y eventos',
    events: (n: number) => plural(n, { one: '# evento', many: '# de eventos', other: '# eventos' }),
    device: 'Dispositivo',
    devices: { desktop: 'Ordenador', mobile: 'Teléfono', tablet: 'Tableta' },
    language: 'Idioma',
    deviceVisits: 'Otras visitas de este dispositivo',
    shared: 'Varias personas usan este dispositivo',
    sharedText: 'Quién estuvo antes dice poco sobre quién está ahora. Las páginas de cada uno se mantienen separadas: nadie aparece con las de otro.',
    candidates: 'Quién puede ser',
    candidatesText: 'Por visitas anteriores de este dispositivo. Una suposición, hasta que usted sepa más.',
    uncertain: '¿Es esta persona?',
    confirm: 'Confirmar',
    reject: 'No es esta persona',
    confirmTitle: '¿Confirmar quién es?',
    confirmText: 'La visita se muestra con esta persona a partir de entonces. No eleva ningún nivel: solo cuenta como prueba lo que la persona probó.',
    rejectTitle: '¿No es esta persona?',
    rejectText: 'La visita deja de mostrarse con esta persona, y no se vuelve a proponer para ella.',
    confirmed: 'Confirmado y registrado.',
    rejected: 'Descartado y registrado.',
    story: 'Qué pasó',
    empty: 'Todavía no se ha abierto ninguna página.',
    moreEvents: 'Mostrar más eventos',
    band: {
      before: 'Antes de iniciar sesión',
      session: 'Sesión iniciada',
      recognised: 'Reconocido',
      anonymous: 'Nadie conocido'
    },
    beforeOf: 'Se muestra con quien inició sesión después',
    afterOut: 'Tras cerrar sesión',
    signed: 'Con un token firmado',
    unsigned: 'Solo lo dice la página',
    stillIn: 'sesión aún abierta',
    until: (from: string, to: string) => `${from} a ${to}`,
    active: (time: string) => `${time} de actividad`,
    stayed: (time: string) => `${time} en la página`,
    open: 'abierta ahora',
    signIn: 'Inició sesión',
    signOut: 'Cerró sesión',
    userInfo: 'La página dijo quién es',
    untitled: 'Página sin título'
  },

  customerVisits: {
    title: 'Visitas',
    all: 'Todas las visitas',
    empty: 'No se conoce ninguna visita a un sitio web.'
  },

  onWebsite: {
    now: 'Ahora en el sitio web',
    last: 'Última vez en el sitio web',
    open: 'Abrir la visita'
  }
};
