import type { Translation } from '../shape';

/** Attributes that are needed before a conversation is closed. */
export const closing = {
  closing: {
    required: 'Потрібно, щоб закрити розмову',
    requiredHelp: 'Ніхто не закриє розмову, доки тут немає значення: ні вручну, ні через API. Правила й таймери все одно закривають.',
    tag: 'Потрібно для закриття',
    title: 'Перед закриттям',
    text: 'Це потрібно, перш ніж закрити розмову.',
    textEnd: 'Це потрібно, перш ніж завершити чат і закрити звернення.',
    close: 'Зберегти й закрити',
    mayNot: 'Дані клієнтів змінюють інші люди у вашій команді. Попросіть їх заповнити:',
    unknown: 'Заповніть те, чого бракує, на панелі поруч із розмовою.',
    yes: 'Так',
    no: 'Ні',
    choose: 'Виберіть'
  }
} satisfies Translation;
