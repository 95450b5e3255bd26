import { number } from '../../format/plural';
import type { Translation } from '../shape';

/** Views that were saved: shared, ordered, counted. */
export const savedViews = {
  savedViews: {
    manage: 'Gérer les vues',
    text: 'Vos vues et celles partagées avec vous, dans votre ordre. Faites-les glisser, ou utilisez les flèches sur la poignée.',
    empty: 'Pas encore de vues enregistrées.',
    personal: 'Moi seul',
    everybody: 'Tout le monde',
    group: 'Un groupe',
    shared: 'partagée',
    done: 'Terminé',
    orderHelp: 'Glisser, ou les flèches',
    gone: 'Cette vue n’existe plus, ou n’est pas partagée avec vous.',
    order: (name: string) => `Déplacer ${name}`,
    nameOf: (name: string) => `Nom de ${name}`,
    whoHas: (name: string) => `Qui a ${name}`,
    link: (name: string) => `Copier le lien vers ${name}`,
    remove: (name: string) => `Retirer ${name}`,
    movedTo: (name: string, place: number) => `${name} : place ${number(place)}.`,
    more: (count: number) => `${number(count)}+`
  }
} satisfies Translation;
