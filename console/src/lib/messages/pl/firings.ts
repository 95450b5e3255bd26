import { plural } from '../../format/plural';

/** What rules did in a conversation; by the words of `GET /v1/cases/{id}/firings`. */
export const firings = {
  firings: {
    fired: (name: string) => `Zadziałała reguła „${name}”`,
    line: (rule: string, what: string) => `${rule}: ${what}`,
    nothing: 'nic nie zrobiono',
    open: 'Otwórz regułę',
    heldBack: (n: number) => plural(n, { one: '# wstrzymana', few: '# wstrzymane', many: '# wstrzymanych', other: '# wstrzymanej' }),
    outcome: { held: 'Wstrzymano', skipped: 'Nie wykonano' } as Record<string, string>,
    because: {
      new_case: 'Zaczęła się rozmowa',
      message: 'Przyszła wiadomość',
      change: 'Coś się zmieniło',
      half_hour: 'Minęło pół godziny',
      delay: 'Minął jej czas oczekiwania'
    } as Record<string, string>,
    did: {
      send_message: 'wysłano wiadomość',
      ask_for_code: 'poproszono o kod',
      end_chat: 'zakończono czat',
      set_status: 'zmieniono status',
      set_priority: 'zmieniono priorytet',
      assign_agent: 'przypisano komuś',
      assign_group: 'przekazano grupie',
      assign_round_robin: 'przypisano po kolei',
      unassign: 'cofnięto przypisanie',
      add_labels: 'dodano etykiety',
      remove_labels: 'usunięto etykiety',
      set_attribute: 'ustawiono atrybut',
      note: 'zapisano notatkę',
      notify: 'powiadomiono współpracowników',
      email_customer: 'wysłano e-mail',
      webhook: 'wywołano inny serwer',
      stop: 'zatrzymano dalsze reguły'
    } as Record<string, string>,
    action: {
      send_message: 'Wysłanie wiadomości',
      ask_for_code: 'Prośba o kod',
      end_chat: 'Zakończenie czatu',
      set_status: 'Zmiana statusu',
      set_priority: 'Zmiana priorytetu',
      assign_agent: 'Przypisanie komuś',
      assign_group: 'Przekazanie grupie',
      assign_round_robin: 'Przypisanie po kolei',
      unassign: 'Cofnięcie przypisania',
      add_labels: 'Dodanie etykiet',
      remove_labels: 'Usunięcie etykiet',
      set_attribute: 'Ustawienie atrybutu',
      note: 'Zapisanie notatki',
      notify: 'Powiadomienie współpracowników',
      email_customer: 'Wysłanie e-maila',
      webhook: 'Wywołanie innego serwera',
      stop: 'Zatrzymanie dalszych reguł'
    } as Record<string, string>,
    reason: {
      same_rule: 'Reguła odpowiedziała w tej rozmowie mniej niż minutę wcześniej.',
      too_many: 'W ciągu dziesięciu minut wyszły trzy automatyczne odpowiedzi.',
      too_many_today: 'W ciągu doby wyszło dziesięć automatycznych odpowiedzi.',
      same_text: 'Ten sam tekst padł dwa razy w ciągu godziny.',
      too_fast: 'Druga strona odpowiada szybciej, niż człowiek czyta: to pewnie maszyna.',
      unproved: 'Nikt nie ręczy za nadawcę, a na ten adres w ciągu doby wysłano trzy automatyczne odpowiedzi.',
      workspace: 'Przestrzeń robocza wysyłała więcej automatycznych odpowiedzi, niż może.',
      no_text: 'Nie został żaden tekst do wysłania.',
      limits_unreadable: 'Nie udało się odczytać limitów.',
      nobody_in_the_group: 'W grupie nie ma nikogo aktywnego.',
      too_many_labels: 'Rozmowa ma już tyle etykiet, ile może.',
      attribute_deleted: 'Atrybut usunięto.',
      nobody_to_tell: 'Nikt z osób do powiadomienia nie jest aktywny.',
      no_email_channel: 'Żadna skrzynka nie jest podłączona.',
      no_email_address: 'Żaden adres klienta nie jest potwierdzony.',
      no_address: 'Nie został żaden adres do wywołania.',
      address_too_long: 'Adres okazał się za długi.',
      body_too_long: 'Treść okazała się za długa.'
    } as Record<string, string>
  }
};
