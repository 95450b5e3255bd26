//! Word of a mail server that a reply of ours did not arrive: RFC 3464. It is never answered.

use countersign_service::port::Incoming;
use countersign_types::message::Delivery;
use mail_parser::{HeaderValue, Message, MimeHeaders};

use super::read::our_message;

/// What a report says of a reply of ours: inside, nothing where it is only late. `None`: it is no report, or of nothing of
/// ours.
pub(super) fn receipt(mail: &Message<'_>) -> Option<Option<Incoming>> {
    let kind = mail.content_type()?;
    let is_report = kind.ctype().eq_ignore_ascii_case("multipart")
        && kind.subtype().is_some_and(|subtype| subtype.eq_ignore_ascii_case("report"))
        && kind.attribute("report-type").is_some_and(|of| of.eq_ignore_ascii_case("delivery-status"));
    if !is_report {
        return None;
    }
    let status = mail.parts.iter().find(|part| {
        part.content_type().is_some_and(|kind| {
            kind.subtype().is_some_and(|subtype| {
                ["delivery-status", "global-delivery-status"].iter().any(|s| subtype.eq_ignore_ascii_case(s))
            })
        })
    })?;
    let message = ids(mail).iter().find_map(|id| our_message(id))?;
    let status = String::from_utf8_lossy(status.contents());
    let field = |name: &str| {
        status.lines().find_map(|line| {
            let (known, value) = line.split_once(':')?;
            known.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_ascii_lowercase())
        })
    };
    if field("Action").as_deref() != Some("failed") {
        return Some(None);
    }
    let code = field("Status").unwrap_or_default();
    let code: String = code.chars().take_while(|c| c.is_ascii_digit() || *c == '.').take(12).collect();
    let detail = Some(format!("the mail came back: {} ({code})", meaning(&code)));
    Some(Some(Incoming::Receipt { message, delivery: Delivery::Failed, detail }))
}

/// Ids that the report names: of the mail that it answers, and in what it gives back of that.
fn ids(mail: &Message<'_>) -> Vec<String> {
    let mut ids = Vec::new();
    for value in [mail.in_reply_to(), mail.references()] {
        match value {
            HeaderValue::Text(one) => ids.push(one.to_string()),
            HeaderValue::TextList(many) => ids.extend(many.iter().map(ToString::to_string)),
            _ => {}
        }
    }
    for part in &mail.parts {
        let Some(kind) = part.content_type() else { continue };
        let subtype = kind.subtype().unwrap_or_default().to_ascii_lowercase();
        if ["rfc822", "rfc822-headers", "global", "global-headers"].contains(&subtype.as_str()) {
            let text = String::from_utf8_lossy(part.contents());
            let head = text.lines().take(200).filter_map(|line| line.split_once(':'));
            ids.extend(
                head.filter(|(name, _)| name.eq_ignore_ascii_case("Message-ID"))
                    .map(|(_, id)| id.trim().to_owned()),
            );
        }
    }
    ids
}

/// RFC 3463 in a few words.
fn meaning(code: &str) -> &'static str {
    let mut parts = code.split('.').skip(1);
    match (parts.next(), parts.next()) {
        (Some("1"), _) => "there is no such address",
        (Some("2"), Some("2")) => "the mailbox is full",
        (Some("2"), _) => "the mailbox takes nothing",
        (Some("3"), Some("4")) => "it is too large",
        (Some("4"), _) => "the server was not reached",
        (Some("7"), _) => "the server does not take mail from this one",
        _ => "the server did not take it",
    }
}
