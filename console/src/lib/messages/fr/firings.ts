import { plural } from '../../format/plural';

/** What rules did in a conversation; by the words of `GET /v1/cases/{id}/firings`. */
export const firings = {
  firings: {
    fired: (name: string) => `La règle « ${name} » s’est déclenchée`,
    line: (rule: string, what: string) => `${rule} : ${what}`,
    nothing: 'rien n’a été fait',
    open: 'Ouvrir la règle',
    heldBack: (n: number) => plural(n, { one: '# retenue', other: '# retenues' }),
    outcome: { held: 'Retenu', skipped: 'Non fait' } as Record<string, string>,
    because: {
      new_case: 'Une conversation a commencé',
      message: 'Un message est arrivé',
      change: 'Quelque chose a changé',
      half_hour: 'La demi-heure',
      delay: 'Son délai était écoulé'
    } as Record<string, string>,
    did: {
      send_message: 'a envoyé un message',
      ask_for_code: 'a demandé un code',
      end_chat: 'a terminé le chat',
      set_status: 'a changé le statut',
      set_priority: 'a changé la priorité',
      assign_agent: 'l’a attribuée à quelqu’un',
      assign_group: 'l’a confiée à un groupe',
      assign_round_robin: 'l’a attribuée à tour de rôle',
      unassign: 'a retiré l’attribution',
      add_labels: 'a ajouté des étiquettes',
      remove_labels: 'a retiré des étiquettes',
      set_attribute: 'a défini un attribut',
      note: 'a écrit une note',
      notify: 'a prévenu des collègues',
      email_customer: 'a écrit un e-mail',
      webhook: 'a appelé un autre serveur',
      stop: 'a arrêté les règles suivantes'
    } as Record<string, string>,
    action: {
      send_message: 'Envoyer un message',
      ask_for_code: 'Demander un code',
      end_chat: 'Terminer le chat',
      set_status: 'Changer le statut',
      set_priority: 'Changer la priorité',
      assign_agent: 'L’attribuer à quelqu’un',
      assign_group: 'La confier à un groupe',
      assign_round_robin: 'L’attribuer à tour de rôle',
      unassign: 'Retirer l’attribution',
      add_labels: 'Ajouter des étiquettes',
      remove_labels: 'Retirer des étiquettes',
      set_attribute: 'Définir un attribut',
      note: 'Écrire une note',
      notify: 'Prévenir des collègues',
      email_customer: 'Écrire un e-mail',
      webhook: 'Appeler un autre serveur',
      stop: 'Arrêter les règles suivantes'
    } as Record<string, string>,
    reason: {
      same_rule: 'La règle avait répondu dans cette conversation moins d’une minute avant.',
      too_many: 'Trois réponses automatiques étaient parties en dix minutes.',
      too_many_today: 'Dix réponses automatiques étaient parties en une journée.',
      same_text: 'Le même texte avait été dit deux fois en une heure.',
      too_fast: 'L’autre côté répond plus vite qu’une personne ne lit : sans doute une machine.',
      unproved: 'Personne ne se porte garant de l’expéditeur, et trois réponses automatiques sont parties à cette adresse en un jour.',
      workspace: 'L’espace de travail envoyait plus de réponses automatiques que permis.',
      no_text: 'Il ne restait pas de texte à dire.',
      limits_unreadable: 'Les limites n’ont pas pu être lues.',
      nobody_in_the_group: 'Personne n’est actif dans le groupe.',
      too_many_labels: 'La conversation a déjà toutes les étiquettes permises.',
      attribute_deleted: 'L’attribut a été supprimé.',
      nobody_to_tell: 'Aucune des personnes à prévenir n’est active.',
      no_email_channel: 'Aucune boîte n’est connectée.',
      no_email_address: 'Aucune adresse du client n’est prouvée.',
      no_address: 'Il ne restait pas d’adresse à appeler.',
      address_too_long: 'L’adresse est devenue trop longue.',
      body_too_long: 'Le contenu est devenu trop long.'
    } as Record<string, string>
  }
};
