import { plural } from '../../format/plural';

/** What rules did in a conversation; by the words of `GET /v1/cases/{id}/firings`. */
export const firings = {
  firings: {
    fired: (name: string) => `Спрацювало правило «${name}»`,
    line: (rule: string, what: string) => `${rule}: ${what}`,
    nothing: 'нічого не зроблено',
    open: 'Відкрити правило',
    heldBack: (n: number) => plural(n, { one: '# затримано', few: '# затримано', many: '# затримано', other: '# затримано' }),
    outcome: { held: 'Затримано', skipped: 'Не виконано' } as Record<string, string>,
    because: {
      new_case: 'Почалася розмова',
      message: 'Надійшло повідомлення',
      change: 'Щось змінилося',
      half_hour: 'Минуло пів години',
      delay: 'Минув його час очікування'
    } as Record<string, string>,
    did: {
      send_message: 'надіслано повідомлення',
      ask_for_code: 'запитано код',
      end_chat: 'завершено чат',
      set_status: 'змінено статус',
      set_priority: 'змінено пріоритет',
      assign_agent: 'призначено комусь',
      assign_group: 'передано групі',
      assign_round_robin: 'призначено по черзі',
      unassign: 'знято призначення',
      add_labels: 'додано мітки',
      remove_labels: 'прибрано мітки',
      set_attribute: 'установлено атрибут',
      note: 'записано нотатку',
      notify: 'сповіщено колег',
      email_customer: 'надіслано лист',
      webhook: 'викликано інший сервер',
      stop: 'зупинено подальші правила'
    } as Record<string, string>,
    action: {
      send_message: 'Надіслати повідомлення',
      ask_for_code: 'Запитати код',
      end_chat: 'Завершити чат',
      set_status: 'Змінити статус',
      set_priority: 'Змінити пріоритет',
      assign_agent: 'Призначити комусь',
      assign_group: 'Передати групі',
      assign_round_robin: 'Призначити по черзі',
      unassign: 'Зняти призначення',
      add_labels: 'Додати мітки',
      remove_labels: 'Прибрати мітки',
      set_attribute: 'Установити атрибут',
      note: 'Записати нотатку',
      notify: 'Сповістити колег',
      email_customer: 'Надіслати лист',
      webhook: 'Викликати інший сервер',
      stop: 'Зупинити подальші правила'
    } as Record<string, string>,
    reason: {
      same_rule: 'Правило відповіло в цій розмові менш ніж хвилину тому.',
      too_many: 'За десять хвилин було надіслано три автоматичні відповіді.',
      too_many_today: 'За добу було надіслано десять автоматичних відповідей.',
      same_text: 'Той самий текст уже двічі прозвучав протягом години.',
      too_fast: 'Інша сторона відповідає швидше, ніж людина читає: мабуть, це машина.',
      unproved: 'За відправника ніхто не ручається, а на цю адресу за добу надійшло три автоматичні відповіді.',
      workspace: 'Робочий простір надсилав більше автоматичних відповідей, ніж дозволено.',
      no_text: 'Не лишилося тексту, який сказати.',
      limits_unreadable: 'Не вдалося прочитати обмеження.',
      nobody_in_the_group: 'У групі немає нікого активного.',
      too_many_labels: 'Розмова вже має стільки міток, скільки дозволено.',
      attribute_deleted: 'Атрибут видалено.',
      nobody_to_tell: 'Ніхто з тих, кого слід сповістити, не активний.',
      no_email_channel: 'Жодної скриньки не під’єднано.',
      no_email_address: 'Жодної адреси клієнта не підтверджено.',
      no_address: 'Не лишилося адреси, яку викликати.',
      address_too_long: 'Адреса стала задовгою.',
      body_too_long: 'Вміст став задовгим.'
    } as Record<string, string>
  }
};
