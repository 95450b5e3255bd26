/** The telephones on which colleagues take calls. */
export const telephone = {
  telephone: {
    title: 'Teléfono para llamadas',
    text: 'Las llamadas para usted, sus grupos y sus colas suenan en este teléfono mientras esté aquí. Para atender una, descuelgue y pulse una tecla.',
    number: 'Número',
    numberHelp: 'Con el prefijo del país, como +46706170786. Solo lo ven su titular y los administradores; quien llama ve el número de la empresa. Vacío: sin teléfono.',
    rings: 'Suena con las llamadas',
    item: 'Teléfono',
    of: (name: string) => `Teléfono de ${name}`,
    textOf: 'Las llamadas para esta persona, sus grupos y sus colas suenan en este teléfono mientras esté aquí. Para atender una, descuelga y pulsa una tecla.',
    answer: 'Su teléfono está sonando. Descuelgue y pulse una tecla.'
  }
};
