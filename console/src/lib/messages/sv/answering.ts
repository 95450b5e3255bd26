import { plural } from '../../format/plural';
import type { Translation } from '../shape';

/** The end of a chat, and canned replies while one writes. */
export const answering = {
  chatTimer: {
    left: (time: string) => `Chatten avslutas om ${time}`,
    why: 'Chatten avslutas av sig själv om kunden inte svarar.',
    extend: '+5 min',
    extendLabel: 'Håll chatten öppen i 5 minuter till',
    warning: 'Den här chatten avslutas om mindre än en minut om kunden inte svarar.',
    notice: 'En av dina chattar avslutas om en minut',
    endKey: 'Avsluta chatten'
  },

  replyPicker: {
    open: 'Infoga en svarsmall',
    list: 'Svarsmallar',
    found: (n: number) => plural(n, { one: '# svarsmall', other: '# svarsmallar' }),
    none: 'Ingen svarsmall innehåller detta.',
    noneYet: 'Det finns inga svarsmallar ännu.',
    loading: 'Svarsmallarna hämtas…',
    leftOut: (names: string) => `Utelämnat, eftersom du ser det maskerat: ${names}`
  }
} satisfies Translation;
