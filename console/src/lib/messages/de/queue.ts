import { plural } from '../../format/plural';

export const queue = {
  views: { mine: 'Meine', unassigned: 'Nicht zugewiesen', notIdentified: 'Nicht identifiziert' },

  bulk: {
    select: 'Unterhaltungen auswählen',
    stop: 'Auswahl beenden',
    pick: (name: string) => `Unterhaltung mit ${name} auswählen`,
    close: 'Beenden und schließen',
    endTitle: (n: number) => plural(n, { one: '# Chat beenden?', other: '# Chats beenden?' }),
    endText: 'Die Kunden sehen, dass der Chat beendet ist, und die Unterhaltungen werden geschlossen. Eine neue Nachricht beginnt einen neuen. Das lässt sich nicht rückgängig machen.',
    done: (n: number) => plural(n, { one: '# Unterhaltung geändert.', other: '# Unterhaltungen geändert.' }),
    undone: 'Wiederhergestellt.'
  },

  queue: {
    waits: 'Wartet auf eine Antwort',
    wrongCode: 'Hat einen falschen Code gesendet',
    asked: 'Wurde um einen Code gebeten',
    askedNow: 'Gerade gebeten',
    testChat: 'Testchat'
  }
};
