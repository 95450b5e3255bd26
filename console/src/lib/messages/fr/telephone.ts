/** The telephones on which colleagues take calls. */
export const telephone = {
  telephone: {
    title: 'Téléphone pour les appels',
    text: 'Les appels pour vous, vos groupes et leurs files sonnent sur ce téléphone tant que vous êtes là. Pour en prendre un, décrochez et appuyez sur une touche.',
    number: 'Numéro',
    numberHelp: 'Avec l’indicatif du pays, par exemple +46706170786. Seuls son titulaire et les administrateurs le voient ; l’appelant voit le numéro de l’entreprise. Vide : pas de téléphone.',
    rings: 'Sonne pour les appels',
    item: 'Téléphone',
    of: (name: string) => `Téléphone de ${name}`,
    textOf: 'Les appels pour cette personne, ses groupes et leurs files sonnent sur ce téléphone tant qu’elle est là. Pour en prendre un, elle décroche et appuie sur une touche.',
    answer: 'Votre téléphone sonne. Décrochez et appuyez sur une touche.'
  }
};
