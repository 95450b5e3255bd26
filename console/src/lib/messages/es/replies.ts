import { plural } from '../../format/plural';
import type { Translation } from '../shape';

/** The page of canned replies, and after how long chats end. */
export const replies = {
  replies: {
    title: 'Respuestas guardadas',
    text: 'Respuestas que da una y otra vez. Escriba / en una conversación para insertar una.',
    create: 'Nueva respuesta guardada',
    empty: 'Aún no hay respuestas guardadas',
    emptyText: 'Escriba la primera: un saludo, su horario, cómo devolver algo.',
    name: 'Nombre corto',
    nameHelp: 'Una palabra que se escribe tras /.',
    titleLabel: 'Título',
    titleHelp: 'Para qué sirve. Solo lo ve su equipo.',
    reply: 'Texto',
    textHelp: 'Quien ve un valor enmascarado recibe lo que hay tras |, por ejemplo {profile.phone|su número}.',
    language: 'Idioma',
    anyLanguage: 'Cualquier idioma',
    audience: 'Quién la ve',
    everybody: 'Todos',
    everybodyHelp: 'Quien responde a clientes.',
    group: 'Un grupo',
    groupHelp: 'Solo sus miembros.',
    personal: 'Solo yo',
    personalHelp: 'Nadie más, tampoco los administradores.',
    chooseGroup: 'Grupo',
    used: 'Usada',
    never: 'Nunca',
    times: (n: number) => plural(n, { one: '# vez', many: '# veces', other: '# veces' }),
    search: 'Buscar respuestas guardadas',
    noMatch: 'Ninguna respuesta guardada contiene esto.',
    deleted: (name: string) => `Se eliminó ${name}.`
  },

  chatEnd: {
    title: 'Fin de los chats',
    minutes: 'Un chat termina solo tras',
    minutesHelp: 'Minutos sin respuesta a su mensaje. 0: nunca.',
    status: 'Estado del caso después'
  }
} satisfies Translation;
