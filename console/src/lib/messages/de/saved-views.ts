import { number } from '../../format/plural';
import type { Translation } from '../shape';

/** Views that were saved: shared, ordered, counted. */
export const savedViews = {
  savedViews: {
    manage: 'Ansichten verwalten',
    text: 'Ihre Ansichten und die mit Ihnen geteilten, in Ihrer Reihenfolge. Ziehen Sie sie, oder nutzen Sie die Pfeiltasten am Griff.',
    empty: 'Noch keine gespeicherten Ansichten.',
    personal: 'Nur ich',
    everybody: 'Alle',
    group: 'Eine Gruppe',
    shared: 'geteilt',
    done: 'Fertig',
    orderHelp: 'Ziehen, oder Pfeiltasten',
    gone: 'Diese Ansicht gibt es nicht mehr, oder sie ist nicht mit Ihnen geteilt.',
    order: (name: string) => `${name} verschieben`,
    nameOf: (name: string) => `Name von ${name}`,
    whoHas: (name: string) => `Wer ${name} hat`,
    link: (name: string) => `Link zu ${name} kopieren`,
    remove: (name: string) => `${name} entfernen`,
    movedTo: (name: string, place: number) => `${name}: Platz ${number(place)}.`,
    more: (count: number) => `${number(count)}+`
  }
} satisfies Translation;
