/** How a customer writes. */
export const habits = {
  habits: {
    title: 'Zwyczaje',
    help: 'Odczytane z tego, kiedy i gdzie pisano w ostatnim roku, nigdy z treści.',
    channel: 'Najczęściej pisze przez',
    share: (what: string, percent: string) => `${what} (${percent})`,
    hours: 'Najczęściej pisze',
    zone: (zone: string) => `Godziny w strefie ${zone}.`,
    topics: 'Pisze o',
    customerAnswers: 'Zwykle odpowiada w ciągu',
    companyAnswers: 'Zwykle dostaje odpowiedź w ciągu',
    none: 'Jeszcze za mało wiadomości, by coś powiedzieć.'
  }
};
