export const together = {
  together: {
    find: 'Szukaj w rozmowach',
    stopFind: 'Zakończ wyszukiwanie',
    writing: (names: string) => `Pisze tutaj: ${names}`,
    answered: (name: string) => `W międzyczasie jest już odpowiedź: ${name}. Najpierw ją przeczytaj; Twój tekst nadal tu jest.`,
    somebody: 'ktoś inny',
    anyway: 'Wyślij mimo to'
  }
};
