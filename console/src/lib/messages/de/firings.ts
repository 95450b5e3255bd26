import { plural } from '../../format/plural';

/** What rules did in a conversation; by the words of `GET /v1/cases/{id}/firings`. */
export const firings = {
  firings: {
    fired: (name: string) => `Regel „${name}“ hat ausgelöst`,
    line: (rule: string, what: string) => `${rule}: ${what}`,
    nothing: 'nichts wurde getan',
    open: 'Regel öffnen',
    heldBack: (n: number) => plural(n, { one: '# zurückgehalten', other: '# zurückgehalten' }),
    outcome: { held: 'Zurückgehalten', skipped: 'Nicht ausgeführt' } as Record<string, string>,
    because: {
      new_case: 'Eine Unterhaltung begann',
      message: 'Eine Nachricht kam',
      change: 'Etwas wurde geändert',
      half_hour: 'Die halbe Stunde',
      delay: 'Ihre Wartezeit war um'
    } as Record<string, string>,
    did: {
      send_message: 'Nachricht gesendet',
      ask_for_code: 'Code angefordert',
      end_chat: 'Chat beendet',
      set_status: 'Status geändert',
      set_priority: 'Priorität geändert',
      assign_agent: 'jemandem zugewiesen',
      assign_group: 'an eine Gruppe gegeben',
      assign_round_robin: 'reihum zugewiesen',
      unassign: 'Zuweisung aufgehoben',
      add_labels: 'Labels hinzugefügt',
      remove_labels: 'Labels entfernt',
      set_attribute: 'Attribut gesetzt',
      note: 'Notiz geschrieben',
      notify: 'Kollegen benachrichtigt',
      email_customer: 'E-Mail geschrieben',
      webhook: 'anderen Server aufgerufen',
      stop: 'weitere Regeln angehalten'
    } as Record<string, string>,
    action: {
      send_message: 'Nachricht senden',
      ask_for_code: 'Code anfordern',
      end_chat: 'Chat beenden',
      set_status: 'Status ändern',
      set_priority: 'Priorität ändern',
      assign_agent: 'Jemandem zuweisen',
      assign_group: 'An eine Gruppe geben',
      assign_round_robin: 'Reihum zuweisen',
      unassign: 'Zuweisung aufheben',
      add_labels: 'Labels hinzufügen',
      remove_labels: 'Labels entfernen',
      set_attribute: 'Attribut setzen',
      note: 'Notiz schreiben',
      notify: 'Kollegen benachrichtigen',
      email_customer: 'E-Mail schreiben',
      webhook: 'Anderen Server aufrufen',
      stop: 'Weitere Regeln anhalten'
    } as Record<string, string>,
    reason: {
      same_rule: 'Die Regel hatte in dieser Unterhaltung vor weniger als einer Minute geantwortet.',
      too_many: 'Innerhalb von zehn Minuten waren drei automatische Antworten hinausgegangen.',
      too_many_today: 'Innerhalb eines Tages waren zehn automatische Antworten hinausgegangen.',
      same_text: 'Derselbe Text war innerhalb einer Stunde zweimal gesagt worden.',
      too_fast: 'Die andere Seite antwortet schneller, als ein Mensch liest: vermutlich eine Maschine.',
      unproved: 'Niemand bürgt für den Absender, und an die Adresse gingen innerhalb eines Tages drei automatische Antworten.',
      workspace: 'Der Arbeitsbereich verschickte mehr automatische Antworten, als er darf.',
      no_text: 'Es blieb kein Text übrig.',
      limits_unreadable: 'Die Grenzen ließen sich nicht lesen.',
      nobody_in_the_group: 'In der Gruppe ist niemand aktiv.',
      too_many_labels: 'Die Unterhaltung hat schon so viele Labels, wie sie haben darf.',
      attribute_deleted: 'Das Attribut wurde gelöscht.',
      nobody_to_tell: 'Von den zu Benachrichtigenden ist niemand aktiv.',
      no_email_channel: 'Kein Postfach ist verbunden.',
      no_email_address: 'Keine Adresse des Kunden ist nachgewiesen.',
      no_address: 'Es blieb keine Adresse übrig.',
      address_too_long: 'Die Adresse wurde zu lang.',
      body_too_long: 'Der Inhalt wurde zu lang.'
    } as Record<string, string>
  }
};
