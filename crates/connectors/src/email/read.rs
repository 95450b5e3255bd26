//! A mail as it lies in the mailbox → a message, a word about a reply of ours, or nothing.

use countersign_service::message::{ATTACHMENTS_MAX, Inbound, InboundMail, TEXT_CHARS_MAX, unproved_sender};
use countersign_service::port::{Incoming, RemoteFile};
use countersign_types::case::MailThread;
use countersign_types::pii::Pii;
use countersign_types::profile::Claims;
use countersign_types::{MessageId, Timestamp};
use mail_parser::{Address, Header, HeaderValue, Message, MessageParser, MimeHeaders, PartType};
use sha2::{Digest, Sha256};

use super::config::Config;
use super::{authentication, bounce, quote};
use crate::text;

/// Longest address that is kept: an id of a sender has at most 200 bytes, with room for the mail it is good for.
const ADDRESS_MAX: usize = 120;
/// Longest subject that is kept, characters.
const SUBJECT_MAX: usize = 200;
/// Most mails before it that are read from one.
const REFERENCES_MAX: usize = 100;
/// What stands for the whole text of a mail, where a message takes only its beginning.
pub(super) const WHOLE_TEXT: &str = "text";

/// ASCII letters in lower case; others are left as they are.
pub(super) fn lower(text: &str) -> String {
    text.to_ascii_lowercase()
}

/// Whether a text is an address that mail goes to, and nothing else.
pub(super) fn is_address(text: &str) -> bool {
    let is_plain = |c: char| !c.is_control() && !c.is_whitespace() && !"<>()[],;:\\\"".contains(c);
    text.len() <= ADDRESS_MAX
        && text.chars().all(is_plain)
        && text.rsplit_once('@').is_some_and(|(name, domain)| {
            !name.is_empty()
                && !name.contains('@')
                && url::Host::parse(domain).is_ok_and(|host| matches!(host, url::Host::Domain(_)))
        })
}

/// Who a mail says that it is from.
struct Sender {
    address: String,
    name: Option<String>,
}

/// What happened by a mail. `place` is how its files are asked for later.
pub(super) fn read(raw: &[u8], config: &Config, place: &str) -> Vec<Incoming> {
    let headed = [b"MIME-Version: 1.0\r\n\r\n".as_slice(), raw].concat();
    // What is no mail is shown as it is.
    let parsed = MessageParser::default().parse(raw).or_else(|| MessageParser::default().parse(&headed));
    let Some(mail) = parsed else { return Vec::new() };
    if let Some(receipt) = bounce::receipt(&mail) {
        return receipt.into_iter().collect();
    }
    let sender = sender(&mail);
    let own = |id: &str| our_message(id).is_some();
    let is_ours = sender.as_ref().is_some_and(|sender| sender.address == config.address);
    if is_ours && mail.message_id().is_some_and(own) {
        // A copy of a reply of ours.
        return Vec::new();
    }
    vec![Incoming::Message(Box::new(message(&mail, config, sender, is_ours, place)))]
}

/// A mail that is too large to be read: what its fields say.
pub(super) fn read_large(header: &[u8], size_bytes: u32, config: &Config, place: &str) -> Vec<Incoming> {
    let mut news = read(header, config, place);
    for one in &mut news {
        if let Incoming::Message(inbound) = one {
            let megabytes = size_bytes / 1_048_576;
            inbound.text = Pii::new(format!("[too large: {megabytes} MB, left in the mailbox]"));
            inbound.remote.clear();
        }
    }
    news
}

