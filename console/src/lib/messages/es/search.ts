export const search = {
  search: {
    results: 'Resultados',
    conversations: 'Conversaciones',
    messages: 'Mensajes',
    none: 'No se ha encontrado nada',
    noneText: 'Cada palabra debe ser el comienzo de una palabra del mismo mensaje. No se buscan direcciones de correo ni números largos dentro de los mensajes; los de los clientes, sí.',
    within: 'Se ha buscado solo dentro de los filtros.',
    everywhere: 'Buscar en todas partes',
    notWhole: 'Los mensajes antiguos aún se están leyendo. Vuelva a probar dentro de un rato.',
    off: 'Este servidor no busca en las palabras de los mensajes; las conversaciones se encuentran por número, etiqueta y cliente.',
    note: 'Nota',
    find: (text: string) => `Buscar «${text}» en las conversaciones`
  }
};
