export const masking = {
  maskingPage: {
    text: 'Activado: este rol ve el valor enmascarado en todas partes. Quien ve máscaras puede igualmente encontrar a un cliente por el valor exacto, responderle y mostrar un solo valor con un motivo.',
    viewAs: 'Ver como',
    value: 'Valor',
    differs: 'distinto',
    attributesHelp: 'Los marcados como personales o sensibles, salvo que abajo se indique otra cosa.',
    reveals: 'Valores mostrados por hora',
    revealsHelp: 'Cada uno con un motivo, registrado y oculto de nuevo tras un minuto. 0: nunca.',
    patterns: 'Patrones propios',
    patternsText: 'Lo que solo usa su empresa: números de cuenta, tarjetas de socio. Se oculta en mensajes y notas, también en los anteriores, a quien ve allí enmascarados los datos personales. Expresiones regulares sin look-around.',
    pattern: 'Patrón',
    patternName: 'Tarjeta de socio',
    addPattern: 'Añadir un patrón',
    tryOn: 'Probar con un texto',
    tryHelp: 'Lo que podría escribir un cliente. No se guarda.',
    try: 'Probar',
    surfaces: 'Dónde valen las máscaras',
    seenBy: (role: string) => `Así lo ve: ${role}`,
    maskedFor: (field: string, role: string) => `${field}: enmascarado para ${role}`,
    maskOf: (field: string) => `Máscara de ${field}`,
    revealsOf: (role: string) => `Valores mostrados por hora: ${role}`,
    fields: {
      name: 'Nombres',
      email: 'Direcciones de correo',
      phone: 'Números de teléfono',
      ids: 'Identificadores de clientes y canales',
      attributes: 'Otros atributos',
      text: 'Datos personales en mensajes y notas'
    },
    masks: {
      hidden: 'Nada',
      year: 'El año',
      ends: 'Los dos primeros y los dos últimos',
      last4: 'Los cuatro últimos',
      name: 'La inicial',
      email: 'El dominio',
      phone: 'Las cuatro últimas cifras',
      town: 'La localidad',
      auto: 'Como siempre',
      other: 'Otra máscara, fijada por la API'
    },
    surface: {
      screens: ['Pantallas', 'Listas, página del cliente, conversaciones y el panel de al lado.'],
      api: ['API', 'Todas las respuestas. Las claves de API ven valores personales solo con el permiso para ello.'],
      live: ['Actualizaciones en vivo', 'Llevan identificadores; cada cual obtiene lo que su rol puede ver.'],
      search: ['Búsqueda', 'Solo valores exactos, contados y registrados. Nadie encuentra un valor enmascarado por su comienzo, por el orden ni por palabras de mensajes.'],
      rules: ['Reglas y respuestas', 'Nadie pregunta por lo que ve enmascarado ni lo inserta.'],
      files: ['Exportar e importar', 'Los archivos contienen lo que muestra la pantalla; una máscara nunca se toma por un valor.'],
      webhooks: ['Webhooks', 'Solo identificadores, salvo que se activen los datos personales.'],
      logs: ['Registros, métricas y errores', 'Nunca valores personales, para nadie.']
    }
  }
};
