export const together = {
  together: {
    find: 'البحث في المحادثات',
    stopFind: 'إنهاء البحث',
    writing: (names: string) => `يكتب هنا: ${names}`,
    answered: (name: string) => `ردّ ${name} في هذه الأثناء. اقرأ الرد أولًا؛ ما كتبته ما زال هنا.`,
    somebody: 'شخص آخر',
    anyway: 'أرسل على أي حال'
  }
};
