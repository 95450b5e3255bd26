/** The telephones on which colleagues take calls. */
export const telephone = {
  telephone: {
    title: 'Telefon do rozmów',
    text: 'Połączenia do Ciebie, Twoich grup i ich kolejek dzwonią na tym telefonie, gdy jesteś na miejscu. Aby przyjąć połączenie, odbierz i naciśnij klawisz.',
    number: 'Numer',
    numberHelp: 'Z kierunkowym kraju, np. +46706170786. Widzą go tylko właściciel i administratorzy; dzwoniący widzą numer firmy. Puste: brak telefonu.',
    rings: 'Dzwoni przy połączeniach',
    item: 'Telefon',
    of: (name: string) => `Telefon: ${name}`,
    textOf: 'Połączenia do tej osoby, jej grup i ich kolejek dzwonią na tym telefonie, gdy jest na miejscu. Aby przyjąć połączenie, odbiera i naciska klawisz.',
    answer: 'Twój telefon dzwoni. Odbierz i naciśnij klawisz.'
  }
};
