import { plural } from '../../format/plural';

/** What rules did in a conversation; by the words of `GET /v1/cases/{id}/firings`. */
export const firings = {
  firings: {
    fired: (name: string) => `Regeln ”${name}” utlöstes`,
    line: (rule: string, what: string) => `${rule}: ${what}`,
    nothing: 'inget gjordes',
    open: 'Öppna regeln',
    heldBack: (n: number) => plural(n, { one: '# hölls tillbaka', other: '# hölls tillbaka' }),
    outcome: { held: 'Hölls tillbaka', skipped: 'Gjordes inte' } as Record<string, string>,
    because: {
      new_case: 'En konversation började',
      message: 'Ett meddelande kom',
      change: 'Något ändrades',
      half_hour: 'Halvtimmen',
      delay: 'Dess väntetid var över'
    } as Record<string, string>,
    did: {
      send_message: 'skickade ett meddelande',
      ask_for_code: 'bad om en kod',
      end_chat: 'avslutade chatten',
      set_status: 'ändrade status',
      set_priority: 'ändrade prioritet',
      assign_agent: 'tilldelade någon',
      assign_group: 'gav den till en grupp',
      assign_round_robin: 'tilldelade i tur och ordning',
      unassign: 'tog bort tilldelningen',
      add_labels: 'lade till etiketter',
      remove_labels: 'tog bort etiketter',
      set_attribute: 'satte ett attribut',
      note: 'skrev en anteckning',
      notify: 'meddelade kollegor',
      email_customer: 'skrev ett mejl',
      webhook: 'anropade en annan server',
      stop: 'stoppade fler regler'
    } as Record<string, string>,
    action: {
      send_message: 'Skicka ett meddelande',
      ask_for_code: 'Be om en kod',
      end_chat: 'Avsluta chatten',
      set_status: 'Ändra status',
      set_priority: 'Ändra prioritet',
      assign_agent: 'Tilldela någon',
      assign_group: 'Ge den till en grupp',
      assign_round_robin: 'Tilldela i tur och ordning',
      unassign: 'Ta bort tilldelningen',
      add_labels: 'Lägga till etiketter',
      remove_labels: 'Ta bort etiketter',
      set_attribute: 'Sätta ett attribut',
      note: 'Skriva en anteckning',
      notify: 'Meddela kollegor',
      email_customer: 'Skriva ett mejl',
      webhook: 'Anropa en annan server',
      stop: 'Stoppa fler regler'
    } as Record<string, string>,
    reason: {
      same_rule: 'Regeln hade svarat i den här konversationen för mindre än en minut sedan.',
      too_many: 'Tre automatiska svar hade gått ut inom tio minuter.',
      too_many_today: 'Tio automatiska svar hade gått ut inom ett dygn.',
      same_text: 'Samma text hade sagts två gånger inom en timme.',
      too_fast: 'Motparten svarar snabbare än en människa läser: troligen en maskin.',
      unproved: 'Ingen går i god för avsändaren, och tre automatiska svar har gått till adressen inom ett dygn.',
      workspace: 'Arbetsytan skickade fler automatiska svar än den får.',
      no_text: 'Det fanns ingen text kvar att säga.',
      limits_unreadable: 'Gränserna kunde inte läsas.',
      nobody_in_the_group: 'Ingen i gruppen är aktiv.',
      too_many_labels: 'Konversationen har redan så många etiketter den får ha.',
      attribute_deleted: 'Attributet togs bort.',
      nobody_to_tell: 'Ingen av dem som skulle meddelas är aktiv.',
      no_email_channel: 'Ingen brevlåda är ansluten.',
      no_email_address: 'Ingen adress till kunden är bevisad.',
      no_address: 'Det fanns ingen adress kvar att anropa.',
      address_too_long: 'Adressen blev för lång.',
      body_too_long: 'Innehållet blev för långt.'
    } as Record<string, string>
  }
};
