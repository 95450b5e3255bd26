import { plural } from '../../format/plural';
import type { Translation } from '../shape';

/** The end of a chat, and canned replies while one writes. */
export const answering = {
  chatTimer: {
    left: (time: string) => `Le chat se termine dans ${time}`,
    why: 'Le chat se termine de lui-même si le client ne répond pas.',
    extend: '+5 min',
    extendLabel: 'Garder le chat ouvert 5 minutes de plus',
    warning: 'Ce chat se termine dans moins d’une minute si le client ne répond pas.',
    notice: 'Un de vos chats se termine dans une minute',
    endKey: 'Terminer le chat'
  },

  replyPicker: {
    open: 'Insérer une réponse type',
    list: 'Réponses types',
    found: (n: number) => plural(n, { one: '# réponse type', many: '# réponses types', other: '# réponses types' }),
    none: 'Aucune réponse type ne contient cela.',
    noneYet: 'Il n’y a pas encore de réponses types.',
    loading: 'Chargement des réponses types…',
    leftOut: (names: string) => `Laissé de côté, car vous le voyez masqué : ${names}`
  }
} satisfies Translation;
