export const together = {
  together: {
    find: 'Sök i konversationer',
    stopFind: 'Avsluta sökningen',
    writing: (names: string) => `Skriver här: ${names}`,
    answered: (name: string) => `${name} svarade under tiden. Läs det först; din text finns kvar.`,
    somebody: 'Någon annan',
    anyway: 'Skicka ändå'
  }
};
