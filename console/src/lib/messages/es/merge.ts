import { plural } from '../../format/plural';

export const merge = {
  merge: {
    menu: 'Fusionar con otro cliente…',
    title: (customer: string) => `Fusionar con ${customer}`,
    findText: 'Busque al otro por referencia, correo, teléfono o id. externo. No ocurre nada antes de que vea lo que haría.',
    find: 'Referencia, correo, teléfono o id. externo',
    nobody: 'No se encontró ningún otro cliente',
    nobodyText: 'Revise lo que escribió. Los valores se comparan enteros.',
    another: 'Elegir otro',
    goesOn: 'Continúa',
    standsBehind: 'Pasa a formar parte',
    swap: 'Al revés',
    better: 'Sería mejor al revés: el otro está comprobado, se conoce mejor o es más antiguo.',
    gains: 'Lo que recibe',
    noGains: 'Nada que no tenga ya.',
    conflicts: 'En qué difieren',
    noConflicts: 'No se contradicen en nada.',
    wins: 'Se queda',
    gives: 'Cede',
    of: (reference: string) => `Según ${reference}`,
    effects: 'Qué más ocurre',
    accounts: (n: number) =>
      plural(n, {
        one: 'Pasa # cuenta de canal, con sus conversaciones. Los chats continúan.',
        many: 'Pasan # cuentas de canal, con sus conversaciones. Los chats continúan.',
        other: 'Pasan # cuentas de canal, con sus conversaciones. Los chats continúan.'
      }),
    noAccounts: 'No pasa ninguna cuenta de canal.',
    endsCodes: (reference: string) => `Los códigos vigentes de ${reference} terminan.`,
    left: (n: number) =>
      plural(n, {
        one: '# dirección o número ya no lleva a nadie: un cliente tiene como máximo diez de cada tipo.',
        many: '# direcciones o números ya no llevan a nadie: un cliente tiene como máximo diez de cada tipo.',
        other: '# direcciones o números ya no llevan a nadie: un cliente tiene como máximo diez de cada tipo.'
      }),
    leads: (from: string, into: string) => `${from} lleva a ${into} desde entonces.`,
    noLevel: 'No sube ningún nivel: la palabra de un compañero no es una comprobación.',
    days: 'Se puede deshacer durante 30 días.',
    why: '¿Por qué son los dos el mismo cliente?',
    verb: 'Fusionar',
    done: (from: string, into: string) => `${from} forma parte ahora de ${into}.`,
    landed: (old: string, now: string) => `${old} se fusionó con ${now}, que es lo que ve aquí.`,
    list: 'Clientes fusionados',
    cameAlong: (references: string) => `Llegaron con ellos: ${references}`,
    by: (name: string) => `por ${name}`,
    grounds: {
      hand: 'A mano',
      suggestion: 'Se aceptó una sugerencia',
      proved: 'Por sí solo: lo mismo está comprobado en ambos',
      attested: 'Por sí solo: los proveedores confirman lo mismo en ambos'
    },
    until: (date: string) => `Se puede deshacer hasta el ${date}`,
    over: 'Demasiado antigua para deshacerla',
    undone: 'Deshecha',
    undo: 'Deshacer la fusión',
    undoTitle: (reference: string) => `¿Deshacer la fusión de ${reference}?`,
    undoText: 'Vuelven a ser dos clientes, cada uno con lo que tenía. Lo escrito desde la fusión se queda aquí y se indica. Nada volverá a unirlos por sí solo.',
    undoDone: 'Se deshizo la fusión.',
    undoStayed: (what: string) => `Se deshizo la fusión. Escrito después y por eso se queda aquí: ${what}`,
    stayed: (what: string) => `Escrito después y dejado en su sitio: ${what}`,
    active: 'Activo',
    fields: {
      state: 'Estado',
      claim: (field: string) => `${field}, según la propia persona`,
      identifier: 'Dirección o número',
      account: 'Cuenta de canal',
      attribute: 'Un atributo eliminado'
    },
    sources: {
      signed_session: 'una sesión firmada',
      look_up: 'su propio sistema, consultado en una llamada',
      rule: 'una regla',
      attested: 'el proveedor del canal',
      claimed: 'la propia persona'
    }
  }
};
