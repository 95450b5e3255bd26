import type { Translation } from '../shape';

/** Connecting messengers. The parts are named as the API names kinds, secrets and settings. */
export const messengers = {
  messengers: {
    choose: 'Вибір',
    connect: 'Підключити',
    try: 'Спробувати',
    steps: 'Кроки',
    back: 'Назад',
    done: 'Готово',
    connectTitle: (kind: string) => `Підключити: ${kind}`,
    need: 'Що потрібно',
    newTab: '(відкриється в новій вкладці)',
    set: 'Збережено',
    replace: 'Замінити',
    replaceOf: (name: string) => `Замінити: ${name}`,
    keep: 'Залишити поточний',
    secretHelp: 'Зберігається запечатаним на вашому сервері й більше нікому не показується.',
    checked: (kind: string) => `Перш ніж щось зберегти, сервер перевіряє це у ${kind}.`,
    asking: (kind: string) => `Перевірка у ${kind}…`,
    advanced: 'Додатково',
    refused: (kind: string) => `${kind} цього не приймає. Нічого не збережено.`,
    down: (kind: string) => `${kind} не відповідає. Нічого не збережено.`,
    connected: (kind: string) => `${kind} підключено.`,
    connectedAs: (kind: string, name: string) => `${kind} підключено як ${name}.`,
    working: 'Підключено',
    notWorking: 'Не працює',
    secretsSet: (names: string) => `Збережено: ${names}`,
    address: 'Адреса вебхука',
    verifyToken: 'Токен перевірки',
    pasteTitle: (kind: string) => `Вставте це у ${kind}`,
    notPublic: 'Ця адреса не починається з https://, тому постачальник нічого туди не надішле. Вкажіть у public_url адресу, за якою цей сервер доступний з інтернету.',
    nothingToPaste: 'Вставляти нічого не треба: решту сервер налаштував сам.',
    tryTitle: 'Напишіть у цей канал',
    tryText: 'Надішліть повідомлення так, як це зробив би клієнт. Воно зʼявиться у вхідних.',
    open: (kind: string) => `Відкрити ${kind}`,
    waiting: 'Очікування першого повідомлення…',
    arrived: 'Повідомлення надійшло.',
    toInbox: 'Відкрити вхідні',
    broken: (kind: string) => `${kind} не працює:`,
    gone: 'Доки це не виправлено, повідомлення можуть не надходити або не надсилатися.',
    mend: 'Змінити налаштування',
    text: {
      telegram: 'Бот, якому пишуть клієнти. Працює одразу, без публічної адреси.',
      whatsapp: 'Бізнес-номер у WhatsApp Cloud API від Meta.',
      messenger: 'Повідомлення вашої сторінки Facebook.',
      instagram: 'Приватні повідомлення вашого професійного облікового запису.',
      email: 'Скринька вашої компанії: читання через IMAP, відповіді через SMTP.',
      sms: 'Номер у Twilio або в постачальника з таким самим API.',
      viber: 'Viber-бот вашої компанії.',
      line: 'Офіційний обліковий запис LINE з Messaging API.',
      matrix: 'Обліковий запис на сервері Matrix, вашому чи будь-якому. Працює одразу, без публічної адреси.'
    },
    needs: {
      telegram: {
        one: 'Відкрийте @BotFather у Telegram.',
        two: 'Надішліть /newbot і дайте відповіді на два запитання. Для наявного бота надішліть /token.',
        three: 'У відповідь надійде токен. Вставте його нижче.'
      },
      whatsapp: {
        one: 'Відкрийте свій застосунок у Meta, додайте до нього WhatsApp і зареєструйте номер.',
        two: 'У розділі WhatsApp, API setup: скопіюйте ідентифікатор номера телефону. Створіть постійний токен доступу для системного користувача.',
        three: 'У розділі App settings, Basic: скопіюйте секрет застосунку.'
      },
      messenger: {
        one: 'Відкрийте свій застосунок у Meta й додайте до нього Messenger.',
        two: 'У розділі Messenger, API settings: підключіть свою сторінку та згенеруйте її токен доступу.',
        three: 'У розділі App settings, Basic: скопіюйте секрет застосунку.'
      },
      instagram: {
        one: 'Відкрийте свій застосунок у Meta й додайте до нього Instagram.',
        two: 'У розділі Instagram, API setup with Instagram login: додайте свій обліковий запис і згенеруйте його токен доступу.',
        three: 'На тій самій сторінці: скопіюйте секрет застосунку Instagram.'
      },
      sms: {
        one: 'Відкрийте консоль постачальника й отримайте номер, що приймає повідомлення.',
        two: 'На її першій сторінці: скопіюйте Account SID і Auth Token.',
        three: 'Якщо постачальник не Twilio: вкажіть адресу його API в розділі «Додатково».'
      },
      viber: {
        one: 'Відкрийте сайт Viber для партнерів і створіть бота або доручіть це своєму партнерові Viber.',
        two: 'У налаштуваннях бота: скопіюйте токен.'
      },
      line: {
        one: 'Відкрийте LINE Developers Console і виберіть канал Messaging API свого облікового запису.',
        two: 'На сторінці Basic settings: скопіюйте Channel secret.',
        three: 'На сторінці Messaging API: випустіть Channel access token і скопіюйте його.'
      }
    },
    paste: {
      whatsapp: 'У застосунку: WhatsApp, Configuration, Webhook. Вставте обидва значення, натисніть Verify and save, а потім підпишіться на поле messages.',
      messenger: 'У застосунку: Messenger, API settings, Webhooks. Вставте обидва значення, натисніть Verify and save, а потім підпишіть свою сторінку на messages.',
      instagram: 'У застосунку: Instagram, API setup, Webhooks. Вставте обидва значення, натисніть Verify and save, а потім підпишіться на messages.',
      sms: 'У налаштуваннях повідомлень номера: вставте її як вебхук для «A message comes in», метод POST.',
      line: 'На сторінці Messaging API: вставте її як Webhook URL, натисніть Verify, а потім увімкніть Use webhook.'
    },
    secret: {
      bot_token: 'Токен бота',
      access_token: 'Токен доступу',
      page_access_token: 'Токен доступу сторінки',
      app_secret: 'Секрет застосунку',
      auth_token: 'Auth Token',
      channel_access_token: 'Токен доступу каналу',
      channel_secret: 'Channel secret',
      signing: 'Секрет підпису'
    },
    setting: {
      phone_number_id: 'Ідентифікатор номера телефону',
      account_sid: 'Account SID',
      from: 'Відправник',
      verify_token: 'Токен перевірки',
      homeserver_url: 'Сервер Matrix',
      api_url: 'Адреса API'
    },
    help: {
      phone_number_id: 'Довге число; це не сам номер телефону.',
      account_sid: 'Починається з AC.',
      from: 'Номер із кодом країни, наприклад +15005550006, або SID служби повідомлень.',
      verify_token: 'Будь-який текст. Якщо порожньо, це ідентифікатор цього каналу.',
      homeserver_url: 'Його адреса або домен його облікових записів, наприклад https://matrix.example.org.',
      api_url: 'Якщо порожньо, це адреса постачальника. Змінюйте лише для власного сервера.'
    },
    receive: 'Як надходять повідомлення',
    receives: {
      poll: 'Їх забирає цей сервер',
      webhook: 'Їх надсилає Telegram'
    },
    receiveHelp: 'Забирати можна всюди. Для надсилання потрібна публічна адреса https://.',
    template: 'Шаблон після 24 годин',
    templateHelp: 'WhatsApp приймає ваші власні слова протягом 24 годин після останнього повідомлення клієнта. Потім замість них надсилається цей затверджений шаблон.',
    templateName: 'Назва шаблону',
    templateLanguage: 'Його мова, наприклад uk'
  }
} satisfies Translation;
