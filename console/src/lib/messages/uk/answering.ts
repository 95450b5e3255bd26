import { plural } from '../../format/plural';
import type { Translation } from '../shape';

/** The end of a chat, and canned replies while one writes. */
export const answering = {
  chatTimer: {
    left: (time: string) => `Чат завершиться за ${time}`,
    why: 'Чат завершується сам, якщо клієнт не відповість.',
    extend: '+5 хв',
    extendLabel: 'Залишити чат відкритим ще на 5 хвилин',
    warning: 'Цей чат завершиться менш ніж за хвилину, якщо клієнт не відповість.',
    notice: 'Один із ваших чатів завершиться за хвилину',
    endKey: 'Завершити чат'
  },

  replyPicker: {
    open: 'Вставити готову відповідь',
    list: 'Готові відповіді',
    found: (n: number) => plural(n, { one: '# готова відповідь', few: '# готові відповіді', many: '# готових відповідей', other: '# готової відповіді' }),
    none: 'Жодна готова відповідь цього не містить.',
    noneYet: 'Готових відповідей ще немає.',
    loading: 'Готові відповіді завантажуються…',
    leftOut: (names: string) => `Пропущено, бо ви бачите це замаскованим: ${names}`
  }
} satisfies Translation;
