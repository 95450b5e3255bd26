import { plural } from '../../format/plural';

export const queue = {
  views: { mine: 'Mina', unassigned: 'Ingens', notIdentified: 'Inte identifierade' },

  bulk: {
    select: 'Markera konversationer',
    stop: 'Sluta markera',
    pick: (name: string) => `Markera konversationen med ${name}`,
    close: 'Avsluta och stäng',
    endTitle: (n: number) => plural(n, { one: 'Avsluta # chatt?', other: 'Avsluta # chattar?' }),
    endText: 'Kunderna ser att chatten är avslutad och konversationerna stängs. Ett nytt meddelande startar en ny. Det går inte att ångra.',
    done: (n: number) => plural(n, { one: '# konversation ändrad.', other: '# konversationer ändrade.' }),
    undone: 'Återställt som det var.'
  },

  queue: {
    waits: 'Väntar på svar',
    wrongCode: 'Skickade en felaktig kod',
    asked: 'Har ombetts om en kod',
    askedNow: 'Ombedd nyss',
    testChat: 'Testchatt'
  }
};
