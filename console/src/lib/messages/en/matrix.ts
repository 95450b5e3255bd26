/** Matrix: how an account is connected, and what people in its rooms are told. */
export const matrix = {
  matrix: {
    needs: {
      one: 'Make an account for this alone at your homeserver, and never log in to it with an app such as Element: customers’ apps would then encrypt what they write, and that cannot be read here.',
      two: 'Log it in once with the command below. The answer holds its access_token: paste that here.',
      three: 'If many customers write to it, have your homeserver’s administrator lift the account’s rate limit.'
    } as Record<string, string>,
    command: 'Command that logs it in',
    invitations: 'Invitations',
    invitation: {
      direct: 'Only to rooms meant for two',
      all: 'To every room that people cannot enter unasked'
    },
    otherRooms: 'Rooms with more people',
    otherRoom: {
      leave: 'Say why, and leave',
      ignore: 'Do nothing'
    },
    otherRoomsHelp: 'What customers write where others read is not taken in: others could send their code.',
    encrypted: 'What customers are told in encrypted rooms',
    encryptedNotice: 'Encrypted messages cannot be read at this address. Please write in a room without encryption.',
    other: 'What rooms with more people are told',
    otherNotice: 'This address answers in conversations of two alone. Please write to it in a room of your own.'
  }
};
