export const together = {
  together: {
    find: 'Пошук у розмовах',
    stopFind: 'Завершити пошук',
    writing: (names: string) => `Пише тут: ${names}`,
    answered: (name: string) => `Тим часом уже є відповідь: ${name}. Спершу прочитайте; ваш текст збережено.`,
    somebody: 'хтось інший',
    anyway: 'Усе одно надіслати'
  }
};
