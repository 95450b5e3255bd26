//! A reply → a mail.

use countersign_service::message::sender_address;
use countersign_service::port::{Line, OutboundMessage, Provided, ProviderError};
use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address;
use mail_builder::headers::message_id::MessageId;
use mail_builder::headers::raw::Raw;

use super::config::Config;
use super::read::is_address;
use crate::provider::{FILE_BYTES_MAX, reply_file};

/// A mail that is ready to go.
pub(super) struct Outgoing {
    /// Whom to.
    pub(super) to: String,
    /// All of it.
    pub(super) bytes: Vec<u8>,
}

/// Writes a reply as a mail.
pub(super) async fn mail(line: Line<'_>, config: &Config, message: &OutboundMessage) -> Provided<Outgoing> {
    let to = sender_address(&message.to);
    if !is_address(to) {
        return Err(ProviderError::refused(
            None,
            "the sender's mail had no address that an answer could go to",
        ));
    }
    if to == config.address {
        return Err(ProviderError::refused(None, "the answer would go to this mailbox itself"));
    }
    let mut files = Vec::new();
    let mut total = 0;
    for file in &message.attachments {
        let bytes = reply_file(line, file).await?;
        total += bytes.len();
        if total > FILE_BYTES_MAX {
            return Err(ProviderError::refused(None, "the files of a mail have at most 25 MiB together"));
        }
        files.push((file.mime_type.clone(), file.name.clone(), bytes));
    }
    let bytes = written(config, message, to, line.now.as_micros() / 1_000_000, files)
        .ok_or_else(|| ProviderError::refused(None, "the mail could not be written"))?;
    Ok(Outgoing { to: to.to_owned(), bytes })
}

fn written(
    config: &Config,
    message: &OutboundMessage,
    to: &str,
    now_secs: i64,
    files: Vec<(String, String, Vec<u8>)>,
) -> Option<Vec<u8>> {
    let domain = config.address.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    let mail = message.mail.as_ref();
    let one_line = |text: &str| text.chars().filter(|c| !c.is_control()).collect::<String>();
    let name = Some(config.sender_name.as_str()).filter(|name| !name.is_empty());
    let mut built = MessageBuilder::new()
        .message_id(format!("{}@{domain}", message.id))
        .date(now_secs)
        .from(Address::new_address(name.map(one_line), config.address.clone()))
        .to(Address::new_address(None::<String>, to.to_owned()))
        .subject(one_line(mail.map_or("", |mail| &mail.subject)))
        .text_body(message.text.clone());
    if let Some(answered) = mail.and_then(|mail| mail.answers.as_ref()) {
        let is_id = |id: &&str| id.contains('@') && !id.contains(['<', '>', ' ', '\r', '\n']);
        let before = answered.references.iter().chain([&answered.id]).map(String::as_str);
        let references: Vec<String> = before.filter(is_id).map(ToOwned::to_owned).collect();
        if is_id(&answered.id.as_str()) {
            built = built.in_reply_to(answered.id.clone());
        }
        if !references.is_empty() {
            built = built.references(MessageId::new_list(references.into_iter()));
        }
    }
    if message.is_automatic {
        // RFC 3834, and the word for it that Exchange knows.
        built = built
            .header("Auto-Submitted", Raw::new("auto-replied"))
            .header("X-Auto-Response-Suppress", Raw::new("All"));
    }
    for (mime_type, name, bytes) in files {
        built = built.attachment(mime_type, one_line(&name), bytes);
    }
    built.write_to_vec().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use countersign_service::port::OutboundMail;
    use countersign_types::case::MailThread;
    use mail_parser::MessageParser;
    use serde_json::json;

    use super::*;

    fn config() -> Config {
        serde_json::from_value(json!({
            "address": "support@acme.test", "sender_name": "Acme \r\nBcc: x@evil.test",
            "imap": { "host": "mail.acme.test", "port": 993, "security": "tls", "username": "support" },
            "smtp": { "host": "mail.acme.test", "port": 465, "security": "tls" }
        }))
        .unwrap()
    }

    fn reply(is_automatic: bool) -> OutboundMessage {
        let answers = MailThread {
            id: "2@x.test".to_owned(),
            references: vec!["1@x.test".to_owned(), "no id".to_owned()],
        };
        OutboundMessage {
            id: "msg_1".to_owned(),
            case: String::new(),
            channel: String::new(),
            to: "mia@x.test".to_owned(),
            author: None,
            text: "Grüße\n.\nfrom us".to_owned(),
            attachments: Vec::new(),
            is_automatic,
            customer_wrote_at: None,
            mail: Some(OutboundMail {
                subject: "Re: A\r\nBcc: x@evil.test".to_owned(),
                answers: Some(answers),
            }),
            at: String::new(),
        }
    }

    #[test]
    fn an_answer_stands_behind_what_it_answers_and_nothing_slips_into_its_head() {
        let files = vec![("text/plain".to_owned(), "a\r\nX: y.txt".to_owned(), b"file".to_vec())];
        let bytes = written(&config(), &reply(false), "mia@x.test", 1_790_000_000, files).unwrap();
        let mail = MessageParser::default().parse(&bytes).unwrap();
        assert_eq!(mail.message_id(), Some("msg_1@acme.test"));
        assert_eq!(mail.in_reply_to().as_text(), Some("2@x.test"));
        assert_eq!(mail.references().as_text_list().unwrap(), ["1@x.test", "2@x.test"]);
        assert_eq!(mail.subject(), Some("Re: ABcc: x@evil.test"));
        assert!(mail.bcc().is_none() && mail.header("X").is_none());
        assert_eq!(mail.body_text(0).unwrap().replace("\r\n", "\n").trim_end(), "Grüße\n.\nfrom us");
        assert_eq!(mail.attachment(0).unwrap().contents(), b"file");
        assert!(mail.header("Auto-Submitted").is_none());
    }

    #[test]
    fn what_a_rule_says_is_marked_as_automatic() {
        let bytes = written(&config(), &reply(true), "mia@x.test", 1_790_000_000, Vec::new()).unwrap();
        let mail = MessageParser::default().parse(&bytes).unwrap();
        assert_eq!(mail.header_raw("Auto-Submitted").map(str::trim), Some("auto-replied"));
    }
}
