/** How a customer writes. */
export const habits = {
  habits: {
    title: 'Vanor',
    help: 'Utläst av när och var de skrev det senaste året, aldrig av vad.',
    channel: 'Skriver mest via',
    share: (what: string, percent: string) => `${what} (${percent})`,
    hours: 'Skriver mest',
    zone: (zone: string) => `Klockslag i ${zone}.`,
    topics: 'Skriver om',
    customerAnswers: 'Svarar oftast inom',
    companyAnswers: 'Får oftast svar inom',
    none: 'Ännu för få meddelanden för att säga något.'
  }
};
