import { plural } from '../../format/plural';

export const queue = {
  views: { mine: 'Mías', unassigned: 'Sin asignar', notIdentified: 'Sin identificar' },

  glance: {
    waiting: 'Esperan respuesta',
    unread: 'Sin leer',
    openLongest: 'Abrir la que más espera',
    openFirst: 'Abrir la primera',
    none: 'Aún no hay conversaciones',
    noneText: 'Aquí se abre una conversación y, al lado, quién es el cliente y con qué certeza.',
    tryText: 'No hace falta que nadie escriba: en el chat de prueba, el cliente es usted.'
  },

  bulk: {
    select: 'Seleccionar conversaciones',
    stop: 'Dejar de seleccionar',
    pick: (name: string) => `Seleccionar la conversación con ${name}`,
    close: 'Finalizar y cerrar',
    endTitle: (n: number) => plural(n, { one: '¿Finalizar # chat?', other: '¿Finalizar # chats?' }),
    endText: 'Los clientes verán que el chat ha terminado y las conversaciones se cierran. Un mensaje nuevo inicia otra. No se puede deshacer.',
    done: (n: number) => plural(n, { one: '# conversación cambiada.', other: '# conversaciones cambiadas.' }),
    undone: 'Restablecido como estaba.'
  },

  queue: {
    waits: 'Espera una respuesta',
    wrongCode: 'Envió un código incorrecto',
    asked: 'Se le ha pedido un código',
    askedNow: 'Pedido ahora mismo',
    nextKey: 'Siguiente por responder',
    done: 'Aquí ya está todo hecho.',
    next: 'Siguiente conversación',
    noNext: 'Nadie más espera aquí.',
    testChat: 'Chat de prueba'
  }
};
