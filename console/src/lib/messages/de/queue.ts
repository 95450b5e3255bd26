import { plural } from '../../format/plural';

export const queue = {
  views: { mine: 'Meine', unassigned: 'Nicht zugewiesen', notIdentified: 'Nicht identifiziert' },

  glance: {
    waiting: 'Warten auf Antwort',
    unread: 'Ungelesen',
    openLongest: 'Die am längsten wartende öffnen',
    openFirst: 'Die erste öffnen',
    none: 'Noch keine Unterhaltung',
    noneText: 'Hier öffnet sich eine Unterhaltung, daneben steht, wer der Kunde ist und wie sicher das ist.',
    tryText: 'Dafür muss niemand schreiben: Im Testchat spielen Sie den Kunden selbst.'
  },

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
    nextKey: 'Nächste zum Beantworten',
    done: 'Hier ist alles getan.',
    next: 'Nächste Unterhaltung',
    noNext: 'Sonst wartet hier niemand.',
    testChat: 'Testchat'
  }
};
