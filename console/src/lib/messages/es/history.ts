import { plural } from '../../format/plural';

/** What happened to an installation, and the words of the web chat. */
export const history = {
  history: {
    title: 'Historial',
    text: 'Cuándo arrancaron y terminaron los servidores, cuándo se actualizó la base de datos y qué no se pudo entregar.',
    started: (version: string) => `Servidor iniciado, versión ${version}`,
    stopped: 'Servidor detenido',
    lost: 'Un servidor desapareció sin avisar',
    lostHelp: 'Un corte de luz, falta de memoria o un cierre forzado: el registro del sistema sabe más. No se ha perdido nada de lo confirmado.',
    migrated: (version: string, n: number) =>
      plural(n, { one: `Base de datos llevada a la versión ${version} en # paso`, many: `Base de datos llevada a la versión ${version} en # pasos`, other: `Base de datos llevada a la versión ${version} en # pasos` }),
    gaveUp: {
      webhook: (n: number) => plural(n, { one: 'Se desistió de # entrega a un webhook', many: 'Se desistió de # entregas a un webhook', other: 'Se desistió de # entregas a un webhook' }),
      message: (n: number) => plural(n, { one: 'No se pudo entregar # mensaje', many: 'No se pudieron entregar # mensajes', other: 'No se pudieron entregar # mensajes' })
    }
  },

  chatPhrases: {
    open: 'Textos…',
    save: 'Guardar textos',
    frame: 'Vista previa del chat',
    states: {
      talk: 'En una conversación',
      new: 'Primera visita',
      away: 'No hay nadie',
      typing: 'Alguien escribe',
      signed_in: 'Con sesión iniciada',
      ended: 'Chat terminado',
      no_net: 'Sin conexión',
      unavailable: 'No disponible'
    },
    phrase: {
      chat: 'Nombre del chat',
      placeholder: 'En el campo de mensaje vacío',
      send: 'Botón de enviar',
      fresh: 'Cuando empieza otra persona',
      ended: 'Cuando el chat ha terminado',
      proved: 'Tras identificar al cliente',
      typing: 'Mientras alguien escribe',
      away: 'Cuando no hay nadie',
      away_text: 'Cuando no hay nadie, explicación',
      your_name: 'Campo del nombre',
      your_email: 'Campo del correo electrónico',
      attach: 'Botón de archivos',
      offline: 'Sin conexión',
      unavailable: 'Cuando algo falla',
      unavailable_text: 'Cuando algo falla, explicación'
    } as Record<string, string>
  }
};
