//! Mails that leave: handed over to the company's own mail server.

use std::time::Duration;

use countersign_service::port::{BoxWire, Line, Provided, ProviderError};
use mail_send::smtp::AssertReply;
use mail_send::{Credentials, Error, SmtpClient};

use super::config::{Config, IMAP_PASSWORD, SMTP_PASSWORD, Security};
use super::write::Outgoing;

/// How long one answer of the server may take; the last one comes after all of the mail.
const ANSWER_MAX: Duration = Duration::from_secs(120);

type Client = SmtpClient<BoxWire>;

/// Logs in and out again.
pub(super) async fn greet(line: Line<'_>, config: &Config) -> Provided<()> {
    bye(client(line, config).await?).await;
    Ok(())
}

/// Hands a mail over.
pub(super) async fn hand_over(line: Line<'_>, config: &Config, mail: Outgoing) -> Provided<()> {
    let mut client = client(line, config).await?;
    // Only a server that understands it takes such an address (RFC 6531).
    let utf8 = if mail.to.is_ascii() { "" } else { " SMTPUTF8" };
    let from = format!("MAIL FROM:<{}>{utf8}\r\n", config.address);
    say(&mut client, &from).await.map_err(|error| failed(error, At::Sender))?;
    let to = format!("RCPT TO:<{}>\r\n", mail.to);
    say(&mut client, &to).await.map_err(|error| failed(error, At::Receiver))?;
    client.data(&mail.bytes).await.map_err(|error| failed(error, At::Mail))?;
    bye(client).await;
    Ok(())
}

async fn say(client: &mut Client, command: &str) -> Result<(), Error> {
    client.cmd(command).await?.assert_positive_completion()
}

/// The mail is handed over: whether the server says good-bye changes nothing.
async fn bye(client: Client) {
    if let Err(error) = client.quit().await {
        tracing::debug!(%error, "a mail server said no good-bye");
    }
}

/// A connection on which the server knows us.
async fn client(line: Line<'_>, config: &Config) -> Provided<Client> {
    let server = &config.smtp;
    let is_encrypted = server.security != Security::None;
    let unreached = |error| super::unreached("the server for sending", error);
    let mut wire = line.outbound.dial(&server.host, server.port, is_encrypted).await.map_err(unreached)?;
    if server.security == Security::Tls {
        wire = line.outbound.encrypt(wire, &server.host).await.map_err(unreached)?;
    }
    let mut client = SmtpClient { stream: wire, timeout: ANSWER_MAX };
    let start = |error| failed(error, At::Start);
    client.read().await.and_then(AssertReply::assert_positive_completion).map_err(start)?;
    let own = config.address.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    let mut can = client.ehlo(own).await.map_err(start)?;
    if server.security == Security::StartTls {
        say(&mut client, "STARTTLS\r\n").await.map_err(start)?;
        // What came before it is forgotten with the old client: nobody slips in an answer in the open.
        let wire = line.outbound.encrypt(client.stream, &server.host).await.map_err(unreached)?;
        client = SmtpClient { stream: wire, timeout: ANSWER_MAX };
        can = client.ehlo(own).await.map_err(start)?;
    }
    if !server.username.is_empty() {
        let password = line.secrets.get(SMTP_PASSWORD).or_else(|| line.secrets.get(IMAP_PASSWORD));
        let credentials = Credentials::Plain {
            username: server.username.clone(),
            secret: password.unwrap_or_default().to_owned(),
        };
        client.authenticate(&credentials, &can).await.map_err(|error| failed(error, At::LogIn))?;
    }
    Ok(client)
}

/// Where in the conversation a server said no.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Start,
    LogIn,
    Sender,
    Receiver,
    Mail,
}

/// What a no means, in words of ours: a server's may name people.
fn failed(error: Error, at: At) -> ProviderError {
    let code = match &error {
        Error::UnexpectedReply(reply) | Error::AuthenticationFailed(reply) => reply.code(),
        Error::UnsupportedAuthMechanism => {
            return ProviderError::settings(None, "the server for outgoing mail takes no password here");
        }
        Error::Timeout => {
            return ProviderError::unavailable(None, "the server for outgoing mail did not answer in time");
        }
        _ => return ProviderError::unavailable(None, "the connection to the server for outgoing mail broke"),
    };
    if code < 500 {
        return ProviderError::unavailable(
            code,
            format!("the server for outgoing mail says not now ({code})"),
        );
    }
    match at {
        At::Start => ProviderError::settings(
            code,
            format!("the server for outgoing mail does not talk to us ({code})"),
        ),
        At::LogIn => ProviderError::settings(
            code,
            format!("the server for outgoing mail refused the user name or password ({code})"),
        ),
        At::Sender => ProviderError::settings(
            code,
            format!("the server for outgoing mail does not send for this address ({code})"),
        ),
        At::Receiver => ProviderError::refused(
            code,
            format!("there is no such address, or the server does not send there ({code})"),
        ),
        At::Mail => ProviderError::refused(
            code,
            format!("the server for outgoing mail did not take the mail ({code})"),
        ),
    }
}