fn message(
    mail: &Message<'_>,
    config: &Config,
    sender: Option<Sender>,
    is_ours: bool,
    place: &str,
) -> Inbound {
    let digest = digest(mail);
    let subject = mail.subject().map(|subject| text::cut(subject.trim(), SUBJECT_MAX));
    let subject = subject.filter(|subject| !subject.is_empty());
    let thread = thread(mail, &digest);
    let answers: Vec<MessageId> = thread.references.iter().filter_map(|id| our_message(id)).collect();
    let whole = words(mail);
    let new = if answers.is_empty() { whole.trim_end() } else { quote::new_part(&whole) };
    let mut words = text::clean(new);
    let (mut remote, is_more) = files(mail, place);
    if new.chars().count() > TEXT_CHARS_MAX || is_more {
        remote.insert(0, whole_text(&whole, place));
    }
    if words.is_empty() && remote.is_empty() {
        words = subject.clone().unwrap_or_else(|| "[empty mail]".to_owned());
    }
    let is_proved =
        !is_ours && sender.as_ref().is_some_and(|sender| is_vouched_for(mail, config, &sender.address));
    let address = sender.as_ref().map_or("unknown", |sender| sender.address.as_str());
    let user_id = if is_proved { address.to_owned() } else { unproved_sender(address, &digest[..32]) };
    let mut inbound = Inbound::new(format!("mail:{digest}"), Pii::new(user_id), Pii::new(words));
    if is_proved {
        inbound.claims = Claims { email: Some(Pii::new(address)), ..Claims::default() };
    }
    inbound.name = sender.as_ref().and_then(|sender| sender.name.clone()).map(Pii::new);
    inbound.sent_at =
        mail.date().and_then(|date| date.to_timestamp().checked_mul(1_000_000)).map(Timestamp::from_micros);
    inbound.is_automatic = is_ours || is_automatic(mail, address);
    inbound.remote = remote;
    inbound.mail =
        Some(InboundMail { subject: subject.map(Pii::new), thread, answers, is_unproved: !is_proved });
    inbound
}

/// Whether the company's server found that the mail comes from the domain of its address.
fn is_vouched_for(mail: &Message<'_>, config: &Config, address: &str) -> bool {
    let Some(id) = &config.authserv_id else { return false };
    let Some(domain) = address.rsplit_once('@').and_then(|(_, domain)| url::Host::parse(domain).ok()) else {
        return false;
    };
    topmost_results(mail)
        .is_some_and(|results| results.server == *id && results.vouch_for(&domain.to_string()))
}

/// The results that stand above all others.
pub(super) fn topmost_results(mail: &Message<'_>) -> Option<authentication::Results> {
    let (_, value) =
        mail.headers_raw().find(|(name, _)| name.eq_ignore_ascii_case("Authentication-Results"))?;
    authentication::parse(value)
}

/// The one address that a mail is from. Nobody, where it names several or none, or says so twice: programs differ in whom
/// they show then.
fn sender(mail: &Message<'_>) -> Option<Sender> {
    let mut fields = mail.headers().iter().filter(|header| header.name().eq_ignore_ascii_case("From"));
    let (Some(Header { value: HeaderValue::Address(Address::List(list)), .. }), None) =
        (fields.next(), fields.next())
    else {
        return None;
    };
    let [only] = list.as_slice() else { return None };
    let address = lower(only.address()?.trim());
    if !is_address(&address) {
        return None;
    }
    let name = only.name().map(|name| text::cut(name.trim(), 200)).filter(|name| !name.is_empty());
    Some(Sender { address, name })
}

/// Whether a machine wrote it: then nothing answers by itself (RFC 3834).
fn is_automatic(mail: &Message<'_>, address: &str) -> bool {
    let field = |name: &str| {
        mail.headers_raw()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| lower(value.trim()))
    };
    let name = address.split('@').next().unwrap_or_default();
    field("Auto-Submitted").is_some_and(|value| !value.starts_with("no"))
        || field("Return-Path").is_some_and(|value| value == "<>")
        || field("Precedence").is_some_and(|v| ["bulk", "junk", "list", "auto_reply"].contains(&v.as_str()))
        || field("X-Auto-Response-Suppress").is_some_and(|value| value != "none")
        || ["List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond", "Feedback-Id"]
            .iter()
            .any(|name| field(name).is_some())
        || ["mailer-daemon", "postmaster", "no-reply", "noreply", "donotreply"].contains(&name)
}

