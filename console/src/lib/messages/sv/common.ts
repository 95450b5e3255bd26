import { number, plural } from '../../format/plural';

export const common = {
  app: { name: 'Countersign', skip: 'Gå till innehållet' },

  common: {
    close: 'Stäng',
    cancel: 'Avbryt',
    save: 'Spara',
    saved: 'Sparat.',
    create: 'Skapa',
    edit: 'Redigera',
    remove: 'Ta bort',
    delete: 'Radera',
    copy: 'Kopiera',
    copied: 'Kopierat',
    copyFailed: 'Markera och kopiera för hand',
    dismiss: 'Dölj',
    undo: 'Ångra',
    retry: 'Försök igen',
    loading: 'Läser in',
    more: 'Visa fler',
    optional: 'valfritt',
    reason: 'Anledning',
    reasonHelp: 'Står kvar hos den här kunden, för dina kollegor och för revisorer.',
    typeToConfirm: (name: string) => `Skriv ”${name}” för att bekräfta`,
    noMatch: 'Inget matchar filtren',
    noMatchText: 'Släpp på något av dem eller börja om.',
    clearFilters: 'Rensa filter',
    yes: 'Ja',
    no: 'Nej',
    name: 'Namn',
    state: 'Status',
    created: 'Skapad',
    lastUsed: 'Senast använd',
    never: 'Aldrig',
    actions: 'Åtgärder',
    actionsFor: (name: string) => `Åtgärder för ${name}`,
    search: 'Sök',
    unnamed: 'Utan namn',
    you: 'du'
  },

  assurance: {
    word: { al0: 'Anonym', al1: 'Igenkänd', al2: 'Verifierad', al3: 'Autentiserad' },
    meaning: {
      al0: 'Inget berättar vem det är.',
      al1: 'Påstått eller antaget, inte styrkt.',
      al2: 'Styrkt genom vad personen vet.',
      al3: 'Styrkt genom en kod eller en signerad session.'
    },
    endsIn: (left: string) => `Gäller i ${left} till.`,
    timeLeft: 'tid kvar ',
    levelLabel: 'Nivå'
  },

  masking: {
    masked: 'maskerat',
    why: 'Din roll ser värdet maskerat. En administratör bestämmer det under Maskering.'
  },

  errors: {
    requestId: 'Begärans id',
    copyRequestId: 'Kopiera begärans id',
    forbidden: 'Du har inte behörighet att se det här',
    forbiddenText: (permission: string) =>
      `Det kräver behörigheten ”${permission}”. En administratör ger den med en roll, under Personer.`,
    notFound: 'Här finns ingenting',
    notFoundText: 'Adressen stämmer inte, eller så har innehållet raderats.',
    crashed: 'Sidan slutade fungera',
    crashedText: 'Det brukar hjälpa att läsa in den på nytt. Inget ändrades på servern.',
    reload: 'Läs in på nytt',
    backHome: 'Tillbaka till inkorgen'
  },

  fields: {
    refused: 'Något stämmer inte än.',
    missing: 'Fyll i det här.',
    choose: 'Välj ett alternativ.',
    email: 'Skriv en e-postadress, till exempel ann@example.org.',
    url: 'Skriv hela adressen, till exempel https://example.org.',
    short: (characters: number) => plural(characters, { one: 'Minst # tecken.', other: 'Minst # tecken.' }),
    long: (characters: number) => plural(characters, { one: 'Högst # tecken.', other: 'Högst # tecken.' }),
    least: (least: number) => `Minst ${number(least)}.`,
    most: (most: number) => `Högst ${number(most)}.`,
    number: 'Skriv ett tal.',
    whole: 'Skriv ett heltal utan decimaler.',
    form: 'Det har inte rätt form.'
  },

  secret: {
    once: 'Den visas bara den här gången. Countersign behåller ingen läsbar kopia.',
    stored: 'Jag har sparat den'
  },

  live: {
    stale: 'Ingen kontakt med servern. Det du ser kan vara inaktuellt.',
    reconnect: 'Anslutningen återupptas av sig själv.',
    now: 'Anslut nu',
    again: 'Ansluten igen. Allt är uppdaterat.'
  },

  notices: {
    title: 'Aviseringar',
    label: (unread: number) => plural(unread, { one: 'Aviseringar, # oläst', other: 'Aviseringar, # olästa' }),
    assigned: (name: string) => `${name} har tilldelats dig`,
    message: (name: string) => `Nytt meddelande från ${name}`,
    readAll: 'Markera alla som lästa',
    read: 'Markera som läst',
    byRule: (name: string) => `Regel: ${name}`,
    failed: 'Det som regler meddelat dig kunde inte läsas in.',
    unread: 'oläst',
    empty: 'Inget nytt',
    emptyText: 'Här visas nya meddelanden i dina konversationer, konversationer som tilldelas dig och vad regler meddelar dig.',
    came: (n: number) => plural(n, { one: '# ny avisering', other: '# nya aviseringar' })
  },

  nav: {
    label: 'Huvudmeny',
    open: 'Öppna menyn',
    work: 'Arbete',
    start: 'Kom igång',
    setUp: 'Konfiguration',
    phone: 'Telefon',
    prompts: 'Talmeddelanden',
    manage: 'Administration',
    inbox: 'Inkorg',
    customers: 'Kunder',
    visitors: 'Besökare just nu',
    reports: 'Rapporter',
    channels: 'Kanaler',
    widgets: 'Widgetar',
    sites: 'Webbplatser',
    invitations: 'Inbjudningar',
    attributes: 'Attribut',
    codes: 'Koder och kopplingar',
    rules: 'Regler',
    hours: 'Öppettider',
    replies: 'Svarsmallar',
    flows: 'Telefonmenyer',
    developers: 'Utvecklare',
    calls: 'Samtal',
    phoneNumbers: 'Telefonnummer',
    lookUps: 'Uppslag',
    callWidgets: 'Samtalskort',
    people: 'Personer',
    audit: 'Granskning',
    privacy: 'Integritet',
    settings: 'Inställningar',
    system: 'System',
    me: 'Ditt konto',
    account: (name: string) => `Konto för ${name}`,
    sessions: 'Sessioner',
    language: 'Språk',
    logOut: 'Logga ut',
    shortcuts: 'Kortkommandon',
    engagements: 'Kundmöten',
    verification: 'Kontroll',
    policies: 'Policyer',
    topics: 'Ämnen',
    locks: 'Spärrar',
    search: 'Sök eller gå till'
  },

  theme: { label: 'Tema', system: 'Som systemet', light: 'Ljust', dark: 'Mörkt' },

  presence: { label: 'Närvaro', online: 'Online', away: 'Borta' },

  palette: {
    title: 'Sök och kommandon',
    placeholder: 'Hitta en kund, öppna en sida, gör något…',
    pages: 'Sidor',
    actions: 'Åtgärder',
    findCustomer: (text: string) => `Sök kunden ”${text}”`,
    customers: 'Kunder',
    searching: 'Söker kunder…',
    notFound: 'Ingen kund stämmer exakt.',
    failed: 'Sökningen fungerade inte.',
    nothing: 'Ingen sida eller åtgärd heter så.',
    choose: 'välj',
    open: 'öppna',
    close: 'stäng',
    results: (n: number) => plural(n, { one: '# träff', other: '# träffar' })
  },

  keys: {
    title: 'Kortkommandon',
    palette: 'Sök och kommandon',
    control: 'Ctrl',
    help: 'Den här hjälpen',
    search: 'Gå till sökfältet',
    then: 'sedan',
    single: 'Kortkommandon med en tangent',
    singleHelp: 'Av: bara kombinationer med Ctrl eller ⌘ fungerar. För röststyrning och kontakter.',
    everywhere: 'Överallt',
    goTo: 'Gå till',
    here: 'På den här sidan'
  },

  table: {
    views: 'Vyer',
    allRows: 'Alla',
    saveView: 'Spara den här vyn',
    viewName: 'Vyns namn',
    viewHelp: 'Filter och kolumner som de är nu. Sparas i den här webbläsaren.',
    viewTaken: 'Ersätter vyn med det namnet.',
    removeView: 'Ta bort den här vyn',
    viewRemoved: (name: string) => `Vyn ”${name}” togs bort.`,
    columns: 'Kolumner',
    select: (name: string) => `Markera ${name}`,
    selectAll: 'Markera alla rader som visas',
    selected: (n: number) => plural(n, { one: '# markerad', other: '# markerade' }),
    clearSelection: 'Avmarkera',
    bulk: 'Åtgärder för markeringen'
  },

  combobox: {
    none: 'Inget matchar',
    open: 'Visa alternativ',
    found: (n: number) => plural(n, { one: '# alternativ', other: '# alternativ' })
  },

  reveal: {
    show: 'Visa',
    hide: 'Dölj',
    hidesIn: (seconds: number) => `Döljs igen om ${seconds} s`,
    reason: 'Varför behöver du se det?',
    reasons: 'Vanliga skäl',
    usual: ['Ringa eller skriva tillbaka', 'Kontrollera vem det är', 'Skicka något', 'Hantera ett klagomål'],
    onRecord: 'Alla som får se kunden kan se att du har tittat, och varför. Värdet döljs igen efter en minut.',
    revealed: (field: string) => `Visat: ${field}`,
    fields: { name: 'namn', email: 'e-post', phone: 'telefon', external_id: 'kundnummer', user_id: 'id i kanalen', subject: 'ämne', text: 'text i ett meddelande', attachments: 'filnamn', profile_name: 'namn', identifiers: 'en identifierare' }
  },

  logIn: {
    title: 'Logga in',
    email: 'E-post',
    password: 'Lösenord',
    submit: 'Logga in',
    busy: 'Loggar in…',
    needed: 'Servern har ingen arbetsyta än. Öppna konfigurationslänken som den skriver ut när den startar.',
    bad: 'E-post eller lösenord stämmer inte.',
    badHint: 'Kontrollera båda och försök igen. En administratör kan skicka en ny inbjudan.',
    later: (secs: number) =>
      plural(secs, {
        one: 'För många försök. Försök igen om # sekund.',
        other: 'För många försök. Försök igen om # sekunder.'
      }),
    ended: 'Din session har avslutats. Logga in för att fortsätta där du var.'
  },

  setUp: {
    title: 'Konfigurera Countersign',
    text: 'Skapar arbetsytan och dess första administratör. Länken fungerar en gång.',
    noToken: 'Sidan behöver konfigurationslänken',
    noTokenText: 'Servern skrev ut den vid första starten. Öppna hela länken, med delen efter #.',
    done: 'Servern är redan konfigurerad',
    doneText: 'Logga in eller be en administratör om en inbjudan.',
    workspace: 'Arbetsytans namn',
    workspaceHelp: 'Oftast företagets namn.',
    yourName: 'Ditt namn',
    email: 'Din e-post',
    password: 'Lösenord',
    passwordHelp: 'Minst 15 tecken. En mening är lättare att minnas än specialtecken.',
    submit: 'Skapa arbetsytan'
  },

  invitation: {
    title: 'Gå med i arbetsytan',
    text: 'Välj ett lösenord. Länken fungerar en gång.',
    titleOf: (workspace: string) => `Gå med i ${workspace}`,
    textOf: (email: string) => `Du är inbjuden som ${email}. Välj ett lösenord; länken fungerar en gång.`,
    titleAgain: (workspace: string) => `${workspace}: välj ett nytt lösenord`,
    textAgain: (email: string) => `Du loggar in som ${email}. Länken fungerar en gång.`,
    noToken: 'Sidan behöver en inbjudningslänk',
    noTokenText: 'Öppna hela länken i din inbjudan, med delen efter #.',
    name: 'Ditt namn',
    nameHelp: 'Lämna tomt för att behålla namnet i inbjudan.',
    submit: 'Gå med'
  }
};
