export const search = {
  search: {
    results: 'Sökresultat',
    conversations: 'Konversationer',
    messages: 'Meddelanden',
    none: 'Inget hittades',
    noneText: 'Varje ord måste vara början på ett ord i samma meddelande. E-postadresser och långa nummer i meddelanden genomsöks inte; kundernas gör det.',
    within: 'Sökningen gällde bara inom filtren.',
    everywhere: 'Sök överallt',
    notWhole: 'Äldre meddelanden läses fortfarande in. Försök igen om en stund.',
    off: 'Den här servern söker inte i meddelandenas ord; samtal hittas via nummer, etikett och kund.',
    note: 'Anteckning',
    find: (text: string) => `Sök efter ”${text}” i konversationer`
  }
};
