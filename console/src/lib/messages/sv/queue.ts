import { plural } from '../../format/plural';

export const queue = {
  views: { mine: 'Mina', unassigned: 'Ingens', notIdentified: 'Inte identifierade' },

  glance: {
    waiting: 'Väntar på svar',
    unread: 'Olästa',
    openLongest: 'Öppna den som väntat längst',
    openFirst: 'Öppna den första',
    none: 'Ingen konversation än',
    noneText: 'Här öppnas en konversation, och bredvid står vem kunden är och hur säkert det är.',
    tryText: 'Ingen behöver skriva för att du ska få se en: i testchatten spelar du kunden själv.'
  },

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
    nextKey: 'Nästa att besvara',
    done: 'Klart här.',
    next: 'Nästa konversation',
    noNext: 'Ingen annan väntar här.',
    testChat: 'Testchatt'
  }
};
