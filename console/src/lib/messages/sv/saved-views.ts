import { number } from '../../format/plural';
import type { Translation } from '../shape';

/** Views that were saved: shared, ordered, counted. */
export const savedViews = {
  savedViews: {
    manage: 'Hantera vyer',
    text: 'Dina vyer och de som delats med dig, i din ordning. Dra dem, eller använd piltangenterna på handtaget.',
    empty: 'Inga sparade vyer ännu.',
    personal: 'Bara jag',
    everybody: 'Alla',
    group: 'En grupp',
    shared: 'delad',
    done: 'Klar',
    orderHelp: 'Dra, eller piltangenterna',
    gone: 'Vyn finns inte längre, eller delas inte med dig.',
    order: (name: string) => `Flytta ${name}`,
    nameOf: (name: string) => `Namn på ${name}`,
    whoHas: (name: string) => `Vem som har ${name}`,
    link: (name: string) => `Kopiera länken till ${name}`,
    remove: (name: string) => `Ta bort ${name}`,
    movedTo: (name: string, place: number) => `${name}: plats ${number(place)}.`,
    more: (count: number) => `${number(count)}+`
  }
} satisfies Translation;
