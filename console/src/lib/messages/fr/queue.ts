import { plural } from '../../format/plural';

export const queue = {
  views: { mine: 'Les miennes', unassigned: 'Non attribuées', notIdentified: 'Non identifiées' },

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
    testChat: 'Chat de test'
  }
};
