import type { Translation } from '../shape';

/** Attributes that are needed before a conversation is closed. */
export const closing = {
  closing: {
    required: 'Nécessaire pour clore une conversation',
    requiredHelp: 'Personne ne clôt une conversation avant que ceci ait une valeur, ni à la main ni par l’API. Les règles et les minuteries le font quand même.',
    tag: 'Nécessaire pour clore',
    title: 'Avant de la clore',
    text: 'Ceci est nécessaire avant de clore cette conversation.',
    textEnd: 'Ceci est nécessaire avant de terminer ce chat et de clore le dossier.',
    close: 'Enregistrer et clore',
    mayNot: 'D’autres personnes de votre équipe modifient les clients. Demandez-leur de remplir :',
    unknown: 'Remplissez ce qui manque dans le volet à côté de la conversation.',
    yes: 'Oui',
    no: 'Non',
    choose: 'Choisir'
  }
} satisfies Translation;
