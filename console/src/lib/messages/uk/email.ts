import type { Translation } from '../shape';

/** Mailboxes: how one is connected, and what a mail is about. */
export const email = {
  email: {
    needs: {
      one: 'Підготуйте адресу, назви серверів для читання (IMAP) і надсилання (SMTP) та пароль.',
      two: 'Деякі постачальники вимагають пароль для окремого застосунку: створіть його у своєму обліковому записі.',
      three: 'Щоб відправникам вірили, ваш поштовий сервер має перевіряти листи й записувати в них результат (Authentication-Results). Під якою назвою, знає його адміністратор.'
    },
    imapPassword: 'Пароль',
    smtpPassword: 'Пароль для надсилання',
    smtpPasswordHelp: 'Якщо порожньо, той самий, що й для читання.',
    address: 'Адреса',
    addressHelp: 'На неї пишуть клієнти, і з неї надходять відповіді.',
    sender: 'Ім’я поруч',
    reading: 'Читання (IMAP)',
    sending: 'Надсилання (SMTP)',
    host: 'Сервер',
    port: 'Порт',
    security: 'Шифрування',
    securities: { tls: 'TLS', starttls: 'STARTTLS', none: 'Немає' },
    username: 'Ім’я користувача',
    usernameHelp: 'Порожньо, якщо сервер його не питає.',
    authserv: 'Сервер, що ручається за відправників',
    authservHelp: 'Назва, під якою він записує Authentication-Results. Якщо порожньо, ніхто не ручається: кожен лист з адреси є окремою розмовою, доки відправник не доведе, хто він. «Перевірити» показує знайдені назви.',
    folder: 'Папка',
    markSeen: 'Позначати листи прочитаними, коли вони вже тут',
    subject: 'Тема'
  }
} satisfies Translation;
