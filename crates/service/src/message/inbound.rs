//! A message as a channel hands it in, and what one can be.

use countersign_types::case::MailThread;
use countersign_types::message::Attachment;
use countersign_types::pii::{ExternalId, FreeText, Name, Pii, Purpose};
use countersign_types::profile::Claims;
use countersign_types::{AttachmentId, ChatOfferId, Error, FieldError, MessageId, Result, Timestamp};

use super::TEXT_CHARS_MAX;
use crate::code::redact;
use crate::port::RemoteFile;

/// Most attachments of a message.
pub const ATTACHMENTS_MAX: usize = 20;

/// What a mail says of itself besides its text.
#[derive(Debug, Clone)]
pub struct InboundMail {
    /// What it is about.
    pub subject: Option<Pii<FreeText>>,
    /// Its own `Message-ID`, without brackets, and those of the mails before it, oldest first.
    pub thread: MailThread,
    /// Messages of ours that it names as those before it. Their ids are known to whom they were sent.
    pub answers: Vec<MessageId>,
    /// Whether nobody vouches for the sender's address: then it is part of no conversation but one that began in the
    /// same way and whose answers the sender has.
    pub is_unproved: bool,
}

/// What stands before the address of a sender that nobody vouches for.
const UNPROVED: &str = "unproved:";

/// The id of a sender whose address nobody vouches for: good for the one mail it was made for, and for what is answered
/// to our answers to that.
pub fn unproved_sender(address: &str, mail: &str) -> String {
    format!("{UNPROVED}{address}#{mail}")
}

/// The address at which a sender gets answers.
pub fn sender_address(user_id: &str) -> &str {
    match user_id.strip_prefix(UNPROVED) {
        Some(rest) => rest.rsplit_once('#').map_or(rest, |(address, _)| address),
        None => user_id,
    }
}

/// Whether nobody vouches for a sender's address.
pub fn is_unproved_sender(user_id: &str) -> bool {
    user_id.starts_with(UNPROVED)
}

/// A message as a channel hands it in.
#[derive(Debug, Clone)]
pub struct Inbound {
    /// The channel's own id of the message.
    pub provider_id: String,
    /// The channel's id of the sender.
    pub user_id: Pii<ExternalId>,
    /// The name the channel shows.
    pub name: Option<Pii<Name>>,
    /// What the channel claims of the sender.
    pub claims: Claims,
    /// The text.
    pub text: Pii<FreeText>,
    /// Files that stay with the channel.
    pub attachments: Vec<Attachment>,
    /// Files that were uploaded here for this message.
    pub files: Vec<AttachmentId>,
    /// What the sender said beside it, question by question; told to the team, proves nothing.
    pub said: Vec<(String, Pii<FreeText>)>,
    /// The offer of an invitation that the sender answers.
    pub invited: Option<ChatOfferId>,
    /// When it was sent, as the channel says.
    pub sent_at: Option<Timestamp>,
    /// Whether a machine wrote it, as the channel says.
    pub is_automatic: bool,
    /// Files that stay with the provider until they are fetched, once the message is durable.
    pub remote: Vec<RemoteFile>,
    /// Ids under which the channel may have shown the sender before.
    pub former_ids: Vec<Pii<ExternalId>>,
    /// Where it stands among the sender's mails, on channels where one sender has several conversations.
    pub mail: Option<InboundMail>,
}

impl Inbound {
    /// A message that is nothing but its text.
    pub fn new(provider_id: String, user_id: Pii<ExternalId>, text: Pii<FreeText>) -> Self {
        Self {
            provider_id,
            user_id,
            name: None,
            claims: Claims::default(),
            text,
            attachments: Vec::new(),
            files: Vec::new(),
            said: Vec::new(),
            invited: None,
            sent_at: None,
            is_automatic: false,
            remote: Vec::new(),
            former_ids: Vec::new(),
            mail: None,
        }
    }

    /// Whether it can be kept: every bound of a message, with its place.
    pub fn check(&self) -> Result<()> {
        let mut errors = Vec::new();
        let id = &self.provider_id;
        if id.is_empty() || id.len() > 200 || id.chars().any(char::is_control) {
            errors.push(FieldError::new(
                "/id",
                "invalid-id",
                "The message's id has 1 to 200 bytes, no control characters.",
            ));
        }
        let user = self.user_id.plain(Purpose::Match);
        if countersign_identity::identifier::normalise_channel_user(user).is_err() {
            let detail = "The sender's id has 1 to 200 bytes and is not a placeholder such as null or 0.";
            errors.push(FieldError::new("/from/id", "invalid-id", detail));
        }
        let text = self.text.plain(Purpose::Match);
        let has_files = !(self.attachments.is_empty() && self.files.is_empty() && self.remote.is_empty());
        if text.chars().count() > TEXT_CHARS_MAX {
            let detail = format!("A text has at most {TEXT_CHARS_MAX} characters.");
            errors.push(FieldError::new("/text", "too-long", detail));
        }
        if text.contains('\0') {
            errors.push(FieldError::new("/text", "invalid-text", "A text has no NUL characters."));
        }
        if text.trim().is_empty() && !has_files {
            errors.push(FieldError::new("/text", "missing-field", "A message has a text or attachments."));
        }
        if self.attachments.len() > ATTACHMENTS_MAX {
            let detail = format!("At most {ATTACHMENTS_MAX} attachments.");
            errors.push(FieldError::new("/attachments", "too-many", detail));
        }
        if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
    }
}

/// What a visitor was asked before the chat, as a line of the record.
pub(super) fn said(answers: &[(String, Pii<FreeText>)]) -> String {
    let lines = answers.iter().map(|(question, answer)| {
        format!("{question}: {}", redact::redacted_line(answer.plain(Purpose::Match)))
    });
    format!("Asked before the chat, not verified.\n{}", lines.collect::<Vec<_>>().join("\n"))
}
