/** How a customer writes. */
export const habits = {
  habits: {
    title: 'Costumbres',
    help: 'Según cuándo y dónde escribió en el último año, nunca según qué.',
    channel: 'Suele escribir por',
    share: (what: string, percent: string) => `${what} (${percent})`,
    hours: 'Suele escribir',
    zone: (zone: string) => `Horas de ${zone}.`,
    topics: 'Escribe sobre',
    customerAnswers: 'Suele responder en',
    companyAnswers: 'Suele recibir respuesta en',
    none: 'Aún no hay mensajes suficientes para decirlo.'
  }
};
