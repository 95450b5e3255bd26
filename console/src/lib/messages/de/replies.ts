import { plural } from '../../format/plural';
import type { Translation } from '../shape';

/** The page of canned replies, and after how long chats end. */
export const replies = {
  replies: {
    title: 'Textbausteine',
    text: 'Antworten, die Sie immer wieder geben. Mit / fügen Sie im Gespräch eine ein.',
    create: 'Neuer Textbaustein',
    empty: 'Noch keine Textbausteine',
    emptyText: 'Schreiben Sie den ersten: eine Begrüßung, Ihre Öffnungszeiten, wie man etwas zurückschickt.',
    name: 'Kurzname',
    nameHelp: 'Ein Wort, das hinter / getippt wird.',
    titleLabel: 'Titel',
    titleHelp: 'Wofür er ist. Das sieht nur Ihr Team.',
    reply: 'Text',
    textHelp: 'Wer einen Wert maskiert sieht, bekommt stattdessen, was hinter | steht, etwa {profile.phone|Ihre Nummer}.',
    language: 'Sprache',
    anyLanguage: 'Jede Sprache',
    audience: 'Wer ihn sieht',
    everybody: 'Alle',
    everybodyHelp: 'Wer Kunden antwortet.',
    group: 'Eine Gruppe',
    groupHelp: 'Nur ihre Mitglieder.',
    personal: 'Nur ich',
    personalHelp: 'Niemand sonst, auch keine Administratoren.',
    chooseGroup: 'Gruppe',
    used: 'Benutzt',
    never: 'Nie',
    times: (n: number) => plural(n, { one: '#-mal', other: '#-mal' }),
    search: 'Textbausteine durchsuchen',
    noMatch: 'Dazu gibt es keinen Textbaustein.',
    deleted: (name: string) => `${name} wurde gelöscht.`
  },

  chatEnd: {
    title: 'Ende von Chats',
    minutes: 'Ein Chat endet von selbst nach',
    minutesHelp: 'Minuten ohne Antwort auf Ihre Nachricht. 0: nie.',
    status: 'Status des Falls danach'
  }
} satisfies Translation;
