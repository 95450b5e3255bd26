/** How a customer writes. */
export const habits = {
  habits: {
    title: 'Gewohnheiten',
    help: 'Daraus abgelesen, wann und wo im letzten Jahr geschrieben wurde, nie aus dem Inhalt.',
    channel: 'Schreibt meist über',
    share: (what: string, percent: string) => `${what} (${percent})`,
    hours: 'Schreibt meist',
    zone: (zone: string) => `Uhrzeiten in ${zone}.`,
    topics: 'Schreibt über',
    customerAnswers: 'Antwortet meist innerhalb von',
    companyAnswers: 'Bekommt meist Antwort innerhalb von',
    none: 'Noch zu wenige Nachrichten für eine Aussage.'
  }
};
