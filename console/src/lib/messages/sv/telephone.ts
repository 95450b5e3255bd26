/** The telephones on which colleagues take calls. */
export const telephone = {
  telephone: {
    title: 'Telefon för samtal',
    text: 'Samtal till dig, dina grupper och deras köer ringer på den här telefonen medan du är här. Svara och tryck på en knapp för att ta ett.',
    number: 'Nummer',
    numberHelp: 'Med landsnummer, till exempel +46706170786. Bara den det tillhör och administratörer ser det; den som ringer ser företagets nummer. Tomt: ingen telefon.',
    rings: 'Ringer vid samtal',
    item: 'Telefon',
    of: (name: string) => `Telefon för ${name}`,
    textOf: 'Samtal till personen, personens grupper och deras köer ringer på den här telefonen medan personen är här. Ett samtal tas genom att svara och trycka på en knapp.',
    answer: 'Din telefon ringer. Svara och tryck på en knapp.'
  }
};