/// Where it stands among others. A mail without an id goes by what is in it.
fn thread(mail: &Message<'_>, digest: &str) -> MailThread {
    let id = mail.message_id().map(text::id).unwrap_or_else(|| format!("sha256:{digest}"));
    let mut references: Vec<String> = Vec::new();
    for value in [mail.references(), mail.in_reply_to()] {
        let ids: Vec<&str> = match value {
            HeaderValue::Text(one) => vec![one],
            HeaderValue::TextList(many) => many.iter().map(AsRef::as_ref).collect(),
            _ => Vec::new(),
        };
        for one in ids {
            let one = text::id(one.trim());
            if !one.is_empty() && !references.contains(&one) && references.len() < REFERENCES_MAX {
                references.push(one);
            }
        }
    }
    MailThread { id, references }
}

/// The reply of ours that a `Message-ID` is of.
pub(super) fn our_message(id: &str) -> Option<MessageId> {
    id.trim_matches(['<', '>']).split('@').next()?.parse().ok()
}

/// The text that a person reads. One that is only there as HTML is read out of that.
fn words(mail: &Message<'_>) -> String {
    let parts = (0..mail.text_body_count()).filter_map(|n| mail.body_text(n));
    let joined = parts.map(|part| part.trim_end().replace("\r\n", "\n")).collect::<Vec<_>>().join("\n\n");
    joined.trim_start_matches(['\n', '\r']).to_owned()
}

/// Files, to be fetched later; and whether there are more of them than a message takes.
fn files(mail: &Message<'_>, place: &str) -> (Vec<RemoteFile>, bool) {
    // One is kept for the text, where that is longer than a message.
    let most = ATTACHMENTS_MAX - 1;
    let listed: Vec<RemoteFile> = mail
        .attachments()
        .enumerate()
        .map(|(n, part)| {
            let is_mail = matches!(part.body, PartType::Message(_));
            let name = part
                .attachment_name()
                .map(|name| text::cut(name, 200))
                .filter(|name| !name.trim().is_empty());
            let name = name.unwrap_or_else(|| {
                if is_mail { format!("mail-{}.eml", n + 1) } else { format!("file-{}", n + 1) }
            });
            let kind = part.content_type().map(|kind| match kind.subtype() {
                Some(subtype) => lower(&format!("{}/{subtype}", kind.ctype())),
                None => lower(kind.ctype()),
            });
            RemoteFile {
                reference: format!("{place}:{n}"),
                name,
                mime_type: kind
                    .map_or_else(|| "application/octet-stream".to_owned(), |kind| text::cut(&kind, 100)),
                size_bytes: i64::try_from(part.contents().len()).unwrap_or(i64::MAX),
            }
        })
        .collect();
    let is_more = listed.len() > most;
    (listed.into_iter().take(most).collect(), is_more)
}

fn whole_text(whole: &str, place: &str) -> RemoteFile {
    RemoteFile {
        reference: format!("{place}:{WHOLE_TEXT}"),
        name: "mail.txt".to_owned(),
        mime_type: "text/plain".to_owned(),
        size_bytes: i64::try_from(whole.len()).unwrap_or(i64::MAX),
    }
}

/// A file of a mail: one by its number, or its whole text with the names of files that a message had no room for.
pub(super) fn file(raw: &[u8], which: &str) -> Option<Vec<u8>> {
    let mail = MessageParser::default().parse(raw)?;
    if which == WHOLE_TEXT {
        return Some(words(&mail).into_bytes());
    }
    mail.attachment(which.parse().ok()?).map(|part| part.contents().to_vec())
}

/// What tells one mail from another: all that its sender wrote, nothing of its way here. Copies of one mail have the same,
/// and somebody else who uses the id of a mail takes nothing from it.
fn digest(mail: &Message<'_>) -> String {
    let mut hash = Sha256::new();
    let mut add = |bytes: &[u8]| {
        hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(bytes);
    };
    for name in ["Message-ID", "From", "Date", "Subject", "In-Reply-To", "References"] {
        let fields = mail.headers_raw().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        add(fields.map(|(_, value)| value).collect::<Vec<_>>().join("\n").as_bytes());
    }
    for part in &mail.parts {
        if !matches!(part.body, PartType::Multipart(_)) {
            add(part.contents());
        }
    }
    hex::encode(hash.finalize())
}

#[cfg(test)]
mod tests;
