import { plural } from '../../format/plural';
import type { Translation } from '../shape';

/** The end of a chat, and canned replies while one writes. */
export const answering = {
  chatTimer: {
    left: (time: string) => `Chat endet in ${time}`,
    why: 'Der Chat endet von selbst, wenn der Kunde nicht antwortet.',
    extend: '+5 Min.',
    extendLabel: 'Den Chat 5 Minuten länger offen halten',
    warning: 'Dieser Chat endet in weniger als einer Minute, wenn der Kunde nicht antwortet.',
    notice: 'Einer Ihrer Chats endet in einer Minute',
    endKey: 'Chat beenden'
  },

  replyPicker: {
    open: 'Textbaustein einfügen',
    list: 'Textbausteine',
    found: (n: number) => plural(n, { one: '# Textbaustein', other: '# Textbausteine' }),
    none: 'Dazu gibt es keinen Textbaustein.',
    noneYet: 'Es gibt noch keine Textbausteine.',
    loading: 'Textbausteine werden geladen…',
    leftOut: (names: string) => `Weggelassen, weil Sie es maskiert sehen: ${names}`
  }
} satisfies Translation;
