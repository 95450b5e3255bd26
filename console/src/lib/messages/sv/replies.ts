import { plural } from '../../format/plural';
import type { Translation } from '../shape';

/** The page of canned replies, and after how long chats end. */
export const replies = {
  replies: {
    title: 'Svarsmallar',
    text: 'Svar som du ger om och om igen. Skriv / i ett samtal för att infoga ett.',
    create: 'Ny svarsmall',
    empty: 'Inga svarsmallar ännu',
    emptyText: 'Skriv den första: en hälsning, era öppettider, hur man skickar tillbaka något.',
    name: 'Kortnamn',
    nameHelp: 'Ett ord som skrivs efter /.',
    titleLabel: 'Rubrik',
    titleHelp: 'Vad den är till för. Bara ditt team ser det.',
    reply: 'Text',
    textHelp: 'Den som ser ett värde maskerat får i stället det som står efter |, till exempel {profile.phone|ditt nummer}.',
    language: 'Språk',
    anyLanguage: 'Alla språk',
    audience: 'Vem ser den',
    everybody: 'Alla',
    everybodyHelp: 'Alla som svarar kunder.',
    group: 'En grupp',
    groupHelp: 'Bara dess medlemmar.',
    personal: 'Bara jag',
    personalHelp: 'Ingen annan, inte heller administratörer.',
    chooseGroup: 'Grupp',
    used: 'Använd',
    never: 'Aldrig',
    times: (n: number) => plural(n, { one: '# gång', other: '# gånger' }),
    search: 'Sök bland svarsmallar',
    noMatch: 'Ingen svarsmall innehåller detta.',
    deleted: (name: string) => `${name} raderades.`
  },

  chatEnd: {
    title: 'Chattars slut',
    minutes: 'En chatt avslutas av sig själv efter',
    minutesHelp: 'Minuter utan svar på ditt meddelande. 0: aldrig.',
    status: 'Ärendets status sedan'
  }
} satisfies Translation;
