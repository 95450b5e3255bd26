import type { Translation } from '../shape';

/** Attributes that are needed before a conversation is closed. */
export const closing = {
  closing: {
    required: 'Necesario para cerrar una conversación',
    requiredHelp: 'Nadie cierra una conversación antes de que esto tenga un valor, ni a mano ni por la API. Las reglas y los temporizadores sí.',
    tag: 'Necesario para cerrar',
    title: 'Antes de cerrarla',
    text: 'Esto es necesario antes de cerrar la conversación.',
    textEnd: 'Esto es necesario antes de terminar el chat y cerrar el caso.',
    close: 'Guardar y cerrar',
    mayNot: 'Otras personas de su equipo modifican a los clientes. Pídales que rellenen:',
    unknown: 'Rellene lo que falta en el panel junto a la conversación.',
    yes: 'Sí',
    no: 'No',
    choose: 'Elegir'
  }
} satisfies Translation;
