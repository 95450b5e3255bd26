/** Matrix: how an account is connected, and what people in its rooms are told. */
export const matrix = {
  matrix: {
    needs: {
      one: 'Legen Sie bei Ihrem Homeserver ein Konto nur dafür an und melden Sie sich damit nie in einer App wie Element an: Die Apps der Kunden würden sonst verschlüsseln, und das lässt sich hier nicht lesen.',
      two: 'Melden Sie es einmal mit dem Befehl unten an. Die Antwort enthält das access_token: Fügen Sie es hier ein.',
      three: 'Schreiben viele Kunden, lassen Sie die Ratenbegrenzung des Kontos vom Administrator des Homeservers aufheben.'
    } as Record<string, string>,
    command: 'Befehl zum Anmelden',
    invitations: 'Einladungen',
    invitation: {
      direct: 'Nur in Räume für zwei',
      all: 'In jeden Raum, den man nicht ungefragt betreten kann'
    },
    otherRooms: 'Räume mit mehr Personen',
    otherRoom: {
      leave: 'Grund nennen und verlassen',
      ignore: 'Nichts tun'
    },
    otherRoomsHelp: 'Was Kunden schreiben, wo andere mitlesen, wird nicht angenommen: Andere könnten ihren Code senden.',
    encrypted: 'Was Kunden in verschlüsselten Räumen erfahren',
    encryptedNotice: 'Verschlüsselte Nachrichten können an dieser Adresse nicht gelesen werden. Bitte schreiben Sie in einem Raum ohne Verschlüsselung.',
    other: 'Was Räume mit mehr Personen erfahren',
    otherNotice: 'Diese Adresse antwortet nur in Gesprächen zu zweit. Bitte schreiben Sie ihr in einem eigenen Raum.'
  }
};
