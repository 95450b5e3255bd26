export const together = {
  together: {
    find: 'Buscar conversaciones',
    stopFind: 'Terminar la búsqueda',
    writing: (names: string) => `Escribe aquí: ${names}`,
    answered: (name: string) => `${name} ha respondido mientras tanto. Léalo primero; su texto sigue aquí.`,
    somebody: 'Otra persona',
    anyway: 'Enviar de todos modos'
  }
};
