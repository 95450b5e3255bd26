/** How a customer writes. */
export const habits = {
  habits: {
    title: 'Habits',
    help: 'Read from when and where they wrote in the last year, never from what.',
    channel: 'Writes mostly on',
    share: (what: string, percent: string) => `${what} (${percent})`,
    hours: 'Writes mostly',
    zone: (zone: string) => `Hours in ${zone}.`,
    topics: 'Writes about',
    customerAnswers: 'Usually answers within',
    companyAnswers: 'Is usually answered within',
    none: 'Not enough messages yet to tell.'
  }
};
