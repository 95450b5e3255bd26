export const together = {
  /** Several people in one conversation, and the field that finds one. */
  together: {
    find: 'Search conversations',
    stopFind: 'End the search',
    writing: (names: string) => `Writing here: ${names}`,
    answered: (name: string) => `${name} answered in the meantime. Read it first; what you wrote is still here.`,
    somebody: 'Somebody else',
    anyway: 'Send anyway'
  }
};
