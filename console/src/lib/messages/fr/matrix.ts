/** Matrix: how an account is connected, and what people in its rooms are told. */
export const matrix = {
  matrix: {
    needs: {
      one: 'Créez sur votre serveur un compte réservé à cet usage et ne vous y connectez jamais avec une application comme Element : les applications des clients chiffreraient alors ce qu’ils écrivent, ce qui ne peut pas être lu ici.',
      two: 'Connectez-le une fois avec la commande ci-dessous. La réponse contient son access_token : collez-le ici.',
      three: 'Si de nombreux clients lui écrivent, demandez à l’administrateur du serveur de lever la limite d’envoi du compte.'
    } as Record<string, string>,
    command: 'Commande de connexion',
    invitations: 'Invitations',
    invitation: {
      direct: 'Seulement dans les salons à deux',
      all: 'Dans tout salon où l’on n’entre pas sans y être invité'
    },
    otherRooms: 'Salons avec d’autres personnes',
    otherRoom: {
      leave: 'Dire pourquoi, puis partir',
      ignore: 'Ne rien faire'
    },
    otherRoomsHelp: 'Ce que les clients écrivent là où d’autres lisent n’est pas pris en compte : d’autres pourraient envoyer leur code.',
    encrypted: 'Ce que les clients apprennent dans les salons chiffrés',
    encryptedNotice: 'Les messages chiffrés ne peuvent pas être lus à cette adresse. Veuillez écrire dans un salon sans chiffrement.',
    other: 'Ce qu’apprennent les salons avec d’autres personnes',
    otherNotice: 'Cette adresse ne répond que dans les conversations à deux. Veuillez lui écrire dans un salon à vous.'
  }
};
