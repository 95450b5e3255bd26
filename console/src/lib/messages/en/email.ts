/** Mailboxes: how one is connected, and what a mail is about. */
export const email = {
  email: {
    needs: {
      one: 'Have the address, the names of the servers for reading (IMAP) and sending (SMTP), and the password at hand.',
      two: 'Some providers want a password made for one app: make one in your account there.',
      three: 'So that senders are believed, your mail server must check mails and write the result into them (Authentication-Results). Its administrator knows under which name.'
    } as Record<string, string>,
    imapPassword: 'Password',
    smtpPassword: 'Password for sending',
    smtpPasswordHelp: 'Left empty, it is the one for reading.',
    address: 'Address',
    addressHelp: 'Customers write to it, and answers come from it.',
    sender: 'Name beside it',
    reading: 'Reading (IMAP)',
    sending: 'Sending (SMTP)',
    host: 'Server',
    port: 'Port',
    security: 'Encryption',
    securities: { tls: 'TLS', starttls: 'STARTTLS', none: 'None' },
    username: 'User name',
    usernameHelp: 'Left empty for a server that asks for none.',
    unvouched: 'Nobody vouches for senders',
    unvouchedText: 'Each mail counts as from somebody unknown until they prove who they are. Enter the name of your server’s results; “Test” shows the names it finds.',
    authserv: 'Server that vouches for senders',
    authservHelp: 'The name it writes Authentication-Results under. Left empty, nobody is vouched for: each mail from an address is a conversation of its own until its sender proves who it is. “Test” shows the names it finds.',
    folder: 'Folder',
    markSeen: 'Mark mails as read once they are here',
    subject: 'Subject'
  }
};
