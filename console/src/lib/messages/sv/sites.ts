import { number, plural } from '../../format/plural';

/** Webbplatser vars sidor berättar vad besökarna gör. */
export const sites = {
  sites: {
    title: 'Webbplatser',
    text: 'Webbplatser som berättar för Countersign vad besökarna gör, så att du ser vem som är där och vad de har tittat på.',
    create: 'Ny webbplats',
    edit: 'Namn och adresser',
    empty: 'Ingen webbplats än',
    emptyText: 'Registrera en webbplats och lägg en rad i dess sidor, så visas besökarna under Besökare just nu.',
    origins: 'Adresser',
    originsHelp: 'Var sidorna finns, en per rad, till exempel https://shop.example. Händelser från andra adresser avvisas.',
    lastEvent: 'Senaste händelsen',
    states: { active: 'Aktiv', paused: 'Pausad' },
    pause: 'Pausa',
    resume: 'Fortsätt',
    pausedText: 'Webbplatsen är pausad: det som sidorna skickar avvisas.',
    deleteTitle: (name: string) => `Ta bort ${name}?`,
    deleteText: 'Nyckeln slutar gälla genast: allt som sidorna skickar därefter avvisas.',
    tabs: 'Vad du vill ställa in',
    tab: { snippet: 'Kodavsnitt', privacy: 'Integritet', triggers: 'Kategorier och utlösare', uncertain: 'Osäkra besökare', events: 'Händelser' },
    mayNot: 'Du kan titta. För att ändra något behöver din roll få ändra webbplatser.'
  },

  siteSnippet: {
    title: 'Lägg detta i varje sida',
    text: 'Var som helst i head. Det laddas vid sidan av sidan, fördröjer inget och gör ingen skada där det blockeras.',
    consentNote: (call: string) => `Webbplatsen frågar först: inget skickas förrän din sida anropar ${call}.`,
    key: 'Skrivnyckel',
    keyHelp: 'Ingen hemlighet: den står i dina sidor, tar bara emot händelser från dina adresser och läser inget.',
    integrity: 'Integritetsvärde',
    integrityHelp: 'Webbläsaren kör skriptet bara om det är exakt det här.',
    waiting: 'Väntar på den första händelsen',
    waitingText: 'Öppna en sida med kodavsnittet. Det här ändras av sig självt.',
    works: 'Händelser kommer fram',
    last: 'Den senaste',
    seeEvents: 'Titta på händelserna',
    seeVisitors: 'Se vem som är där',
    signIn: 'Säg vem som loggar in',
    signInText: 'Anropa detta när en kund loggar in eller ut. Med en token som din server har signerat är besöket autentiserat; utan den är det bara vad sidan säger.'
  },

  sitePrivacy: {
    consent: 'Samtycke',
    consents: {
      required: ['Fråga först', 'Inget skickas, sparas eller numreras innan din sida säger att besökaren samtycker.'],
      assumed: ['Börja genast', 'Händelser skickas från första sidan. För fall där lagen tillåter det eller din sida redan har frågat.']
    } as Record<'required' | 'assumed', [string, string]>,
    storage: 'Hur en webbläsare känns igen',
    storages: {
      cookie: ['Genom en kaka från servern', 'Känns igen i upp till ett år. Sidans skript kan inte läsa kakan.'],
      storage: ['Genom webbläsarens lagring', 'Känns igen tills besökaren rensar den. Sidans skript kan läsa den.'],
      none: ['Inte alls', 'Id:n finns bara så länge sidan är öppen. Ingen känns igen, och varje sida är ett eget besök.']
    } as Record<'cookie' | 'storage' | 'none', [string, string]>,
    signals: 'Respektera webbläsarens signaler',
    signalsHelp: 'En webbläsare som skickar Global Privacy Control eller Do Not Track får inget enhets-id, och inget sparas i den.',
    query: 'Delar av adresser som behålls',
    queryHelp: 'Namn på parametrar som behålls. Alla andra klipps bort i webbläsaren innan något skickas.',
    daily: 'Händelser per dag som mest',
    dailyHelp: 'Det som är mer avvisas och räknas.',
    today: (events: number, refused: number) => `I dag kom ${number(events)}, och ${number(refused)} avvisades för att de var för många.`,
    idle: 'Ett besök slutar efter',
    idleHelp: 'Minuter då inget händer.',
    save: 'Spara integritet'
  },

  siteTriggers: {
    categories: 'Kategorier',
    categoriesText: 'Namn på delar av din webbplats. En sida hör till en kategori när dess adress eller titel innehåller texten.',
    addCategory: 'Lägg till en kategori',
    editCategory: 'Kategori',
    noCategories: 'Inga kategorier',
    noCategoriesText: 'Med dem hittar du besök efter vad någon har tittat på, till exempel lån eller priser.',
    where: 'Leta i',
    places: { url: 'Adress', title: 'Titel' },
    contains: 'Innehåller',
    triggers: 'Utlösare',
    triggersText: 'Händelser som sidor skickar av sig själva, utan en rad kod i dem.',
    addTrigger: 'Lägg till en utlösare',
    editTrigger: 'Utlösare',
    noTriggers: 'Inga utlösare',
    noTriggersText: 'Till exempel: någon stannar en halv minut eller trycker på knappen som öppnar ett konto.',
    removeTitle: (name: string) => `Ta bort ${name}?`,
    removeText: 'Det som redan har skickats finns kvar.',
    event: 'Händelsens namn',
    when: 'När',
    actions: { timer: 'Efter en tid', click: 'Vid ett klick', scroll: 'Vid rullning', submit: 'När ett formulär skickas' },
    seconds: 'Sekunder',
    percent: 'Procent av sidan',
    element: 'Element',
    elementHelp: 'En CSS-selektor, till exempel #open-account eller .buy.',
    formHelp: 'En CSS-selektor; utan den vilket formulär som helst. Det som skrivits in läses aldrig.',
    page: 'Bara på sidor vars adress innehåller',
    condition: 'Räknas',
    conditions: { always: 'Alltid', focused: 'Medan sidan har fokus', visible: 'Medan sidan syns' },
    postcondition: 'Skickas sedan',
    postconditions: { none: 'I vilket fall som helst', focused: 'Bara om sidan har fokus' },
    values: 'Följer med',
    valuesHelp: 'Upp till 200 tecken vardera. Formulärfält och lösenord läses aldrig.',
    addValue: 'Lägg till ett värde',
    value: 'Värde',
    valueName: 'Namn',
    from: 'Hämtas från',
    froms: { text: 'Ett elements text', attribute: 'Ett elements attribut', constant: 'En fast text' },
    selector: 'Element (CSS-selektor)',
    attribute: 'Attribut',
    constant: 'Text',
    says: {
      timer: (n: number) => plural(n, { one: 'Efter # sekund', other: 'Efter # sekunder' }),
      click: (element: string) => `Ett klick på ${element}`,
      scroll: (percent: string) => `${percent} av sidan rullad`,
      submit: (element: string) => `${element} skickas`
    },
    anyForm: 'Ett formulär',
    onPages: (part: string) => `på sidor med ${part}`
  },

  siteUncertain: {
    text: 'Vad samtal får veta medan det inte är säkert vem som är där. Inget här höjer en nivå: en gissning är aldrig ett bevis.',
    recognised: 'Igenkända besökare',
    recognisedText: 'Utloggade, eller nämnda av din sida utan inloggning. Säkert i början, och mindre för varje overksam minut.',
    assumed: 'Antagna besökare',
    assumedText: 'Någon har varit inloggad i den här webbläsaren förut. En gissning från tidigare besök, aldrig en koppling till en kund.',
    strategies: {
      anonymous: ['Inte identifierad', 'Behandlas som en främling: ingen nämns.'],
      identified: ['Identifierad', 'Namnet visas, med hur säkert det är.'],
      ask: ['Fråga handläggaren', 'Handläggaren ser vem det kan vara, och bekräftar eller avvisar med ett skäl.']
    } as Record<'anonymous' | 'identified' | 'ask', [string, string]>,
    save: 'Spara'
  },

  siteEvents: {
    inspector: 'Det som kommer in',
    inspectorText: 'De senaste händelserna från alla besökare, mottagna eller inte. Nya visas av sig själva.',
    time: 'Tid',
    event: 'Händelse',
    outcome: 'Utfall',
    outcomes: { accepted: 'Mottagen', warned: 'Mottagen med varning', refused: 'Avvisad' },
    types: { system: 'System', business: 'Affär' },
    page: 'Sida',
    size: 'Storlek',
    filter: 'Vilka händelser',
    any: 'Alla händelser',
    empty: 'Inget har kommit in än',
    emptyText: 'Öppna en sida med kodavsnittet. Det den skickar visas här genast, och om det avvisas, varför.',
    reason: {
      too_old: 'Den är äldre än ett dygn.',
      too_large: 'Den är större än 8 kB.',
      too_many: 'Det var för många händelser på en gång.',
      no_name: 'Den har inget namn, eller ett som är för långt.',
      bad_id: 'Dess id säger inget, till exempel ”null” eller ”undefined”.',
      bad_shape: 'Den är inte byggd som en händelse.',
      unknown_kind: 'Dess sort är okänd.',
      schema: 'Den ser inte ut som schemat säger.',
      bad_token: 'Inloggningens token är inte giltig.',
      bad_url: 'Dess adress gick inte att läsa.',
      unknown_origin: 'Den kom från en adress som inte är registrerad.',
      paused: 'Webbplatsen är pausad.',
      rate_limited: 'För mycket kom från en adress.'
    } as Record<string, string>,
    otherReason: (code: string) => `Av ett annat skäl: ${code}`,
    schemas: 'Hur dina händelser ser ut',
    schemasText: 'Ett JSON-schema för en händelses data. Händelser utan schema tas emot som de är.',
    addSchema: 'Lägg till ett schema',
    editSchema: 'Schema',
    noSchemas: 'Inga scheman',
    noSchemasText: 'Med ett schema märker du genast när en sida skickar något annat än avtalat.',
    schema: 'JSON-schema',
    badJson: 'Det här går inte att läsa som JSON.',
    mode: 'Om det inte passar',
    modes: {
      warn: ['Varna', 'Händelsen tas emot och märks här.'],
      refuse: ['Avvisa', 'Händelsen tas inte emot.']
    } as Record<'warn' | 'refuse', [string, string]>,
    schemaRemoveText: 'Händelser med det här namnet tas då emot som de är.'
  }
};
