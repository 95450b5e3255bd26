/** Kunder som kan vara en, och vilka som blir en av sig själva. */
export const unify = {
  suggestions: {
    title: 'Föreslagna sammanslagningar',
    text: 'Par av kunder som kan vara en och samma. Varje vikt säger hur mycket en likhet talar för eller emot: +1 fördubblar oddsen.',
    tabs: 'Vilka förslag',
    tab: { open: 'Öppna', later: 'Senare', not_the_same: 'Inte samma', accepted: 'Godtagna' },
    empty: {
      open: ['Inget att avgöra', 'Par visas här när två kunder delar en adress, ett nummer eller ett namn som säger något.'],
      later: ['Inget väntar', 'Det du skjuter upp väntar här.'],
      not_the_same: ['Ingen har hållits isär', 'Här står par som någon har sagt är två. De föreslås aldrig igen.'],
      accepted: ['Inget har godtagits', 'Förslag som någon har godtagit står här så länge sammanslagningen består.']
    },
    pair: (one: string, other: string) => `${one} och ${other}`,
    value: 'Värde',
    into: 'Finns kvar',
    from: 'Blir en del av den',
    since: 'Sedan',
    claimed: 'påstått',
    claimedHelp: 'Någon har sagt det, utan bevis.',
    reasons: 'Varför',
    isClaimed: (reason: string) => `${reason}, påstått`,
    score: (weight: string) => `Vikt ${weight}`,
    scoreHelp: 'Summan av vikterna nedan.',
    reason: {
      email: { same: 'Samma e-postadress' },
      phone: { same: 'Samma telefonnummer', variant: 'Samma telefonnummer, skrivet på annat sätt' },
      name: { same: 'Samma namn', close: 'Liknande namn', part: 'En del av namnet gemensam', different: 'Olika namn' },
      birth_date: { same: 'Samma födelsedatum', close: 'Liknande födelsedatum', different: 'Olika födelsedatum' },
      address: { same: 'Samma gata och nummer', close: 'Liknande gator', street: 'Samma gata, annat nummer', different: 'Olika gator' },
      post_code: { same: 'Samma postnummer', close: 'Liknande postnummer', different: 'Olika postnummer' },
      town: { same: 'Samma ort', different: 'Olika orter' },
      device: { same: 'Samma enhet' },
      colleague: { says: 'En kollega säger det' }
    } as Record<string, Record<string, string>>,
    merge: 'Slå ihop',
    notSame: 'Inte samma',
    later: 'Senare',
    mayNot: 'Du får titta. Den avgör som får slå ihop kunder.',
    merged: (from: string, into: string) => `${from} är nu en del av ${into}.`,
    undone: 'Återtaget. De är två kunder igen och föreslås inte mer.',
    undoneBut: 'Återtaget. Det som har skrivits sedan dess står kvar där det är.',
    look: 'Titta',
    refuseTitle: 'Inte samma?',
    refuseText: (one: string, other: string) =>
      `${one} och ${other} föreslås aldrig igen och blir aldrig en av sig själva. De kan fortfarande slås ihop för hand.`,
    refused: 'De förblir två.',
    postponed: 'Väntar under ”Senare”.'
  },

  unification: {
    title: 'Sammanslagning',
    text: 'När två kunder blir en av sig själva. Varje sådan sammanslagning kan tas tillbaka i 30 dagar; annat som liknar vartannat föreslås för en människa.',
    toggles: {
      email: ['Förena på e-postadress', 'Två kunder blir en när e-postservrar går i god för samma adress hos båda och ingen är autentiserad.'],
      phone: ['Förena på telefonnummer', 'Två kunder blir en när WhatsApp, sms eller en delad Telegram-kontakt går i god för samma nummer hos båda och ingen är autentiserad.']
    },
    outlook: {
      merges: 'Skulle bli en del av en annan kund',
      suggestions: 'Skulle föreslås',
      more: 'Det finns fler par än vad som räknas på en gång. Talen är lägsta värden.',
      examples: 'Till exempel',
      counted: 'Räknat på de kunder som finns nu. Inställningen gäller det som registreras därefter: dessa blir en när något nytt registreras om dem. Att du har tittat loggas.',
      counting: 'Räknar vad detta skulle göra …',
      turnOn: 'Slå på'
    },
    fromNow: 'En ändring gäller det som registreras därefter.',
    saved: 'Sparat. Det gäller det som registreras från och med nu.',
    always: 'Förenas alltid',
    alwaysText: 'Två autentiserade kunder som din egen server anger samma adress eller nummer för.',
    never: 'Förenas aldrig av sig själva',
    nevers: [
      'Den som bara påstår något: skrivet i en chatt, sagt av en sida utan signatur, infört av en kollega. Det föreslås.',
      'Två med olika externa id, en person och en organisation, och den som är spärrad.',
      'De som delar en adress som info@, ett nummer som ingen har, eller ett som står hos fler än tre kunder.',
      'De som delar nästan samma sak: en plusadress, bokstäver som ser lika ut, ett nummer skrivet på annat sätt.',
      'De som någon har sagt är två, eller vars sammanslagning togs tillbaka.'
    ],
    suggestions: 'Föreslagna sammanslagningar'
  }
};
