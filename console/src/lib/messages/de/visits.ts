import { plural } from '../../format/plural';

/** Wer auf den Websites ist und was er sich angesehen hat. */
export const visits = {
  visits: {
    title: 'Live-Besucher',
    text: 'Wer in diesem Moment auf Ihren Websites ist, was angesehen wird und wie sicher ist, wer es ist.',
    show: 'Welche Besuche',
    live: 'Jetzt',
    all: 'Alle',
    count: (n: number) => plural(n, { one: '# Besucher jetzt', other: '# Besucher jetzt' }),
    more: (n: number) => plural(n, { one: '# neuer Besucher', other: '# neue Besucher' }),
    site: 'Website',
    anySite: 'Alle Websites',
    stateFilter: 'Zustand',
    anyState: 'Jeder Zustand',
    ofCustomer: 'Besuche eines Kunden',
    ofDevice: 'Besuche eines Geräts',
    visitor: 'Besucher',
    perhaps: 'Vielleicht',
    on: 'Seite',
    pages: (n: number) => plural(n, { one: '# Seite', other: '# Seiten' }),
    time: 'Auf der Website',
    source: 'Kam von',
    direct: 'Direkt',
    now: 'Jetzt auf der Website',
    last: 'Zuletzt gesehen',
    empty: 'In diesem Moment ist niemand da',
    emptyText: 'Wer eine Seite mit dem Codeausschnitt öffnet, erscheint hier von selbst.',
    emptyAll: 'Noch keine Besuche',
    seeAll: 'Frühere Besuche ansehen',
    sites: 'Eine Website einrichten',
    state: { anonymous: 'Anonym', recognised: 'Erkannt', assumed: 'Vermutet', authenticated: 'Authentifiziert' },
    meaning: {
      anonymous: 'Nichts sagt uns, wer das ist.',
      recognised: 'Abgemeldet, oder von der Seite genannt: anfangs sicher, mit jeder untätigen Minute weniger.',
      assumed: 'Eine Vermutung: In diesem Browser war schon einmal jemand angemeldet.',
      authenticated: 'In diesem Moment auf der Website angemeldet.'
    },
    unsigned: 'Das sagt nur die Seite: Die Anmeldung kam ohne ein Token des Servers.',
    sure: (percent: string) => `zu ${percent} sicher`
  },

  visit: {
    title: 'Besuch',
    who: 'Wer',
    called: 'Heißt auf der Website',
    began: 'Begann',
    ended: 'Endete',
    lasted: 'Dauerte',
    entry: 'Erste Seite',
    current: 'Sieht an',
    seen: 'Seiten und Ereignisse',
    events: (n: number) => plural(n, { one: '# Ereignis', other: '# Ereignisse' }),
    device: 'Gerät',
    devices: { desktop: 'Computer', mobile: 'Telefon', tablet: 'Tablet' },
    language: 'Sprache',
    deviceVisits: 'Andere Besuche dieses Geräts',
    shared: 'Mehrere Personen benutzen dieses Gerät',
    sharedText: 'Wer vorher hier war, sagt wenig darüber, wer jetzt hier ist. Die Seiten aller bleiben getrennt: Niemand wird mit denen eines anderen gezeigt.',
    candidates: 'Wer es sein könnte',
    candidatesText: 'Aus früheren Besuchen dieses Geräts. Eine Vermutung, bis Sie es besser wissen.',
    uncertain: 'Ist es diese Person?',
    confirm: 'Bestätigen',
    reject: 'Nicht diese Person',
    confirmTitle: 'Bestätigen, wer das ist?',
    confirmText: 'Der Besuch wird von da an mit dieser Person gezeigt. Eine Stufe hebt das nicht: Als Nachweis zählt nur, was sie nachgewiesen hat.',
    rejectTitle: 'Nicht diese Person?',
    rejectText: 'Der Besuch wird nicht mehr mit dieser Person gezeigt, und sie wird dafür nicht wieder vorgeschlagen.',
    confirmed: 'Bestätigt und festgehalten.',
    rejected: 'Verneint und festgehalten.',
    story: 'Was geschah',
    empty: 'Noch wurde keine Seite aufgerufen.',
    moreEvents: 'Mehr Ereignisse zeigen',
    band: {
      before: 'Vor der Anmeldung',
      session: 'Angemeldet',
      recognised: 'Erkannt',
      anonymous: 'Niemand bekannt'
    },
    beforeOf: 'Gezeigt mit der Person, die sich danach anmeldete',
    afterOut: 'Nach der Abmeldung',
    signed: 'Durch ein signiertes Token',
    unsigned: 'Sagt nur die Seite',
    stillIn: 'noch angemeldet',
    until: (from: string, to: string) => `${from} bis ${to}`,
    active: (time: string) => `${time} aktiv`,
    stayed: (time: string) => `${time} auf der Seite`,
    open: 'jetzt offen',
    signIn: 'Angemeldet',
    signOut: 'Abgemeldet',
    userInfo: 'Die Seite sagte, wer das ist',
    untitled: 'Seite ohne Titel'
  },

  customerVisits: {
    title: 'Besuche',
    all: 'Alle Besuche',
    empty: 'Kein Besuch einer Website ist bekannt.'
  },

  onWebsite: {
    now: 'Jetzt auf der Website',
    last: 'Zuletzt auf der Website',
    open: 'Besuch öffnen'
  }
};
