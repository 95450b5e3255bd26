import { plural } from '../../format/plural';

export const inbox = {
  status: { open: 'Відкрите', pending: 'Очікує', closed: 'Закрите' },
  priority: { low: 'Низький', normal: 'Звичайний', high: 'Високий', urgent: 'Терміновий' },

  inbox: {
    title: 'Вхідні',
    queue: 'Черга',
    count: (n: number, more: boolean) => (more ? `${n}+` : `${n}`),
    fresh: (n: number) => plural(n, { one: '# нове', few: '# нові', many: '# нових', other: '# нового' }),
    freshLabel: (n: number) =>
      plural(n, {
        one: 'Показати # нове звернення',
        few: 'Показати # нові звернення',
        many: 'Показати # нових звернень',
        other: 'Показати # нового звернення'
      }),
    waiting: (span: string) => `чекає ${span}`,
    waitingTitle: (at: string) => `Чекає на відповідь з ${at}`,
    unread: (n: number) =>
      plural(n, {
        one: '# непрочитане повідомлення',
        few: '# непрочитані повідомлення',
        many: '# непрочитаних повідомлень',
        other: '# непрочитаного повідомлення'
      }),
    filters: 'Фільтри',
    filterStatus: 'Статус',
    filterAssignee: 'Призначено',
    group: 'Група',
    anyGroup: 'Будь-яка група',
    noGroup: 'Без групи',
    filterChannel: 'Канал',
    filterLevel: 'Рівень',
    sort: 'Порядок',
    sortWaiting: 'Чекають найдовше',
    sortNewest: 'Найновіші',
    mine: 'Мені',
    nobody: 'Нікому',
    anyStatus: 'Будь-який статус',
    anybody: 'Будь-кому',
    anyChannel: 'Будь-який канал',
    anyLevel: 'Будь-який рівень',
    empty: 'Ніхто не чекає',
    emptyText: 'Розмови з’являються тут, щойно клієнт напише в одному з ваших каналів.',
    emptyAction: 'Підключити канал',
    pick: 'Виберіть розмову',
    back: 'Назад до черги',
    showPanel: 'Хто це',
    you: 'Ви',
    noMessages: 'Повідомлень ще немає',
    loadEarlier: 'Попередні повідомлення',
    chatEnded: 'Чат завершено',
    caseNumber: (n: number) => `Звернення ${n}`,
    nextKey: 'Наступна розмова',
    previousKey: 'Попередня розмова',
    replyKey: 'Написати відповідь',
    noteKey: 'Написати нотатку',
    assignKey: 'Призначити мені'
  },

  conversation: {
    assign: 'Призначити',
    assignTo: 'Призначити',
    toMe: 'Призначити мені',
    unassign: 'Нікому',
    unassigned: 'Не призначено',
    statusLabel: 'Статус',
    priorityLabel: 'Пріоритет',
    askForCode: 'Попросити код',
    asked: 'Запит на код надіслано.',
    askedAlready: (ago: string) => `Попросили ${ago}`,
    endChat: 'Завершити чат',
    endTitle: 'Завершити цей чат?',
    endText: 'Клієнт побачить, що чат завершено. Нове повідомлення розпочне новий.',
    endStatus: 'Статус після цього',
    reply: 'Відповідь',
    note: 'Нотатка',
    kind: 'Вид повідомлення',
    replyTo: (name: string) => `Відповідь: ${name}`,
    replyPlaceholder: 'Напишіть відповідь…',
    notePlaceholder: 'Напишіть нотатку, яку бачитиме лише ваша команда…',
    send: 'Надіслати',
    addNote: 'Додати нотатку',
    sendHint: (isApple: boolean) => `${isApple ? '⌘' : 'Ctrl'} Enter — надіслати`,
    cannot: 'Ви можете читати цю розмову, але не відповідати.',
    from: { customer: 'Клієнт', user: 'Оператор', system: 'Countersign', rule: 'Правило', api: 'API' },
    noteBy: (name: string) => `Нотатка: ${name}`,
    noteMine: 'Ваша нотатка',
    noText: 'Вкладення без тексту',
    codeValid: 'Код прийнято',
    codeInvalid: 'Код не прийнято',
    identified: (level: string) => `${level} – за ідентифікаційним кодом`,
    retry: 'Надіслати ще раз',
    attachment: (name: string, size: string) => `${name}, ${size}`,
    attachmentHint: 'Від клієнта. Відкривається на іншому сайті.',
    fileComing: 'У дорозі: файл забирається з каналу.',
    fileLost: 'Не збережено: канал не віддав файл або файли такого виду не приймаються.',
    attach: 'Додати файл',
    uploading: (name: string) => `Завантажуємо ${name}…`,
    notUploaded: (name: string) => `${name} не завантажено.`,
    removeFile: (name: string) => `Прибрати ${name}`,
    typing: (name: string) => `${name} пише…`,
    hereToo: (names: string, n: number) =>
      plural(n, { one: `${names} теж тут`, few: `${names} теж тут`, many: `${names} теж тут`, other: `${names} теж тут` }),
    newMessages: (n: number) =>
      plural(n, {
        one: '# нове повідомлення',
        few: '# нові повідомлення',
        many: '# нових повідомлень',
        other: '# нового повідомлення'
      })
  },

  delivery: {
    queued: 'Очікує надсилання',
    sent: 'Надіслано',
    delivered: 'Доставлено',
    read: 'Прочитано',
    failed: 'Не надіслано'
  },

  outcome: {
    valid: 'Останній код був правильний.',
    not_sent: 'Код ще не надсилали.',
    invalid: 'Останній код був неправильний.',
    reason: {
      malformed: 'Це був не код: бракувало знака або він був хибний.',
      unknown: 'Такого коду нікому не видавали.',
      expired: 'Термін його дії минув. Попросіть новий.',
      superseded: 'Його замінив новіший код.',
      used: 'Його вже використали. Код діє один раз.',
      wrong_channel: 'Він призначався для іншого каналу.',
      unconfirmed: 'Правильний, але хтось вгадує коди: клієнт має підтвердити його на сторінці, що його видала.',
      locked: 'Із цього облікового запису надійшло забагато хибних кодів. Його тимчасово заблоковано.',
      revoked: 'Його відкликали.'
    }
  },

  panel: {
    title: 'Хто це',
    verify: 'Перевірити',
    openProfile: 'Відкрити клієнта',
    howWeKnow: 'Звідки ми знаємо',
    recorded: 'Записано',
    ends: 'Закінчується',
    noEvidence: 'Для цього облікового запису ще немає доказів.',
    details: 'Подробиці',
    attributes: 'Атрибути',
    claims: 'Каже про себе',
    claimsHelp: 'Те, що передав канал, без доказів. Само по собі нічого не змінює.',
    links: 'Прив’язки',
    noLinks: 'Жодного каналу не прив’язано.',
    email: 'Ел. пошта',
    phone: 'Телефон',
    externalId: 'Зовнішній ідентифікатор',
    language: 'Мова',
    account: 'Обліковий запис',
    kind: 'Вид',
    proved: 'Доведено',
    notProved: 'Не доведено',
    anonymous: 'Ще не знаємо, хто це'
  },

  link: {
    unlink: 'Відв’язати',
    unlinkTitle: 'Відв’язати цей обліковий запис?',
    unlinkText: (account: string, channel: string, name: string) =>
      `Обліковий запис «${account}» у каналі ${channel} більше не вважатиметься таким, що належить: ${name}. Розмова залишиться, її рівень знизиться до «Анонімний». Дію можна повернути.`,
    unlinked: 'Відв’язано.',
    undo: 'Скасувати прив’язку',
    undoTitle: 'Скасувати цю прив’язку?',
    undoText: 'Буде точно відновлено те, що було до неї.',
    undone: 'Скасовано.',
    ended: {
      unlinked: 'Відв’язано колегою',
      undone: 'Скасовано',
      superseded: 'Замінено новішою прив’язкою',
      expired: 'Термін дії минув',
      provider_id_changed: 'Обліковий запис у каналі змінився',
      erased: 'Стерто'
    }
  },

  explanation: {
    api_code: 'Надіслано одноразовий код, який ваш сервер видав для цього клієнта.',
    signed_widget_code: 'Надіслано одноразовий код, показаний на вашому сайті після входу; ваш сервер підписав, хто це був.',
    plain_widget_code: 'Надіслано одноразовий код зі сторінки, дані якої не були підписані: їх міг написати будь-хто.',
    signed_session: 'Чат із вашого сайту після входу; ваш сервер підписав, хто це.',
    agent_confirmed: 'Оператор зазначив, що цей обліковий запис належить клієнтові.',
    claimed: 'Так повідомив клієнт або канал.',
    imported: 'Ваш сервер указав, що цей обліковий запис належить клієнтові.'
  }
};
