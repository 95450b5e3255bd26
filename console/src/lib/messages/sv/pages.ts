import { number, plural } from '../../format/plural';

export const pages = {
  start: {
    title: 'Kom igång',
    text: 'Från en tom arbetsyta till den första kunden som du säkert vet vem det är.',
    progress: (done: number, all: number) => `${number(done)} av ${number(all)} klara`,
    done: 'Klart',
    todo: 'Att göra',
    allDone: 'Allt är konfigurerat.',
    allDoneText: 'Kunder kan styrka vilka de är. Det som händer härifrån står i inkorgen.',
    toInbox: 'Öppna inkorgen',
    steps: {
      workspace: {
        title: 'Namnge arbetsytan',
        text: 'Kollegor ser namnet; kunder möter det i inbjudningar.',
        action: 'Arbetsytans inställningar'
      },
      channel: {
        title: 'Skapa en kanal',
        text: 'En plats där kunder skriver: webbchatten på din webbplats eller din egen meddelandetjänst.',
        action: 'Kanaler'
      },
      code: {
        title: 'Hämta den första koden',
        text: 'Spela kund: hämta en kod för en påhittad person. Inget skickas någonstans.',
        action: 'Testchatt'
      },
      authenticated: {
        title: 'Se den första ”Autentiserad”',
        text: 'Klistra in koden i testchatten. Då är det styrkt vilken kund det är.',
        action: 'Testchatt'
      },
      widget: {
        title: 'Lägg widgeten på din webbplats',
        text: 'Ett kodavsnitt på sidan och några rader på servern. Bockas av så fort en av dina sidor visar den.',
        action: 'Widgetar'
      },
      team: {
        title: 'Bjud in en kollega',
        text: 'Med en länk som fungerar en gång. Roller avgör vad varje person får göra och se.',
        action: 'Personer'
      }
    }
  },

  testChat: {
    title: 'Testchatt',
    text: 'Båda sidorna av en identifiering på en sida, med en påhittad kund. Den använder en riktig kanal och en riktig widget i din arbetsyta, skapade för testet.',
    prepare: 'Starta testchatten',
    prepareText: 'Skapar en webbchatt och en widget, båda med namnet ”Test chat”, som bara den här konsolen får visa. Du kan radera dem senare.',
    preparing: 'Skapar…',
    site: 'Din webbplats så som en inloggad kund ser den',
    signedIn: (name: string) => `Inloggad som ${name}`,
    customer: 'Ada Exempel',
    getCode: 'Hämta kod',
    newCode: 'Hämta en ny kod',
    code: 'Identifieringskod',
    codeFor: (left: string) => `Giltig i ${left} till. Den fungerar en gång.`,
    codeOver: 'Koden har gått ut. Hämta en ny.',
    paste: 'Klistra in i chatten',
    chat: 'Chatten så som samma kund ser den',
    message: 'Meddelande',
    placeholder: 'Skriv något eller klistra in koden…',
    send: 'Skicka',
    empty: 'Säg hej och klistra sedan in koden.',
    agent: 'Vad ditt team ser',
    nobody: 'Skriv i chatten: konversationen visas här.',
    authenticated: (name: string) => `Det är ${name}, styrkt.`,
    authenticatedText: 'Chatten hör nu till den här kunden, med belägget antecknat. På din egen webbplats fungerar det likadant.',
    openCase: 'Öppna konversationen',
    needs: 'En administratör kan köra testchatten.',
    insecure: 'Testchatten signerar en token i webbläsaren, vilket webbläsare bara tillåter via https och på localhost.'
  },

  events: {
    title: 'Händelselogg',
    text: 'Vad som hänt, så som webhookar berättar det: id:n och ord, aldrig personuppgifter. Meddelanden står i sina konversationer.',
    type: 'Typ',
    anyType: 'Alla typer',
    by: 'Av',
    when: 'När',
    payload: 'Innehåll',
    empty: 'Inget har hänt än',
    emptyText: 'Utfärda en kod eller skriv i testchatten så visas händelserna här.'
  },

  requests: {
    title: 'Begäranslogg',
    text: 'Begäranden från dina API-nycklar de senaste sju dagarna, högst 100 000. Innehåll, adresser och id:n i sökvägar sparas inte.',
    key: 'API-nyckel',
    anyKey: 'Alla nycklar',
    request: 'Begäran',
    status: 'Status',
    anyStatus: 'Alla statusar',
    statuses: { '2xx': 'Lyckade', failed: 'Misslyckade', '4xx': 'Avvisade (4xx)', '5xx': 'Serverfel (5xx)' },
    duration: 'Tog',
    took: (ms: string) => `${ms} ms`,
    requestId: 'Begärans id',
    find: 'Hitta en begärans id',
    findHelp: 'Varje svar bär det som X-Request-Id.',
    problem: 'Problem',
    empty: 'Inga begäranden än',
    emptyText: 'Anropa API:et med en av dina nycklar; begäran står här en sekund senare.'
  },

  deadLetters: {
    replaySome: (n: number) => plural(n, { one: 'Skicka # igen', other: 'Skicka # igen' }),
    replayAll: 'Skicka alla igen',
    call: (name: string) => `Anrop från regeln ”${name}”`,
    callGone: 'Anrop från en borttagen regel',
    callWhat: 'En regel anropade en annan server',
    replayedSome: (n: number) => plural(n, { one: '# skickas igen.', other: '# skickas igen.' })
  },

  roles: {
    tab: 'Roller',
    peopleTab: 'Personer',
    tabs: 'Sidans delar',
    text: 'Vad varje roll får göra. Orden i sista kolumnen är API-nycklarnas behörigheter.',
    permission: 'Rättighet',
    scope: 'Behörighet',
    may: (role: string) => `${role} får`,
    mayNot: (role: string) => `${role} får inte`,
    keysOnly: 'Bara API-nycklar'
  },

  auditPage: {
    anyAction: 'Alla åtgärder',
    export: 'Exportera',
    exportCsv: 'CSV, för kalkylark',
    exportJsonl: 'JSON-rader, för program',
    exportHint: 'Det som filtren visar. Själva exporten står också i loggen.',
    ok: 'Utfört',
    byId: 'Id för den som gjorde det',
    objectId: 'Id för det som åtgärden gällde',
    actorKind: { user: 'Person', api_key: 'API-nyckel', public: 'Sida', customer: 'Kund', system: 'Countersign' },
    action: {
      'access.denied': 'Åtkomst nekad',
      'api_key.create': 'API-nyckel skapad',
      'api_key.revoke': 'API-nyckel återkallad',
      'api_key.rotate': 'API-nyckel utbytt',
      'attachment.open': 'Fil öppnad',
      'attribute.create': 'Attribut skapat',
      'attribute.delete': 'Attribut raderat',
      'attribute.update': 'Attribut ändrat',
      'audit.accept_lost_heads': 'Förlorade signaturer godtagna',
      'audit.export': 'Granskningsloggen exporterad',
      'audit.verify': 'Granskningsloggen kontrollerad',
      'auth.lock': 'Inloggning spärrad',
      'auth.login': 'Inloggning',
      'auth.logout': 'Utloggning',
      'calendar.create': 'Öppettider skapade',
      'calendar.delete': 'Öppettider raderade',
      'calendar.update': 'Öppettider ändrade',
      'canned_reply.create': 'Svarsmall skapad',
      'canned_reply.delete': 'Svarsmall raderad',
      'canned_reply.update': 'Svarsmall ändrad',
      'case.ask_for_code': 'Kod efterfrågad',
      'case.end': 'Chatt avslutad',
      'case.list': 'Konversationer listade',
      'case.update': 'Konversation ändrad',
      'channel.create': 'Kanal skapad',
      'channel.delete': 'Kanal raderad',
      'channel.rotate_secret': 'Ny hemlighet för en kanal',
      'channel.test': 'Kanal testad',
      'channel.update': 'Kanal ändrad',
      'code.issue': 'Kod utfärdad',
      'code.disown': 'Koden förnekades av kunden',
      'code.list': 'Koder listade',
      'code.redeem': 'Kod inlöst',
      'code.revoke': 'Kod återkallad',
      'group.create': 'Grupp skapad',
      'group.delete': 'Grupp raderad',
      'group.update': 'Grupp ändrad',
      'link.confirm': 'Koppling bekräftad',
      'link.create': 'Konto kopplat',
      'link.end': 'Koppling avslutad',
      'link.undo': 'Koppling ångrad',
      'link.unlink': 'Konto losskopplat',
      'masking.update': 'Maskering ändrad',
      'message.retry': 'Svar skickat igen',
      'outbox.give_up': 'Leverans uppgiven',
      'outbox.replay': 'Olevererat skickat igen',
      'profile.block': 'Kund spärrad',
      'profile.create': 'Kund skapad',
      'profile.delete': 'Kund raderad',
      'profile.list': 'Kunder listade',
      'profile.search': 'Kunder sökta',
      'profile.unblock': 'Spärr hävd',
      'profile.update': 'Kund ändrad',
      'profile.view': 'Kund visad',
      'rule.create': 'Regel skapad',
      'rule.delete': 'Regel borttagen',
      'rule.order': 'Regler ordnade',
      'rule.storm': 'Reglerna svarade för mycket',
      'rule.update': 'Regel ändrad',
      'rule_group.create': 'Regelgrupp skapad',
      'rule_group.delete': 'Regelgrupp borttagen',
      'rule_group.update': 'Regelgrupp ändrad',
      'rule_settings.update': 'Reglernas inställningar ändrade',
      'rule_template.install': 'Regelscenario installerat',
      'session.end': 'Session avslutad',
      'setup.complete': 'Arbetsyta konfigurerad',
      'setup.make_link': 'Konfigurationslänk skapad',
      'user.accept_invitation': 'Inbjudan accepterad',
      'user.change_password': 'Lösenord bytt',
      'user.invite': 'Person inbjuden',
      'user.renew_invitation': 'Inbjudan förnyad',
      'user.update': 'Person ändrad',
      'user.update_own': 'Eget konto ändrat',
      'webhook.create': 'Webhook skapad',
      'webhook.delete': 'Webhook raderad',
      'webhook.disable': 'Webhook inaktiverad',
      'webhook.replay': 'Leverans skickad igen',
      'webhook.rotate_secret': 'Ny hemlighet för en webhook',
      'webhook.test': 'Webhook testad',
      'webhook.update': 'Webhook ändrad',
      'widget.add_key': 'Widgetnyckel tillagd',
      'widget.create': 'Widget skapad',
      'widget.delete': 'Widget raderad',
      'widget.remove_key': 'Widgetnyckel borttagen',
      'widget.update': 'Widget ändrad',
      'workspace.update': 'Arbetsyta ändrad'
    }
  },

  systemPage: {
    ready: 'Redo',
    readyText: 'Besvarar begäranden och skriver till databasen.',
    notReady: 'Inte redo',
    notReadyText: 'Servern besvarar inte sidans frågor.',
    clock: 'Klocka',
    serverTime: 'Serverns tid',
    drift: 'Jämfört med webbläsaren',
    inStep: 'I takt',
    ahead: (span: string) => `${span} före`,
    behind: (span: string) => `${span} efter`,
    driftHelp: 'Koder och token lever i minuter: en klocka som går fel gör dem ogiltiga.',
    live: 'Gällande koder',
    id: 'Id',
    server: 'Server',
    thisServer: 'Den här servern',
    started: 'Startad',
    seen: 'Senaste livstecken',
    kinds: { sqlite: 'SQLite', postgres: 'PostgreSQL' }
  },

  sessionsPage: {
    endOthers: 'Avsluta alla andra sessioner',
    ended: (n: number) => plural(n, { one: '# session avslutad.', other: '# sessioner avslutade.' }),
    noOthers: 'Du är bara inloggad här.'
  },

  preview: {
    title: 'Förhandsvisning',
    text: 'Så som kunder ser det, med exempeldata. Även det som inte är sparat än.',
    frame: 'Förhandsvisning av widgeten',
    device: 'Enhet',
    devices: { phone: 'Telefon', desktop: 'Dator' },
    state: 'Läge',
    states: {
      ready: 'Före tryckningen',
      code: 'Med en kod',
      linked: 'När det lyckats',
      held: 'Frågar före länkning',
      undone: 'Efter ”Inte jag”',
      links: 'Kopplade kanaler',
      expired: 'Utgången',
      signed_out: 'Utloggad',
      unavailable: 'Inte tillgänglig'
    },
    language: 'Språk',
    scheme: 'Ljust eller mörkt',
    schemes: { light: 'Ljust', dark: 'Mörkt' },
    direction: 'Riktning',
    directions: { ltr: 'Vänster till höger', rtl: 'Höger till vänster' },
    ours: 'Följer med Countersign',
    yours: 'Din',
    reset: 'Tillbaka till den medföljande'
  },

  widgetPage: {
    seen: 'Senast sedd på en sida',
    neverSeen: 'Inte sedd på någon sida än',
    framework: 'Sida',
    frameworks: { html: 'Vanlig HTML', react: 'React' },
    language: 'Serverns språk',
    integrityHelp: 'Webbläsaren jämför filen med integritetsvärdet och avvisar en ändrad.',
    unsaved: 'Inte sparat än'
  },

  codesPage: {
    customer: 'Kund',
    nobody: 'Ingen namngiven än',
    issuer: 'Utfärdad av',
    issuers: { api_key: 'Din server', signed_widget: 'En signerad widget', plain_widget: 'En osignerad widget' },
    why: {
      live: 'Inte skickad än',
      expired: 'Inte skickad i tid',
      superseded: 'En nyare kod ersatte den',
      revoked: 'Återkallad av en person',
      used: 'Dess koppling ångrades eller togs bort'
    }
  },

  filters: {
    masked: 'Vissa värden är maskerade för din roll. Du kan ändå söka på hela värdet.',
    notLinked: 'Inte kopplad',
    notLinkedHelp: 'Känd av dig, men inget konto är ännu styrkt som kundens.'
  },

  chatSettings: {
    availability: 'När någon är på plats',
    availabilityHelp: 'När ingen är det lämnar besökare ett meddelande med namn och adress.',
    availabilities: { auto: 'Efter vem i teamet som är aktiv', online: 'Alltid', offline: 'Aldrig' },
    offlineText: 'Vad besökare läser när ingen är på plats',
    offlineHelp: 'Lämnas det tomt: vår text, på deras språk.',
    files: 'Besökare får skicka filer',
    questions: 'Frågor före chatten',
    questionsHelp: 'För besökare som inte är inloggade. Svaren är egna uppgifter och styrker ingenting.',
    question: (n: number) => `Fråga ${n}`,
    kind: (n: number) => `Svarstyp för fråga ${n}`,
    kinds: { text: 'Text', email: 'E-post', phone: 'Telefon', choice: 'Val' },
    options: (n: number) => `Alternativ för fråga ${n}`,
    optionsHint: 'Beställning, Leverans, Annat',
    required: 'Chatten väntar på ett svar',
    remove: (n: number) => `Ta bort fråga ${n}`,
    add: 'Lägg till en fråga'
  }
};
