//! Mails that come: fetched from a mailbox, which tells when there are new ones where it can.

use std::time::{Duration, Instant};

use async_imap::error::Error;
use async_imap::types::{Fetch, UnsolicitedResponse};
use async_imap::{Client, Session};
use countersign_service::port::{BoxWire, Line, Polled, Provided, ProviderError};
use futures_util::TryStreamExt;
use mail_parser::MessageParser;

use super::config::{Config, IMAP_PASSWORD, Mark, Security};
use super::read;

/// Most mails of one look.
const MAILS_MAX: usize = 20;
/// When a look has taken this long, what it has is made durable first.
const LOOK_ENOUGH: Duration = Duration::from_secs(10);
/// The largest mail that is read: 25 MiB of files in the alphabet of mail.
const MAIL_BYTES_MAX: u32 = 40 * 1_048_576;
/// How long a look waits for a mail.
const WAIT: Duration = Duration::from_secs(20);
/// How long a look waits where the server does not tell.
const PAUSE: Duration = Duration::from_secs(5);
/// How many of the newest mails are asked which server wrote results into them.
const NEWEST: u32 = 10;

/// An open mailbox.
#[derive(Debug)]
pub(super) struct Mailbox {
    session: Session<BoxWire>,
    /// Which numbering its mails have, and the last one there was when it was opened.
    end: Mark,
    /// How many mails there were.
    count: u32,
    /// Whether the server tells of new mails.
    tells: bool,
    /// Mails that were given out and are not marked as read yet.
    given_out: Option<(u32, u32)>,
}

impl Mailbox {
    /// Logs in and opens the folder.
    pub(super) async fn open(line: Line<'_>, config: &Config) -> Provided<Self> {
        let server = &config.imap;
        let is_encrypted = server.security != Security::None;
        let unreached = |error| super::unreached("the server for reading", error);
        let mut wire =
            line.outbound.dial(&server.host, server.port, is_encrypted).await.map_err(unreached)?;
        if server.security == Security::Tls {
            wire = line.outbound.encrypt(wire, &server.host).await.map_err(unreached)?;
        }
        let mut client = Client::new(wire);
        greeted(&mut client).await?;
        if server.security == Security::StartTls {
            client.run_command_and_check_ok("STARTTLS", None).await.map_err(failed)?;
            // What came in the open after it is forgotten with the old client.
            let wire = line.outbound.encrypt(client.into_inner(), &server.host).await.map_err(unreached)?;
            client = Client::new(wire);
        }
        let password = line.secrets.get(IMAP_PASSWORD).unwrap_or_default();
        let mut session =
            client.login(&server.username, password).await.map_err(|(error, _)| match error {
                Error::No(_) | Error::Bad(_) | Error::Validate(_) => {
                    ProviderError::settings(None, "the mailbox refused the user name or password")
                }
                other => failed(other),
            })?;
        let tells = session.capabilities().await.map_err(failed)?.has_str("IDLE");
        let folder = session.select(&config.folder).await.map_err(|error| match error {
            Error::No(_) | Error::Bad(_) => ProviderError::settings(None, "the mailbox has no such folder"),
            other => failed(other),
        })?;
        let numberless = || ProviderError::settings(None, "the mail server gives mails no lasting numbers");
        let next = folder.uid_next.ok_or_else(numberless)?;
        let validity = folder.uid_validity.ok_or_else(numberless)?;
        let end = Mark { validity, uid: next.saturating_sub(1) };
        Ok(Self { session, end, count: folder.exists, tells, given_out: None })
    }

    /// Says good-bye.
    pub(super) async fn close(mut self) {
        if let Err(error) = self.session.logout().await {
            tracing::debug!(%error, "a mailbox said no good-bye");
        }
    }

    /// The place behind the last mail.
    pub(super) fn end(&self) -> Mark {
        self.end
    }

    /// What came since `read_until`, waiting a while where nothing has.
    pub(super) async fn look(
        mut self,
        config: &Config,
        read_until: Option<&str>,
    ) -> Provided<(Self, Polled)> {
        let known = read_until.and_then(Mark::parse);
        let mut mark = known.or(config.since).unwrap_or(self.end);
        if mark.validity != self.end.validity {
            mark = match known {
                // The same mailbox, numbered anew: what was read of its last days is known when it is seen again.
                Some(_) => Mark { uid: self.before_yesterday().await?, ..self.end },
                // Another mailbox than was connected: what is in it is not answered.
                None => self.end,
            };
        }
        self.mark_seen(config, mark).await?;
        let mut uids = self.after(mark.uid).await?;
        if uids.is_empty() {
            self = self.wait().await?;
            uids = self.after(mark.uid).await?;
        }
        let mut polled = Polled { news: Vec::new(), read_until: Some(mark.to_string()) };
        let begun = Instant::now();
        for (n, uid) in uids.iter().copied().take(MAILS_MAX).enumerate() {
            if n > 0 && begun.elapsed() > LOOK_ENOUGH {
                break;
            }
            let place = Mark { validity: self.end.validity, uid };
            polled.news.extend(self.mail(config, place).await?);
            polled.read_until = Some(place.to_string());
            self.given_out = Some((self.given_out.map_or(uid, |(first, _)| first), uid));
        }
        Ok((self, polled))
    }

    /// Numbers of the mails behind one, in their order.
    async fn after(&mut self, uid: u32) -> Provided<Vec<u32>> {
        let Some(first) = uid.checked_add(1) else { return Ok(Vec::new()) };
        let found = self.session.uid_search(format!("UID {first}:*")).await.map_err(failed)?;
        // `n:*` names the last mail even if that is before n.
        let mut uids: Vec<u32> = found.into_iter().filter(|found| *found > uid).collect();
        uids.sort_unstable();
        Ok(uids)
    }

