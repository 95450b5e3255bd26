import { plural } from '../../format/plural';

/** Vem som är på webbplatserna och vad de har tittat på. */
export const visits = {
  visits: {
    title: 'Besökare just nu',
    text: 'Vem som är på dina webbplatser just nu, vad de tittar på och hur säkert det är vilka de är.',
    show: 'Vilka besök',
    live: 'Just nu',
    all: 'Alla',
    count: (n: number) => plural(n, { one: '# besökare nu', other: '# besökare nu' }),
    more: (n: number) => plural(n, { one: '# ny besökare', other: '# nya besökare' }),
    site: 'Webbplats',
    anySite: 'Alla webbplatser',
    stateFilter: 'Tillstånd',
    anyState: 'Alla tillstånd',
    ofCustomer: 'En kunds besök',
    ofDevice: 'En enhets besök',
    visitor: 'Besökare',
    perhaps: 'Kanske',
    on: 'Sida',
    pages: (n: number) => plural(n, { one: '# sida', other: '# sidor' }),
    time: 'På webbplatsen',
    source: 'Kom från',
    direct: 'Direkt',
    now: 'På webbplatsen nu',
    last: 'Sågs senast',
    empty: 'Ingen är här just nu',
    emptyText: 'Den som öppnar en sida med kodavsnittet visas här av sig självt.',
    emptyAll: 'Inga besök än',
    seeAll: 'Titta på tidigare besök',
    sites: 'Ställ in en webbplats',
    state: { anonymous: 'Anonym', recognised: 'Igenkänd', assumed: 'Antagen', authenticated: 'Autentiserad' },
    meaning: {
      anonymous: 'Inget berättar vem det är.',
      recognised: 'Utloggad, eller nämnd av sidan: säkert i början, och mindre för varje overksam minut.',
      assumed: 'En gissning: någon har varit inloggad i den här webbläsaren förut.',
      authenticated: 'Inloggad på webbplatsen just nu.'
    },
    unsigned: 'Det säger bara sidan: inloggningen kom utan en token från servern.',
    sure: (percent: string) => `${percent} säkert`
  },

  visit: {
    title: 'Besök',
    who: 'Vem',
    called: 'Kallas av webbplatsen',
    began: 'Började',
    ended: 'Slutade',
    lasted: 'Varade',
    entry: 'Första sidan',
    current: 'Tittar på',
    seen: 'Sidor och händelser',
    events: (n: number) => plural(n, { one: '# händelse', other: '# händelser' }),
    device: 'Enhet',
    devices: { desktop: 'Dator', mobile: 'Telefon', tablet: 'Surfplatta' },
    language: 'Språk',
    deviceVisits: 'Andra besök från enheten',
    shared: 'Flera personer använder den här enheten',
    sharedText: 'Vem som var här förut säger lite om vem som är här nu. Allas sidor hålls isär: ingen visas med någon annans.',
    candidates: 'Vem det kan vara',
    candidatesText: 'Från enhetens tidigare besök. En gissning, tills du vet bättre.',
    uncertain: 'Är det den här personen?',
    confirm: 'Bekräfta',
    reject: 'Inte den här personen',
    confirmTitle: 'Bekräfta vem det är?',
    confirmText: 'Besöket visas med personen från och med då. Det höjer ingen nivå: bara det som personen har styrkt räknas som bevis.',
    rejectTitle: 'Inte den här personen?',
    rejectText: 'Besöket visas inte längre med personen, som inte heller föreslås för det igen.',
    confirmed: 'Bekräftat och antecknat.',
    rejected: 'Avvisat och antecknat.',
    story: 'Vad som hände',
    empty: 'Ingen sida har öppnats än.',
    moreEvents: 'Visa fler händelser',
    band: {
      before: 'Före inloggningen',
      session: 'Inloggad',
      recognised: 'Igenkänd',
      anonymous: 'Ingen känd'
    },
    beforeOf: 'Visas med den som sedan loggade in',
    afterOut: 'Efter utloggningen',
    signed: 'Genom en signerad token',
    unsigned: 'Det säger bara sidan',
    stillIn: 'fortfarande inloggad',
    until: (from: string, to: string) => `${from} till ${to}`,
    active: (time: string) => `${time} aktiv`,
    stayed: (time: string) => `${time} på sidan`,
    open: 'öppen nu',
    signIn: 'Loggade in',
    signOut: 'Loggade ut',
    userInfo: 'Sidan sade vem det är',
    untitled: 'Sida utan titel'
  },

  customerVisits: {
    title: 'Besök',
    all: 'Alla besök',
    empty: 'Inget besök på en webbplats är känt.'
  },

  onWebsite: {
    now: 'På webbplatsen nu',
    last: 'Senast på webbplatsen',
    open: 'Öppna besöket'
  }
};
