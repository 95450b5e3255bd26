import { plural } from '../../format/plural';

export const queue = {
  views: { mine: 'Les miennes', unassigned: 'Non attribuées', notIdentified: 'Non identifiées' },

  glance: {
    waiting: 'Attendent une réponse',
    unread: 'Non lues',
    openLongest: 'Ouvrir celle qui attend le plus',
    openFirst: 'Ouvrir la première',
    none: 'Pas encore de conversation',
    noneText: 'Une conversation s’ouvre ici, avec à côté qui est le client et avec quelle certitude.',
    tryText: 'Nul besoin d’attendre un message : dans le chat de test, le client, c’est vous.'
  },

  bulk: {
    select: 'Sélectionner des conversations',
    stop: 'Terminer la sélection',
    pick: (name: string) => `Sélectionner la conversation avec ${name}`,
    close: 'Terminer et clore',
    endTitle: (n: number) => plural(n, { one: 'Terminer # chat ?', other: 'Terminer # chats ?' }),
    endText: 'Les clients voient que le chat est terminé, et les conversations sont closes. Un nouveau message en ouvre une autre. C’est irréversible.',
    done: (n: number) => plural(n, { one: '# conversation modifiée.', other: '# conversations modifiées.' }),
    undone: 'Rétabli comme avant.'
  },

  queue: {
    waits: 'Attend une réponse',
    wrongCode: 'A envoyé un code erroné',
    asked: 'Un code lui a été demandé',
    askedNow: 'Demandé à l’instant',
    nextKey: 'Prochaine à traiter',
    done: 'Tout est fait ici.',
    next: 'Conversation suivante',
    noNext: 'Personne d’autre n’attend ici.',
    testChat: 'Chat de test'
  }
};
