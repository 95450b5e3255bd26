/** How a customer writes. */
export const habits = {
  habits: {
    title: 'العادات',
    help: 'تُستخلص من وقت الكتابة ومكانها خلال السنة الماضية، لا من محتواها أبدًا.',
    channel: 'يكتب غالبًا عبر',
    share: (what: string, percent: string) => `${what} (${percent})`,
    hours: 'يكتب غالبًا',
    zone: (zone: string) => `الأوقات بحسب ${zone}.`,
    topics: 'يكتب عن',
    customerAnswers: 'يجيب عادةً خلال',
    companyAnswers: 'يُجاب عادةً خلال',
    none: 'لا تكفي الرسائل بعد للحكم.'
  }
};
