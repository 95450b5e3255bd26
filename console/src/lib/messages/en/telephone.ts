/** The telephones on which colleagues take calls. */
export const telephone = {
  telephone: {
    title: 'Telephone for calls',
    text: 'Calls for you, your groups and their queues ring this telephone while you are here. To take one, answer and press a key.',
    number: 'Number',
    numberHelp: 'With the country code, such as +46706170786. Only its owner and administrators see it; callers see the number of the company. Empty: no telephone.',
    rings: 'Rings for calls',
    item: 'Telephone',
    of: (name: string) => `Telephone of ${name}`,
    textOf: 'Calls for this person, their groups and their queues ring this telephone while they are here. To take one, they answer and press a key.',
    answer: 'Your telephone rings. Answer it and press a key.'
  }
};
