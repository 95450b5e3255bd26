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
    note: 'Nota',
    find: (text: string) => `Buscar «${text}» en las conversaciones`
  }
};
