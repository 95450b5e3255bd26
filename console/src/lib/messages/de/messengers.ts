import type { Translation } from '../shape';

/** Connecting messengers. The parts are named as the API names kinds, secrets and settings. */
export const messengers = {
  messengers: {
    choose: 'Auswählen',
    connect: 'Verbinden',
    try: 'Ausprobieren',
    steps: 'Schritte',
    back: 'Zurück',
    done: 'Fertig',
    connectTitle: (kind: string) => `${kind} verbinden`,
    need: 'Was Sie brauchen',
    newTab: '(öffnet einen neuen Tab)',
    set: 'Hinterlegt',
    replace: 'Ersetzen',
    replaceOf: (name: string) => `Ersetzen: ${name}`,
    keep: 'Das bisherige behalten',
    secretHelp: 'Liegt versiegelt auf Ihrem Server und wird niemandem wieder gezeigt.',
    checked: (kind: string) => `${kind} wird gefragt, ob dies funktioniert, bevor etwas gespeichert wird.`,
    asking: (kind: string) => `${kind} wird gefragt …`,
    advanced: 'Erweitert',
    refused: (kind: string) => `${kind} hat dies nicht angenommen. Nichts wurde gespeichert.`,
    down: (kind: string) => `${kind} ist nicht erreichbar. Nichts wurde gespeichert.`,
    connected: (kind: string) => `${kind} ist verbunden.`,
    connectedAs: (kind: string, name: string) => `${kind} ist als ${name} verbunden.`,
    working: 'Verbunden',
    notWorking: 'Gestört',
    secretsSet: (names: string) => `Hinterlegt: ${names}`,
    address: 'Webhook-Adresse',
    verifyToken: 'Verify-Token',
    pasteTitle: (kind: string) => `Dies bei ${kind} einfügen`,
    notPublic: 'Diese Adresse beginnt nicht mit https://, deshalb wird der Anbieter nichts dorthin senden. Setzen Sie public_url auf die Adresse, unter der dieser Server aus dem Internet erreichbar ist.',
    nothingToPaste: 'Einzufügen ist nichts: Den Rest hat der Server selbst eingerichtet.',
    tryTitle: 'Schreiben Sie an diesen Kanal',
    tryText: 'Senden Sie eine Nachricht, wie ein Kunde es täte. Sie erscheint im Posteingang.',
    open: (kind: string) => `${kind} öffnen`,
    waiting: 'Warten auf die erste Nachricht …',
    arrived: 'Eine Nachricht ist angekommen.',
    toInbox: 'Posteingang öffnen',
    broken: (kind: string) => `${kind} funktioniert nicht:`,
    gone: 'Bis dies behoben ist, kommen Nachrichten womöglich nicht an oder gehen nicht hinaus.',
    mend: 'Einstellungen ändern',
    text: {
      telegram: 'Ein Bot, dem Kunden schreiben. Funktioniert sofort, ohne öffentliche Adresse.',
      whatsapp: 'Eine Geschäftsnummer in der WhatsApp Cloud API von Meta.',
      messenger: 'Die Nachrichten Ihrer Facebook-Seite.',
      instagram: 'Die Direktnachrichten Ihres professionellen Kontos.',
      email: 'Ein Postfach Ihrer Firma, gelesen über IMAP, beantwortet über SMTP.',
      sms: 'Eine Nummer bei Twilio oder einem Anbieter mit derselben API.',
      viber: 'Ein Viber-Bot Ihres Unternehmens.',
      line: 'Ein offizielles LINE-Konto mit der Messaging API.',
      matrix: 'Ein Konto bei einem Matrix-Homeserver, Ihrem eigenen oder einem anderen. Geht sofort, ohne öffentliche Adresse.'
    },
    needs: {
      telegram: {
        one: 'Öffnen Sie @BotFather in Telegram.',
        two: 'Senden Sie /newbot und beantworten Sie beide Fragen. Für einen vorhandenen Bot senden Sie /token.',
        three: 'Er antwortet mit einem Token. Fügen Sie es unten ein.'
      },
      whatsapp: {
        one: 'Öffnen Sie Ihre App bei Meta, fügen Sie WhatsApp hinzu und registrieren Sie Ihre Nummer.',
        two: 'Unter WhatsApp, API-Einrichtung: Kopieren Sie die Telefonnummer-ID. Erzeugen Sie für einen Systemnutzer ein dauerhaftes Zugriffstoken.',
        three: 'Unter App-Einstellungen, Allgemeines: Kopieren Sie den App-Geheimcode.'
      },
      messenger: {
        one: 'Öffnen Sie Ihre App bei Meta und fügen Sie Messenger hinzu.',
        two: 'Unter Messenger, API-Einstellungen: Verbinden Sie Ihre Seite und erzeugen Sie ihr Zugriffstoken.',
        three: 'Unter App-Einstellungen, Allgemeines: Kopieren Sie den App-Geheimcode.'
      },
      instagram: {
        one: 'Öffnen Sie Ihre App bei Meta und fügen Sie Instagram hinzu.',
        two: 'Unter Instagram, API-Einrichtung mit Instagram-Login: Fügen Sie Ihr Konto hinzu und erzeugen Sie sein Zugriffstoken.',
        three: 'Auf derselben Seite: Kopieren Sie den Instagram-App-Geheimcode.'
      },
      sms: {
        one: 'Öffnen Sie die Konsole Ihres Anbieters und besorgen Sie eine Nummer, die Nachrichten empfängt.',
        two: 'Auf der Startseite: Kopieren Sie Account SID und Auth Token.',
        three: 'Bei einem anderen Anbieter als Twilio: Tragen Sie unter „Erweitert“ die Adresse seiner API ein.'
      },
      viber: {
        one: 'Öffnen Sie Vibers Seite für Partner und legen Sie einen Bot an, oder lassen Sie ihn von Ihrem Viber-Partner anlegen.',
        two: 'In den Einstellungen des Bots: Kopieren Sie das Token.'
      },
      line: {
        one: 'Öffnen Sie die LINE Developers Console und wählen Sie den Messaging-API-Kanal Ihres Kontos.',
        two: 'Auf der Seite „Basic settings“: Kopieren Sie das Channel secret.',
        three: 'Auf der Seite „Messaging API“: Erzeugen Sie ein Channel access token und kopieren Sie es.'
      }
    },
    paste: {
      whatsapp: 'In Ihrer App: WhatsApp, Konfiguration, Webhook. Fügen Sie beides ein, drücken Sie „Verifizieren und speichern“ und abonnieren Sie das Feld messages.',
      messenger: 'In Ihrer App: Messenger, API-Einstellungen, Webhooks. Fügen Sie beides ein, drücken Sie „Verifizieren und speichern“ und abonnieren Sie messages für Ihre Seite.',
      instagram: 'In Ihrer App: Instagram, API-Einrichtung, Webhooks. Fügen Sie beides ein, drücken Sie „Verifizieren und speichern“ und abonnieren Sie messages.',
      sms: 'In den Nachrichteneinstellungen Ihrer Nummer: als Webhook für „A message comes in“, mit der Methode POST.',
      line: 'Auf der Seite „Messaging API“: als Webhook URL einfügen, „Verify“ drücken, dann „Use webhook“ einschalten.'
    },
    secret: {
      bot_token: 'Bot-Token',
      access_token: 'Zugriffstoken',
      page_access_token: 'Zugriffstoken der Seite',
      app_secret: 'App-Geheimcode',
      auth_token: 'Auth Token',
      channel_access_token: 'Zugriffstoken des Kanals',
      channel_secret: 'Channel secret',
      signing: 'Signaturgeheimnis'
    },
    setting: {
      phone_number_id: 'Telefonnummer-ID',
      account_sid: 'Account SID',
      from: 'Absender',
      verify_token: 'Verify-Token',
      homeserver_url: 'Homeserver',
      api_url: 'Adresse der API'
    },
    help: {
      phone_number_id: 'Eine lange Zahl; nicht die Telefonnummer selbst.',
      account_sid: 'Beginnt mit AC.',
      from: 'Eine Nummer mit Ländervorwahl, etwa +15005550006, oder die SID eines Messaging Service.',
      verify_token: 'Ein beliebiger Text. Bleibt es leer, gilt die ID dieses Kanals.',
      homeserver_url: 'Seine Adresse oder die Domain seiner Konten, etwa https://matrix.example.org.',
      api_url: 'Bleibt es leer, gilt die des Anbieters. Ändern Sie sie nur für einen eigenen Server.'
    },
    receive: 'Wie Nachrichten hereinkommen',
    receives: {
      poll: 'Dieser Server holt sie ab',
      webhook: 'Telegram sendet sie hierher'
    },
    receiveHelp: 'Abholen geht überall. Senden braucht eine öffentliche https://-Adresse.',
    template: 'Vorlage nach 24 Stunden',
    templateHelp: 'WhatsApp nimmt eigene Worte 24 Stunden lang nach der letzten Nachricht des Kunden an. Danach wird stattdessen diese genehmigte Vorlage gesendet.',
    templateName: 'Name der Vorlage',
    templateLanguage: 'Ihre Sprache, etwa de'
  }
} satisfies Translation;
