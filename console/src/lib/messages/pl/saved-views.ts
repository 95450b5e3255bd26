import { number } from '../../format/plural';
import type { Translation } from '../shape';

/** Views that were saved: shared, ordered, counted. */
export const savedViews = {
  savedViews: {
    manage: 'Zarządzaj widokami',
    text: 'Twoje widoki i te, które ci udostępniono, w twojej kolejności. Przeciągnij je albo użyj strzałek na uchwycie.',
    empty: 'Nie ma jeszcze zapisanych widoków.',
    personal: 'Tylko ja',
    everybody: 'Wszyscy',
    group: 'Grupa',
    shared: 'udostępniony',
    done: 'Gotowe',
    orderHelp: 'Przeciągnij albo użyj strzałek',
    gone: 'Tego widoku już nie ma albo nie jest ci udostępniony.',
    order: (name: string) => `Przesuń ${name}`,
    nameOf: (name: string) => `Nazwa: ${name}`,
    whoHas: (name: string) => `Kto ma ${name}`,
    link: (name: string) => `Kopiuj link do ${name}`,
    remove: (name: string) => `Usuń ${name}`,
    movedTo: (name: string, place: number) => `${name}: miejsce ${number(place)}.`,
    more: (count: number) => `${number(count)}+`
  }
} satisfies Translation;
