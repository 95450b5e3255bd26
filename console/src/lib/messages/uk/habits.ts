/** How a customer writes. */
export const habits = {
  habits: {
    title: 'Звички',
    help: 'За тим, коли й де писали протягом останнього року, ніколи не за змістом.',
    channel: 'Найчастіше пише через',
    share: (what: string, percent: string) => `${what} (${percent})`,
    hours: 'Найчастіше пише',
    zone: (zone: string) => `Години за ${zone}.`,
    topics: 'Пише про',
    customerAnswers: 'Зазвичай відповідає протягом',
    companyAnswers: 'Зазвичай отримує відповідь протягом',
    none: 'Поки замало повідомлень, щоб сказати.'
  }
};
