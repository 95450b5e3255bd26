import { plural } from '../../format/plural';
import type { Translation } from '../shape';

/** The page of canned replies, and after how long chats end. */
export const replies = {
  replies: {
    title: 'Gotowe odpowiedzi',
    text: 'Odpowiedzi, których udzielasz wciąż na nowo. Wpisz / w rozmowie, aby wstawić jedną z nich.',
    create: 'Nowa gotowa odpowiedź',
    empty: 'Nie ma jeszcze gotowych odpowiedzi',
    emptyText: 'Napisz pierwszą: powitanie, godziny otwarcia, jak coś odesłać.',
    name: 'Krótka nazwa',
    nameHelp: 'Jedno słowo, wpisywane po /.',
    titleLabel: 'Tytuł',
    titleHelp: 'Do czego służy. Widzi to tylko Twój zespół.',
    reply: 'Tekst',
    textHelp: 'Kto widzi wartość zamaskowaną, dostaje zamiast niej to, co stoi po |, na przykład {profile.phone|Twój numer}.',
    language: 'Język',
    anyLanguage: 'Dowolny język',
    audience: 'Kto ją widzi',
    everybody: 'Wszyscy',
    everybodyHelp: 'Każdy, kto odpowiada klientom.',
    group: 'Grupa',
    groupHelp: 'Tylko jej członkowie.',
    personal: 'Tylko ja',
    personalHelp: 'Nikt inny, nawet administratorzy.',
    chooseGroup: 'Grupa',
    used: 'Użyto',
    never: 'Nigdy',
    times: (n: number) => plural(n, { one: '# raz', few: '# razy', many: '# razy', other: '# razu' }),
    search: 'Szukaj w gotowych odpowiedziach',
    noMatch: 'Żadna gotowa odpowiedź tego nie zawiera.',
    deleted: (name: string) => `Usunięto: ${name}.`
  },

  chatEnd: {
    title: 'Koniec czatów',
    minutes: 'Czat kończy się sam po',
    minutesHelp: 'Minuty bez odpowiedzi na Twoją wiadomość. 0: nigdy.',
    status: 'Status sprawy potem'
  }
} satisfies Translation;
