export const mandates = {
  mandates: {
    title: 'Poderes',
    create: 'Añadir un poder',
    text: 'Alguien que puede actuar por este cliente. Un poder es una prueba: no se cambia, solo se acorta o se revoca.',
    none: 'Nadie puede actuar por este cliente.',
    directions: {
      represented: 'Puede actuar por este cliente',
      representative: 'Este cliente actúa por'
    },
    states: {
      active: 'Vigente',
      future: 'Aún no',
      ended: 'Terminado',
      revoked: 'Revocado'
    },
    fromTo: (from: string, to: string) => `del ${from} al ${to}`,
    from: (from: string) => `desde el ${from}, sin fin`,
    representative: 'Quién actúa',
    chooseFirst: 'Busque y elija quién actúa.',
    kind: 'Tipo',
    scope: 'Para qué',
    scopes: {
      topics: 'Algunos temas',
      all: 'Todos los temas'
    },
    allHelp: 'Incluidos los que se creen después.',
    chooseTopics: 'Elija al menos un tema.',
    validFrom: 'Primer día',
    validUntil: 'Último día',
    untilHelp: 'Vacío: sin fin.',
    documents: 'Documentos',
    documentTitle: 'Qué es',
    documentReference: 'Dónde está archivado',
    addDocument: 'Añadir documento',
    shorten: 'Acortar',
    shortenTitle: 'Acortar este poder',
    shortenText: 'Termina después del día elegido. No se puede volver a alargar; para eso hace falta un poder nuevo.',
    shortened: 'El poder se acortó.',
    revoke: 'Revocar',
    revokeTitle: '¿Revocar este poder?',
    revokeText: 'Termina ahora, también en las atenciones en curso. Queda registrado.',
    revoked: 'El poder fue revocado.'
  },
  locks: {
    title: 'Bloqueos y excepciones',
    text: 'Clientes con demasiadas verificaciones fallidas. Quien no llevó ninguna puede permitir una más en la próxima hora.',
    empty: 'Nadie está bloqueado',
    emptyText: 'Quien falla demasiado en un día aparece aquí.',
    failures: 'Fallos',
    until: 'Bloqueado hasta',
    open: 'Se permite una más',
    allow: 'Permitir una más',
    another: 'Debe hacerlo otra persona.',
    allowTitle: (name: string) => `¿Permitir una más para ${name}?`,
    allowText: 'Una verificación en la próxima hora. Si falla, vuelve el bloqueo. Al menos diez caracteres: queda registrado.',
    allowed: 'Se permite una más durante una hora.',
    alerts: 'Fallos inusuales',
    alert: (failed: number, all: number) => `Fallaron ${failed} de ${all} verificaciones.`
  }
};
