import type { Translation } from '../shape';

/** Connecting messengers. The parts are named as the API names kinds, secrets and settings. */
export const messengers = {
  messengers: {
    choose: 'Välj',
    connect: 'Anslut',
    try: 'Prova',
    steps: 'Steg',
    back: 'Tillbaka',
    done: 'Klart',
    connectTitle: (kind: string) => `Anslut ${kind}`,
    need: 'Det här behöver du',
    newTab: '(öppnas i en ny flik)',
    set: 'Sparad',
    replace: 'Byt ut',
    replaceOf: (name: string) => `Byt ut: ${name}`,
    keep: 'Behåll den nuvarande',
    secretHelp: 'Förvaras förseglad på din server och visas aldrig mer för någon.',
    checked: (kind: string) => `${kind} tillfrågas om detta fungerar innan något sparas.`,
    asking: (kind: string) => `Frågar ${kind}…`,
    advanced: 'Avancerat',
    refused: (kind: string) => `${kind} godtog inte detta. Inget har sparats.`,
    down: (kind: string) => `${kind} kan inte nås. Inget har sparats.`,
    connected: (kind: string) => `${kind} är anslutet.`,
    connectedAs: (kind: string, name: string) => `${kind} är anslutet som ${name}.`,
    working: 'Ansluten',
    notWorking: 'Fungerar inte',
    secretsSet: (names: string) => `Sparat: ${names}`,
    address: 'Webhook-adress',
    verifyToken: 'Verifieringstoken',
    pasteTitle: (kind: string) => `Klistra in detta hos ${kind}`,
    notPublic: 'Adressen börjar inte med https://, så leverantören skickar inget dit. Sätt public_url till den adress där internet når servern.',
    nothingToPaste: 'Det finns inget att klistra in: servern har ordnat resten själv.',
    tryTitle: 'Skriv till kanalen',
    tryText: 'Skicka ett meddelande som en kund skulle göra. Det dyker upp i inkorgen.',
    open: (kind: string) => `Öppna ${kind}`,
    waiting: 'Väntar på det första meddelandet…',
    arrived: 'Ett meddelande har kommit.',
    toInbox: 'Öppna inkorgen',
    broken: (kind: string) => `${kind} fungerar inte:`,
    gone: 'Tills detta är lagat kan det hända att meddelanden inte kommer in eller går ut.',
    mend: 'Ändra inställningarna',
    text: {
      telegram: 'En bot som kunder skriver till. Fungerar direkt, utan publik adress.',
      whatsapp: 'Ett företagsnummer i Metas WhatsApp Cloud API.',
      messenger: 'Meddelandena till din Facebook-sida.',
      instagram: 'Direktmeddelandena till ditt professionella konto.',
      email: 'En brevlåda hos ert företag, läst via IMAP och besvarad via SMTP.',
      sms: 'Ett nummer hos Twilio eller en leverantör med samma API.',
      viber: 'En Viber-bot för ditt företag.',
      line: 'Ett officiellt LINE-konto med Messaging API.',
      matrix: 'Ett konto på en Matrix-server, er egen eller någon annan. Fungerar direkt, utan offentlig adress.'
    },
    needs: {
      telegram: {
        one: 'Öppna @BotFather i Telegram.',
        two: 'Skicka /newbot och svara på de två frågorna. För en bot som redan finns skickar du /token.',
        three: 'Den svarar med en token. Klistra in den nedan.'
      },
      whatsapp: {
        one: 'Öppna din app hos Meta, lägg till WhatsApp och registrera ditt nummer.',
        two: 'Under WhatsApp, API-inställning: kopiera telefonnumrets ID. Skapa en permanent åtkomsttoken för en systemanvändare.',
        three: 'Under Appinställningar, Grundläggande: kopiera apphemligheten.'
      },
      messenger: {
        one: 'Öppna din app hos Meta och lägg till Messenger.',
        two: 'Under Messenger, API-inställningar: anslut din sida och skapa dess åtkomsttoken.',
        three: 'Under Appinställningar, Grundläggande: kopiera apphemligheten.'
      },
      instagram: {
        one: 'Öppna din app hos Meta och lägg till Instagram.',
        two: 'Under Instagram, API-inställning med Instagram-inloggning: lägg till ditt konto och skapa dess åtkomsttoken.',
        three: 'På samma sida: kopiera Instagram-appens hemlighet.'
      },
      sms: {
        one: 'Öppna leverantörens konsol och skaffa ett nummer som tar emot meddelanden.',
        two: 'På förstasidan: kopiera Account SID och Auth Token.',
        three: 'Hos en annan leverantör än Twilio: ange adressen till dess API under Avancerat.'
      },
      viber: {
        one: 'Öppna Vibers sida för partner och skapa en bot, eller låt din Viber-partner skapa den.',
        two: 'I botens inställningar: kopiera dess token.'
      },
      line: {
        one: 'Öppna LINE Developers Console och välj Messaging API-kanalen för ditt konto.',
        two: 'På sidan Basic settings: kopiera Channel secret.',
        three: 'På sidan Messaging API: utfärda en Channel access token och kopiera den.'
      }
    },
    paste: {
      whatsapp: 'I din app: WhatsApp, Konfiguration, Webhook. Klistra in båda, tryck på Verifiera och spara och prenumerera på fältet messages.',
      messenger: 'I din app: Messenger, API-inställningar, Webhooks. Klistra in båda, tryck på Verifiera och spara och låt sidan prenumerera på messages.',
      instagram: 'I din app: Instagram, API-inställning, Webhooks. Klistra in båda, tryck på Verifiera och spara och prenumerera på messages.',
      sms: 'I numrets meddelandeinställningar: klistra in den som webhook för ”A message comes in”, med metoden POST.',
      line: 'På sidan Messaging API: klistra in den som Webhook URL, tryck på Verify och slå på Use webhook.'
    },
    secret: {
      bot_token: 'Bot-token',
      access_token: 'Åtkomsttoken',
      page_access_token: 'Sidans åtkomsttoken',
      app_secret: 'Apphemlighet',
      auth_token: 'Auth Token',
      channel_access_token: 'Kanalens åtkomsttoken',
      channel_secret: 'Channel secret',
      signing: 'Signeringshemlighet'
    },
    setting: {
      phone_number_id: 'Telefonnumrets ID',
      account_sid: 'Account SID',
      from: 'Avsändare',
      verify_token: 'Verifieringstoken',
      homeserver_url: 'Matrix-server',
      api_url: 'API:ets adress'
    },
    help: {
      phone_number_id: 'Ett långt tal; inte själva telefonnumret.',
      account_sid: 'Börjar med AC.',
      from: 'Ett nummer med landskod, till exempel +15005550006, eller SID för en meddelandetjänst.',
      verify_token: 'Valfri text. Lämnas den tom är den kanalens id.',
      homeserver_url: 'Dess adress, eller domänen för dess konton, till exempel https://matrix.example.org.',
      api_url: 'Lämnas den tom är den leverantörens egen. Ändra den bara för en egen server.'
    },
    receive: 'Hur meddelanden kommer in',
    receives: {
      poll: 'Servern hämtar dem',
      webhook: 'Telegram skickar hit dem'
    },
    receiveHelp: 'Att hämta fungerar överallt. Att ta emot kräver en publik https://-adress.',
    template: 'Mall efter 24 timmar',
    templateHelp: 'WhatsApp tar emot dina egna ord i 24 timmar efter kundens senaste meddelande. Därefter skickas den här godkända mallen i stället.',
    templateName: 'Mallens namn',
    templateLanguage: 'Dess språk, till exempel sv'
  }
} satisfies Translation;
