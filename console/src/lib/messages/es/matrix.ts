/** Matrix: how an account is connected, and what people in its rooms are told. */
export const matrix = {
  matrix: {
    needs: {
      one: 'Cree en su servidor una cuenta solo para esto y no inicie nunca sesión con ella en una aplicación como Element: las aplicaciones de los clientes cifrarían lo que escriben, y eso no se puede leer aquí.',
      two: 'Inicie sesión una vez con la orden de abajo. La respuesta contiene su access_token: péguelo aquí.',
      three: 'Si le escriben muchos clientes, pida al administrador del servidor que quite el límite de envío de la cuenta.'
    } as Record<string, string>,
    command: 'Orden para iniciar sesión',
    invitations: 'Invitaciones',
    invitation: {
      direct: 'Solo a salas para dos',
      all: 'A toda sala en la que no se pueda entrar sin permiso'
    },
    otherRooms: 'Salas con más personas',
    otherRoom: {
      leave: 'Decir por qué y salir',
      ignore: 'No hacer nada'
    },
    otherRoomsHelp: 'Lo que los clientes escriben donde otros leen no se acepta: otros podrían enviar su código.',
    encrypted: 'Qué se dice a los clientes en salas cifradas',
    encryptedNotice: 'En esta dirección no se pueden leer mensajes cifrados. Escriba en una sala sin cifrado.',
    other: 'Qué se dice en salas con más personas',
    otherNotice: 'Esta dirección solo responde en conversaciones de dos. Escríbale en una sala propia.'
  }
};
