import { plural } from '../../format/plural';
import type { Translation } from '../shape';

/** The page of canned replies, and after how long chats end. */
export const replies = {
  replies: {
    title: 'Готові відповіді',
    text: 'Відповіді, які ви даєте знову й знову. Введіть / у розмові, щоб вставити одну з них.',
    create: 'Нова готова відповідь',
    empty: 'Готових відповідей ще немає',
    emptyText: 'Напишіть першу: привітання, години роботи, як щось повернути.',
    name: 'Коротка назва',
    nameHelp: 'Одне слово, яке вводять після /.',
    titleLabel: 'Заголовок',
    titleHelp: 'Для чого вона. Це бачить лише ваша команда.',
    reply: 'Текст',
    textHelp: 'Хто бачить значення замаскованим, отримує натомість те, що стоїть після |, наприклад {profile.phone|ваш номер}.',
    language: 'Мова',
    anyLanguage: 'Будь-яка мова',
    audience: 'Хто її бачить',
    everybody: 'Усі',
    everybodyHelp: 'Кожен, хто відповідає клієнтам.',
    group: 'Група',
    groupHelp: 'Лише її учасники.',
    personal: 'Лише я',
    personalHelp: 'Ніхто інший, навіть адміністратори.',
    chooseGroup: 'Група',
    used: 'Використано',
    never: 'Ніколи',
    times: (n: number) => plural(n, { one: '# раз', few: '# рази', many: '# разів', other: '# разу' }),
    search: 'Пошук готових відповідей',
    noMatch: 'Жодна готова відповідь цього не містить.',
    deleted: (name: string) => `Видалено: ${name}.`
  },

  chatEnd: {
    title: 'Завершення чатів',
    minutes: 'Чат завершується сам через',
    minutesHelp: 'Хвилини без відповіді на ваше повідомлення. 0: ніколи.',
    status: 'Статус звернення потім'
  }
} satisfies Translation;
