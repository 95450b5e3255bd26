export const search = {
  search: {
    results: 'Wyniki',
    conversations: 'Rozmowy',
    messages: 'Wiadomości',
    none: 'Nic nie znaleziono',
    noneText: 'Każde słowo musi być początkiem słowa tej samej wiadomości. Adresów e-mail i długich numerów w wiadomościach się nie przeszukuje; tych należących do klientów – tak.',
    within: 'Przeszukano tylko w ramach filtrów.',
    everywhere: 'Szukaj wszędzie',
    notWhole: 'Starsze wiadomości są jeszcze wczytywane. Spróbuj ponownie za chwilę.',
    off: 'Ten serwer nie przeszukuje słów wiadomości; rozmowy znajdziesz po numerze, etykiecie i kliencie.',
    note: 'Notatka',
    find: (text: string) => `Szukaj „${text}” w rozmowach`
  }
};
