import { plural } from '../../format/plural';

/** What happened to an installation, and the words of the web chat. */
export const history = {
  history: {
    title: 'Historik',
    text: 'När servrar startade och avslutades, när databasen uppdaterades och vad som inte kunde levereras.',
    started: (version: string) => `Servern startade, version ${version}`,
    stopped: 'Servern avslutades',
    lost: 'En server försvann utan att säga till',
    lostHelp: 'Strömavbrott, minnesbrist eller ett tvingat avslut: systemets egen logg vet mer. Inget som bekräftats har gått förlorat.',
    migrated: (version: string, n: number) =>
      plural(n, { one: `Databasen uppdaterades till version ${version} i # steg`, other: `Databasen uppdaterades till version ${version} i # steg` }),
    gaveUp: {
      webhook: (n: number) => plural(n, { one: '# webhook-leverans gavs upp', other: '# webhook-leveranser gavs upp' }),
      message: (n: number) => plural(n, { one: '# meddelande kunde inte levereras', other: '# meddelanden kunde inte levereras' })
    }
  },

  chatPhrases: {
    open: 'Texter…',
    save: 'Spara texter',
    frame: 'Förhandsvisning av chatten',
    states: {
      talk: 'I ett samtal',
      new: 'Första besöket',
      away: 'Ingen är på plats',
      typing: 'Någon skriver',
      signed_in: 'Inloggad',
      ended: 'Chatten är avslutad',
      no_net: 'Ingen anslutning',
      unavailable: 'Inte tillgänglig'
    },
    phrase: {
      chat: 'Chattens namn',
      placeholder: 'I det tomma meddelandefältet',
      send: 'Skicka-knappen',
      fresh: 'När en annan person börjar',
      ended: 'När chatten är avslutad',
      proved: 'När kunden har identifierats',
      typing: 'Medan någon skriver',
      away: 'När ingen är på plats',
      away_text: 'När ingen är på plats, förklaring',
      your_name: 'Fältet för namn',
      your_email: 'Fältet för e-postadress',
      attach: 'Knappen för filer',
      offline: 'Utan anslutning',
      unavailable: 'När något är fel',
      unavailable_text: 'När något är fel, förklaring'
    } as Record<string, string>
  }
};
