import { plural } from '../../format/plural';

export const merge = {
  merge: {
    menu: 'Slå ihop med en annan kund …',
    title: (customer: string) => `Slå ihop med ${customer}`,
    findText: 'Sök den andra på referens, e-post, telefon eller externt id. Inget händer innan du har sett vad det skulle göra.',
    find: 'Referens, e-post, telefon eller externt id',
    nobody: 'Ingen annan kund hittades',
    nobodyText: 'Kontrollera vad du skrev. Värden jämförs i sin helhet.',
    another: 'Välj en annan',
    goesOn: 'Finns kvar',
    standsBehind: 'Blir en del av den',
    swap: 'Åt andra hållet',
    better: 'Det vore bättre åt andra hållet: den andra är styrkt, mer känd eller äldre.',
    gains: 'Vad den får',
    noGains: 'Inget som den inte redan har.',
    conflicts: 'Där de två skiljer sig åt',
    noConflicts: 'De motsäger inte varandra någonstans.',
    wins: 'Står kvar',
    gives: 'Ger vika',
    of: (reference: string) => `Enligt ${reference}`,
    effects: 'Vad mer som händer',
    accounts: (n: number) =>
      plural(n, {
        one: '# konto i en kanal flyttas över, med sina konversationer. Chattar fortsätter.',
        other: '# konton i kanaler flyttas över, med sina konversationer. Chattar fortsätter.'
      }),
    noAccounts: 'Inget konto i en kanal flyttas.',
    endsCodes: (reference: string) => `Gällande koder för ${reference} upphör.`,
    left: (n: number) =>
      plural(n, {
        one: '# adress eller nummer leder inte längre till någon: en kund har högst tio av varje slag.',
        other: '# adresser eller nummer leder inte längre till någon: en kund har högst tio av varje slag.'
      }),
    leads: (from: string, into: string) => `${from} leder till ${into} från och med då.`,
    noLevel: 'Det höjer ingen nivå: en kollegas ord är inget belägg.',
    days: 'I 30 dagar kan det tas tillbaka.',
    why: 'Varför är de två samma kund?',
    verb: 'Slå ihop',
    done: (from: string, into: string) => `${from} är nu en del av ${into}.`,
    landed: (old: string, now: string) => `${old} slogs ihop med ${now}, som du ser här.`,
    list: 'Sammanslagna kunder',
    cameAlong: (references: string) => `Följde med dem: ${references}`,
    by: (name: string) => `av ${name}`,
    grounds: {
      hand: 'För hand',
      suggestion: 'Ett förslag godtogs',
      proved: 'Av sig självt: samma sak är styrkt hos båda',
      attested: 'Av sig självt: leverantörer intygar samma sak hos båda'
    },
    until: (date: string) => `Kan tas tillbaka till ${date}`,
    over: 'För gammal för att tas tillbaka',
    undone: 'Tillbakatagen',
    undo: 'Ta tillbaka sammanslagningen',
    undoTitle: (reference: string) => `Ta tillbaka sammanslagningen av ${reference}?`,
    undoText: 'De är två kunder igen, var och en med det den hade. Det som skrivits sedan sammanslagningen stannar här och nämns. Inget slår ihop de två av sig självt igen.',
    undoDone: 'Sammanslagningen togs tillbaka.',
    undoStayed: (what: string) => `Sammanslagningen togs tillbaka. Skrivet senare och därför kvar här: ${what}`,
    stayed: (what: string) => `Skrivet senare och kvar på sin plats: ${what}`,
    active: 'Aktiv',
    fields: {
      state: 'Status',
      claim: (field: string) => `${field}, egen uppgift`,
      identifier: 'Adress eller nummer',
      account: 'Konto i en kanal',
      attribute: 'Ett raderat attribut'
    },
    sources: {
      signed_session: 'en signerad session',
      look_up: 'ert eget system, tillfrågat i ett samtal',
      rule: 'en regel',
      attested: 'kanalens leverantör',
      claimed: 'personen själv'
    }
  }
};
