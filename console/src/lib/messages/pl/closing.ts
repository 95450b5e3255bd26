import type { Translation } from '../shape';

/** Attributes that are needed before a conversation is closed. */
export const closing = {
  closing: {
    required: 'Wymagane do zamknięcia rozmowy',
    requiredHelp: 'Nikt nie zamknie rozmowy, dopóki nie ma tu wartości: ani ręcznie, ani przez API. Reguły i minutniki nadal to robią.',
    tag: 'Wymagane do zamknięcia',
    title: 'Przed zamknięciem',
    text: 'To jest potrzebne, zanim rozmowa zostanie zamknięta.',
    textEnd: 'To jest potrzebne, zanim czat się zakończy i sprawa zostanie zamknięta.',
    close: 'Zapisz i zamknij',
    mayNot: 'Dane klientów zmieniają inne osoby w zespole. Poproś je o wypełnienie:',
    unknown: 'Uzupełnij brakujące dane w panelu obok rozmowy.',
    yes: 'Tak',
    no: 'Nie',
    choose: 'Wybierz'
  }
} satisfies Translation;
