import { plural } from '../../format/plural';
import type { Translation } from '../shape';

/** The end of a chat, and canned replies while one writes. */
export const answering = {
  chatTimer: {
    left: (time: string) => `Czat zakończy się za ${time}`,
    why: 'Czat kończy się sam, jeśli klient nie odpowie.',
    extend: '+5 min',
    extendLabel: 'Zostaw czat otwarty o 5 minut dłużej',
    warning: 'Ten czat zakończy się za mniej niż minutę, jeśli klient nie odpowie.',
    notice: 'Jeden z Twoich czatów zakończy się za minutę',
    endKey: 'Zakończ czat'
  },

  replyPicker: {
    open: 'Wstaw gotową odpowiedź',
    list: 'Gotowe odpowiedzi',
    found: (n: number) => plural(n, { one: '# gotowa odpowiedź', few: '# gotowe odpowiedzi', many: '# gotowych odpowiedzi', other: '# gotowej odpowiedzi' }),
    none: 'Żadna gotowa odpowiedź tego nie zawiera.',
    noneYet: 'Nie ma jeszcze gotowych odpowiedzi.',
    loading: 'Wczytywanie gotowych odpowiedzi…',
    leftOut: (names: string) => `Pominięto, bo widzisz to zamaskowane: ${names}`
  }
} satisfies Translation;
