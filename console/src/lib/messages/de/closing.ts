import type { Translation } from '../shape';

/** Attributes that are needed before a conversation is closed. */
export const closing = {
  closing: {
    required: 'Nötig, um eine Unterhaltung zu schließen',
    requiredHelp: 'Niemand schließt eine Unterhaltung, bevor das einen Wert hat, weder von Hand noch per API. Regeln und Zeitgeber tun es weiterhin.',
    tag: 'Nötig zum Schließen',
    title: 'Vor dem Schließen',
    text: 'Das wird gebraucht, bevor diese Unterhaltung geschlossen wird.',
    textEnd: 'Das wird gebraucht, bevor dieser Chat endet und der Vorgang geschlossen wird.',
    close: 'Speichern und schließen',
    mayNot: 'Kundendaten ändern andere in Ihrem Team. Bitten Sie sie, das auszufüllen:',
    unknown: 'Füllen Sie im Bereich neben der Unterhaltung aus, was fehlt.',
    yes: 'Ja',
    no: 'Nein',
    choose: 'Auswählen'
  }
} satisfies Translation;
