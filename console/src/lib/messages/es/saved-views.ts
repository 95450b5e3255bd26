import { number } from '../../format/plural';
import type { Translation } from '../shape';

/** Views that were saved: shared, ordered, counted. */
export const savedViews = {
  savedViews: {
    manage: 'Gestionar vistas',
    text: 'Sus vistas y las compartidas con usted, en su orden. Arrástrelas o use las flechas en el asa.',
    empty: 'Aún no hay vistas guardadas.',
    personal: 'Solo yo',
    everybody: 'Todos',
    group: 'Un grupo',
    shared: 'compartida',
    done: 'Listo',
    orderHelp: 'Arrastrar, o las flechas',
    gone: 'Esta vista ya no existe o no se comparte con usted.',
    order: (name: string) => `Mover ${name}`,
    nameOf: (name: string) => `Nombre de ${name}`,
    whoHas: (name: string) => `Quién tiene ${name}`,
    link: (name: string) => `Copiar el enlace a ${name}`,
    remove: (name: string) => `Quitar ${name}`,
    movedTo: (name: string, place: number) => `${name}: lugar ${number(place)}.`,
    more: (count: number) => `${number(count)}+`
  }
} satisfies Translation;
