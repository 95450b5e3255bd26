import { plural } from '../../format/plural';
import type { Translation } from '../shape';

/** The end of a chat, and canned replies while one writes. */
export const answering = {
  chatTimer: {
    left: (time: string) => `El chat termina en ${time}`,
    why: 'El chat termina solo si el cliente no responde.',
    extend: '+5 min',
    extendLabel: 'Mantener el chat abierto 5 minutos más',
    warning: 'Este chat termina en menos de un minuto si el cliente no responde.',
    notice: 'Uno de sus chats termina en un minuto',
    endKey: 'Terminar el chat'
  },

  replyPicker: {
    open: 'Insertar una respuesta guardada',
    list: 'Respuestas guardadas',
    found: (n: number) => plural(n, { one: '# respuesta guardada', many: '# respuestas guardadas', other: '# respuestas guardadas' }),
    none: 'Ninguna respuesta guardada contiene esto.',
    noneYet: 'Aún no hay respuestas guardadas.',
    loading: 'Se están cargando las respuestas guardadas…',
    leftOut: (names: string) => `Omitido, porque usted lo ve enmascarado: ${names}`
  }
} satisfies Translation;
