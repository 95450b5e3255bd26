export const masking = {
  maskingPage: {
    text: 'På: rollen ser värdet maskerat överallt. Den som ser masker kan ändå hitta en kund på det exakta värdet, svara och visa ett enskilt värde med ett skäl.',
    viewAs: 'Visa som',
    value: 'Värde',
    differs: 'avviker',
    attributesHelp: 'De som är märkta som personliga eller känsliga, om inget annat sägs nedan.',
    reveals: 'Visade värden per timme',
    revealsHelp: 'Vart och ett med ett skäl, loggat och dolt igen efter en minut. 0: aldrig.',
    patterns: 'Egna mönster',
    patternsText: 'Det som bara ert företag skriver: kontonummer, medlemskort. Döljs i meddelanden och anteckningar, även tidigare, för den som ser personuppgifter maskerade där. Reguljära uttryck utan look-around.',
    pattern: 'Mönster',
    patternName: 'Medlemskort',
    addPattern: 'Lägg till ett mönster',
    tryOn: 'Prova på en text',
    tryHelp: 'Vad en kund kan tänkas skriva. Det sparas inte.',
    try: 'Prova',
    surfaces: 'Var maskerna gäller',
    seenBy: (role: string) => `Så ser det ut för: ${role}`,
    maskedFor: (field: string, role: string) => `${field}: maskerat för ${role}`,
    maskOf: (field: string) => `Mask för ${field}`,
    revealsOf: (role: string) => `Visade värden per timme: ${role}`,
    fields: {
      name: 'Namn',
      email: 'E-postadresser',
      phone: 'Telefonnummer',
      ids: 'Id för kunder och kanaler',
      attributes: 'Andra attribut',
      text: 'Personuppgifter i meddelanden och anteckningar'
    },
    masks: {
      hidden: 'Inget',
      year: 'Året',
      ends: 'De två första och två sista',
      last4: 'De fyra sista',
      name: 'Initialen',
      email: 'Domänen',
      phone: 'De fyra sista siffrorna',
      town: 'Orten',
      auto: 'Som vanligt',
      other: 'En annan mask, satt via API:et'
    },
    surface: {
      screens: ['Skärmar', 'Listor, kundens sida, samtal och panelen bredvid.'],
      api: ['API', 'Varje svar. API-nycklar ser personliga värden bara med rätten till det.'],
      live: ['Liveuppdateringar', 'De bär id:n; var och en hämtar det som rollen får se.'],
      search: ['Sökning', 'Bara exakta värden, räknade och loggade. Ingen hittar ett maskerat värde på dess början, genom sortering eller på ord i meddelanden.'],
      rules: ['Regler och svar', 'Ingen frågar efter eller infogar det som den ser maskerat.'],
      files: ['Export och import', 'Filer innehåller det som skärmen visar; en mask tas aldrig för ett värde.'],
      webhooks: ['Webhooks', 'Bara id:n, om inte personuppgifter slås på.'],
      logs: ['Loggar, mätvärden och fel', 'Aldrig personliga värden, för någon.']
    }
  }
};
