import type { Translation } from '../shape';

/** Mailboxes: how one is connected, and what a mail is about. */
export const email = {
  email: {
    needs: {
      one: 'Tenga a mano la dirección, los nombres de los servidores de lectura (IMAP) y de envío (SMTP) y la contraseña.',
      two: 'Algunos proveedores piden una contraseña creada para una sola aplicación: créela en su cuenta.',
      three: 'Para que se crea a los remitentes, su servidor de correo debe comprobar los mensajes y escribir en ellos el resultado (Authentication-Results). Quien lo administra sabe con qué nombre.'
    },
    imapPassword: 'Contraseña',
    smtpPassword: 'Contraseña de envío',
    smtpPasswordHelp: 'Vacía, vale la de lectura.',
    address: 'Dirección',
    addressHelp: 'A ella escriben los clientes y de ella salen las respuestas.',
    sender: 'Nombre que la acompaña',
    reading: 'Lectura (IMAP)',
    sending: 'Envío (SMTP)',
    host: 'Servidor',
    port: 'Puerto',
    security: 'Cifrado',
    securities: { tls: 'TLS', starttls: 'STARTTLS', none: 'Ninguno' },
    username: 'Nombre de usuario',
    usernameHelp: 'Vacío si el servidor no lo pide.',
    unvouched: 'Nadie responde por los remitentes',
    unvouchedText: 'Cada correo cuenta como de alguien desconocido hasta que demuestre quién es. Indique el nombre de los resultados de su servidor; «Probar» muestra los que encuentra.',
    authserv: 'Servidor que responde por los remitentes',
    authservHelp: 'El nombre con el que escribe Authentication-Results. Vacío, nadie responde por ellos: cada correo de una dirección es una conversación aparte hasta que el remitente demuestre quién es. «Probar» muestra los nombres que encuentra.',
    folder: 'Carpeta',
    markSeen: 'Marcar los correos como leídos cuando ya están aquí',
    subject: 'Asunto'
  }
} satisfies Translation;
