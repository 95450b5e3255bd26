/** Clientes que pueden ser uno, y cuáles se unen por sí solos. */
export const unify = {
  suggestions: {
    title: 'Fusiones sugeridas',
    text: 'Parejas de clientes que pueden ser uno solo. Cada peso dice cuánto habla una coincidencia a favor o en contra: +1 duplica la probabilidad relativa.',
    tabs: 'Qué sugerencias',
    tab: { open: 'Abiertas', later: 'Más tarde', not_the_same: 'No son el mismo', accepted: 'Aceptadas' },
    empty: {
      open: ['Nada que decidir', 'Aquí aparecen parejas cuando dos clientes comparten una dirección, un número o un nombre que dice algo.'],
      later: ['Nada en espera', 'Lo que usted aplaza espera aquí.'],
      not_the_same: ['A nadie se mantuvo aparte', 'Aquí están las parejas de las que alguien dijo que son dos. No se vuelven a sugerir nunca.'],
      accepted: ['No se aceptó nada', 'Aquí están las sugerencias aceptadas mientras se mantenga su fusión.']
    },
    pair: (one: string, other: string) => `${one} y ${other}`,
    value: 'Valor',
    into: 'Permanece',
    from: 'Pasa a formar parte',
    since: 'Desde',
    claimed: 'afirmado',
    claimedHelp: 'Alguien lo dijo, sin prueba.',
    reasons: 'Por qué',
    isClaimed: (reason: string) => `${reason}, según se afirma`,
    score: (weight: string) => `Peso ${weight}`,
    scoreHelp: 'La suma de los pesos de abajo.',
    reason: {
      email: { same: 'Mismo correo electrónico' },
      phone: { same: 'Mismo teléfono', variant: 'Mismo teléfono, escrito de otra forma' },
      name: { same: 'Mismo nombre', close: 'Nombres parecidos', part: 'Parte del nombre en común', different: 'Nombres distintos' },
      birth_date: { same: 'Misma fecha de nacimiento', close: 'Fechas de nacimiento parecidas', different: 'Fechas de nacimiento distintas' },
      address: { same: 'Misma calle y número', close: 'Calles parecidas', street: 'Misma calle, otro número', different: 'Calles distintas' },
      post_code: { same: 'Mismo código postal', close: 'Códigos postales parecidos', different: 'Códigos postales distintos' },
      town: { same: 'Misma localidad', different: 'Localidades distintas' },
      device: { same: 'Mismo dispositivo' },
      colleague: { says: 'Lo dice alguien del equipo' }
    } as Record<string, Record<string, string>>,
    merge: 'Fusionar',
    notSame: 'No son el mismo',
    later: 'Más tarde',
    mayNot: 'Usted puede mirar. Decide quien puede fusionar clientes.',
    merged: (from: string, into: string) => `${from} forma ahora parte de ${into}.`,
    undone: 'Deshecho. Vuelven a ser dos clientes y ya no se sugieren.',
    undoneBut: 'Deshecho. Lo que se escribió desde entonces queda donde está.',
    look: 'Verlo',
    refuseTitle: '¿No son el mismo?',
    refuseText: (one: string, other: string) =>
      `${one} y ${other} no se vuelven a sugerir nunca ni se unen por sí solos. A mano se pueden fusionar todavía.`,
    refused: 'Siguen siendo dos.',
    postponed: 'Espera en «Más tarde».'
  },

  unification: {
    title: 'Unificación',
    text: 'Cuándo dos clientes se convierten en uno por sí solos. Toda fusión así se puede deshacer durante 30 días; lo demás que se parece se sugiere a una persona.',
    toggles: {
      email: ['Unir por correo electrónico', 'Dos clientes se convierten en uno cuando los servidores de correo responden por la misma dirección de ambos y ninguno está autenticado.'],
      phone: ['Unir por teléfono', 'Dos clientes se convierten en uno cuando WhatsApp, los SMS o un contacto compartido de Telegram responden por el mismo número de ambos y ninguno está autenticado.']
    },
    outlook: {
      merges: 'Pasarían a formar parte de otro cliente',
      suggestions: 'Se sugerirían',
      more: 'Hay más parejas de las que se cuentan de una vez. Las cifras son mínimos.',
      examples: 'Por ejemplo',
      counted: 'Contado entre los clientes que hay ahora. El ajuste vale para lo que se registre después: estos se unirán cuando se registre algo nuevo de ellos. Su consulta queda registrada.',
      counting: 'Se cuenta lo que haría …',
      turnOn: 'Activar'
    },
    fromNow: 'Un cambio vale para lo que se registre después.',
    saved: 'Guardado. Vale para lo que se registre desde ahora.',
    always: 'Siempre se unen',
    alwaysText: 'Dos clientes autenticados de los que su propio servidor dice la misma dirección o el mismo número.',
    never: 'Nunca se unen por sí solos',
    nevers: [
      'Quien solo afirma algo: escrito en un chat, dicho por una página sin firma, introducido por alguien del equipo. Se sugiere.',
      'Dos con id. externos distintos, una persona con una organización, y quien está bloqueado.',
      'Quienes comparten una dirección como info@, un número que no es de nadie o uno que consta en más de tres clientes.',
      'Quienes comparten casi lo mismo: una dirección con signo más, letras que se parecen, otra forma de escribir un número.',
      'De quienes alguien dijo que son dos, o cuya fusión se deshizo.'
    ],
    suggestions: 'Fusiones sugeridas'
  }
};
