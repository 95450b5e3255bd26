/** Matrix: how an account is connected, and what people in its rooms are told. */
export const matrix = {
  matrix: {
    needs: {
      one: 'Skapa ett konto enbart för detta på er server och logga aldrig in på det med en app som Element: kundernas appar skulle då kryptera det de skriver, och det kan inte läsas här.',
      two: 'Logga in det en gång med kommandot nedan. Svaret innehåller dess access_token: klistra in det här.',
      three: 'Om många kunder skriver till det, be serverns administratör att ta bort kontots hastighetsgräns.'
    } as Record<string, string>,
    command: 'Kommando som loggar in',
    invitations: 'Inbjudningar',
    invitation: {
      direct: 'Endast till rum för två',
      all: 'Till varje rum som man inte kan gå in i utan inbjudan'
    },
    otherRooms: 'Rum med fler personer',
    otherRoom: {
      leave: 'Säga varför och lämna',
      ignore: 'Göra ingenting'
    },
    otherRoomsHelp: 'Det kunder skriver där andra läser tas inte emot: andra skulle kunna skicka deras kod.',
    encrypted: 'Vad kunder får veta i krypterade rum',
    encryptedNotice: 'Krypterade meddelanden kan inte läsas på den här adressen. Skriv i ett rum utan kryptering.',
    other: 'Vad rum med fler personer får veta',
    otherNotice: 'Den här adressen svarar bara i samtal mellan två. Skriv till den i ett eget rum.'
  }
};
