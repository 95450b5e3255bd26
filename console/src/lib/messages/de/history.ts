import { plural } from '../../format/plural';

/** What happened to an installation, and the words of the web chat. */
export const history = {
  history: {
    title: 'Verlauf',
    text: 'Wann Server starteten und endeten, wann die Datenbank auf den neuesten Stand kam und was nicht zugestellt werden konnte.',
    started: (version: string) => `Server gestartet, Version ${version}`,
    stopped: 'Server beendet',
    lost: 'Ein Server war ohne Abmeldung weg',
    lostHelp: 'Strom, Speicher oder ein erzwungenes Ende: Mehr weiß das Protokoll des Systems. Was bestätigt war, ist nicht verloren.',
    migrated: (version: string, n: number) =>
      plural(n, { one: `Datenbank in # Schritt auf Version ${version} gebracht`, other: `Datenbank in # Schritten auf Version ${version} gebracht` }),
    gaveUp: {
      webhook: (n: number) => plural(n, { one: '# Webhook-Zustellung wurde aufgegeben', other: '# Webhook-Zustellungen wurden aufgegeben' }),
      message: (n: number) => plural(n, { one: '# Nachricht konnte nicht zugestellt werden', other: '# Nachrichten konnten nicht zugestellt werden' })
    }
  },

  chatPhrases: {
    open: 'Texte …',
    save: 'Texte speichern',
    frame: 'Vorschau des Chats',
    states: {
      talk: 'Im Gespräch',
      new: 'Erster Besuch',
      away: 'Niemand ist da',
      typing: 'Jemand schreibt',
      signed_in: 'Angemeldet',
      ended: 'Chat ist beendet',
      no_net: 'Keine Verbindung',
      unavailable: 'Nicht verfügbar'
    },
    phrase: {
      chat: 'Name des Chats',
      placeholder: 'Im leeren Nachrichtenfeld',
      send: 'Senden-Schaltfläche',
      fresh: 'Wenn eine andere Person beginnt',
      ended: 'Wenn der Chat beendet ist',
      proved: 'Nachdem der Kunde erkannt ist',
      typing: 'Während jemand schreibt',
      away: 'Wenn niemand da ist',
      away_text: 'Wenn niemand da ist, Erklärung',
      your_name: 'Feld für den Namen',
      your_email: 'Feld für die E-Mail-Adresse',
      attach: 'Schaltfläche für Dateien',
      offline: 'Ohne Verbindung',
      unavailable: 'Wenn etwas nicht geht',
      unavailable_text: 'Wenn etwas nicht geht, Erklärung'
    } as Record<string, string>
  }
};