    /// The last mail from before yesterday.
    async fn before_yesterday(&mut self) -> Provided<u32> {
        let all = self.session.uid_search("OLDER 172800").await;
        // RFC 5032 is not everywhere: then the whole folder counts as old.
        Ok(all.ok().and_then(|uids| uids.into_iter().max()).unwrap_or(self.end.uid))
    }

    /// Marks what is durable here as read.
    async fn mark_seen(&mut self, config: &Config, mark: Mark) -> Provided<()> {
        let Some((first, last)) = self.given_out.filter(|(_, last)| *last <= mark.uid) else { return Ok(()) };
        self.given_out = None;
        if config.mark_seen {
            let set = format!("{first}:{last}");
            let marked = self.session.uid_store(set, "+FLAGS.SILENT (\\Seen)").await.map_err(failed)?;
            let _: Vec<Fetch> = marked.try_collect().await.map_err(failed)?;
        }
        Ok(())
    }

    /// One mail. One that is gone by now is nothing.
    async fn mail(
        &mut self,
        config: &Config,
        at: Mark,
    ) -> Provided<Vec<countersign_service::port::Incoming>> {
        let Some(about) = self.fetch(at.uid, "(UID RFC822.SIZE)").await? else { return Ok(Vec::new()) };
        let place = at.to_string();
        match about.size {
            Some(size) if size > MAIL_BYTES_MAX => {
                let head = self.fetch(at.uid, "(UID BODY.PEEK[HEADER])").await?;
                let header = head.as_ref().and_then(Fetch::header).unwrap_or_default();
                Ok(read::read_large(header, size, config, &place))
            }
            _ => {
                let whole = self.fetch(at.uid, "(UID BODY.PEEK[])").await?;
                Ok(whole
                    .as_ref()
                    .and_then(Fetch::body)
                    .map_or_else(Vec::new, |raw| read::read(raw, config, &place)))
            }
        }
    }

    async fn fetch(&mut self, uid: u32, what: &str) -> Provided<Option<Fetch>> {
        let stream = self.session.uid_fetch(uid.to_string(), what).await.map_err(failed)?;
        let fetched: Vec<Fetch> = stream.try_collect().await.map_err(failed)?;
        Ok(fetched.into_iter().find(|one| one.uid == Some(uid)))
    }

    /// Waits for something to happen.
    async fn wait(mut self) -> Provided<Self> {
        if self.has_heard() {
            return Ok(self);
        }
        if !self.tells {
            tokio::time::sleep(PAUSE).await;
            self.session.noop().await.map_err(failed)?;
            return Ok(self);
        }
        let mut idle = self.session.idle();
        idle.init().await.map_err(failed)?;
        // What was heard is not told apart: the next search finds what there is.
        let (waiting, _stop) = idle.wait_with_timeout(WAIT);
        waiting.await.map_err(failed)?;
        self.session = idle.done().await.map_err(failed)?;
        Ok(self)
    }

    /// Whether the server told of more mails while it was asked something else.
    fn has_heard(&mut self) -> bool {
        let before = self.count;
        while let Ok(told) = self.session.unsolicited_responses.try_recv() {
            if let UnsolicitedResponse::Exists(count) = told {
                self.count = count;
            }
        }
        self.count > before
    }

    /// A file of a mail, by the reference it was announced with.
    pub(super) async fn file(&mut self, reference: &str) -> Provided<Vec<u8>> {
        let gone = || ProviderError::refused(None, "the mail is in the mailbox no more");
        let (at, which) = reference.rsplit_once(':').ok_or_else(gone)?;
        let at = Mark::parse(at).filter(|at| at.validity == self.end.validity).ok_or_else(gone)?;
        let mail = self.fetch(at.uid, "(UID BODY.PEEK[])").await?;
        let raw = mail.as_ref().and_then(Fetch::body).ok_or_else(gone)?;
        read::file(raw, which).ok_or_else(gone)
    }

    /// Servers that wrote the topmost results into the newest mails.
    pub(super) async fn result_servers(&mut self) -> Provided<Vec<String>> {
        let mut servers = Vec::new();
        if self.count == 0 {
            return Ok(servers);
        }
        let first = self.count.saturating_sub(NEWEST - 1).max(1);
        let stream =
            self.session.fetch(format!("{first}:*"), "(UID BODY.PEEK[HEADER])").await.map_err(failed)?;
        let heads: Vec<Fetch> = stream.try_collect().await.map_err(failed)?;
        for head in heads {
            let mail = head.header().and_then(|raw| MessageParser::default().parse(raw));
            if let Some(results) = mail.as_ref().and_then(read::topmost_results)
                && !servers.contains(&results.server)
            {
                servers.push(results.server);
            }
        }
        Ok(servers)
    }
}

async fn greeted(client: &mut Client<BoxWire>) -> Provided<()> {
    match client.read_response().await {
        Ok(Some(_)) => Ok(()),
        Ok(None) | Err(_) => Err(ProviderError::unavailable(
            None,
            "the mail server does not answer, or by other rules than IMAP",
        )),
    }
}

/// What went wrong, in words of ours: a server's may name people.
fn failed(error: Error) -> ProviderError {
    match error {
        Error::No(_) => ProviderError::unavailable(None, "the mailbox refused a command"),
        Error::Bad(_) => ProviderError::unavailable(None, "the mailbox did not understand a command"),
        Error::Parse(_) | Error::Validate(_) => {
            ProviderError::unavailable(None, "the mail server's answer could not be read")
        }
        _ => ProviderError::unavailable(None, "the connection to the mailbox broke"),
    }
}
