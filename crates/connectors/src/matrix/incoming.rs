//! An event of a room as what happened on the channel. What this server does not show (polls, calls, what is encrypted)
//! is said in words: nothing that a customer sends is dropped.

use countersign_service::message::Inbound;
use countersign_service::port::{Incoming, RemoteFile};
use countersign_types::Timestamp;
use countersign_types::message::Delivery;
use countersign_types::pii::Pii;
use serde_json::Value;

use super::api::file_of;
use crate::text;

/// What is said where a message cannot be read.
const ENCRYPTED: &str = "[encrypted message, which cannot be read here]";

/// The customer's id on the channel: the user id, by its digest where it is longer than ids may be.
pub(super) fn account(user: &str) -> String {
    text::id(user)
}

/// Whether an event is something that somebody says, rather than what becomes of a room or the middle of a call.
pub(super) fn is_said(event: &Value) -> bool {
    let kind = event["type"].as_str().unwrap_or_default();
    let is_middle = (kind.starts_with("m.call.") && kind != "m.call.invite")
        || kind.starts_with("m.key.verification.")
        || kind.ends_with(".poll.response")
        || kind.ends_with(".poll.end");
    event.get("state_key").is_none() && !kind.is_empty() && !is_middle
}

/// Whether an event cannot be read.
pub(super) fn is_encrypted(event: &Value) -> bool {
    event["type"] == "m.room.encrypted"
}

/// Something that a customer said. `name` is what they call themselves in the room.
pub(super) fn read(event: &Value, name: Option<&str>) -> Option<Inbound> {
    let (id, sender) = (event["event_id"].as_str().filter(|id| !id.is_empty())?, event["sender"].as_str()?);
    let (words, file) = content(event);
    let millis = event["origin_server_ts"].as_i64();
    Some(Inbound {
        name: name.map(|name| text::cut(name.trim(), 200)).filter(|name| !name.is_empty()).map(Pii::new),
        sent_at: millis.and_then(|ms| ms.checked_mul(1_000)).map(Timestamp::from_micros),
        // *m.notice*: what programs say, which programs must not answer.
        is_automatic: event["content"]["msgtype"] == "m.notice",
        remote: file.into_iter().collect(),
        ..Inbound::new(text::id(id), Pii::new(account(sender)), Pii::new(text::clean(&words)))
    })
}

/// That more was said than is fetched at once.
pub(super) fn left_out(room: &str, since: &str, sender: &str) -> Inbound {
    let id = text::id(&format!("left-out:{room}:{since}"));
    let words = "[too much was written at once: what came before this was left out]";
    Inbound { is_automatic: true, ..Inbound::new(id, Pii::new(account(sender)), Pii::new(words)) }
}

/// *Receipts*: how far the customer has read.
pub(super) fn receipt(ephemeral: &Value, user: &str, now: Timestamp) -> Option<Incoming> {
    let events = ephemeral["events"].as_array()?;
    let receipts = events.iter().filter(|event| event["type"] == "m.receipt");
    let of_events = receipts.filter_map(|event| event["content"].as_object()).flat_map(|by| by.values());
    let newest = of_events.filter_map(|kinds| kinds["m.read"][user]["ts"].as_i64()).max()?;
    let at = Timestamp::from_micros(newest.checked_mul(1_000)?).min(now);
    Some(Incoming::ReceiptUntil { user_id: Pii::new(account(user)), delivery: Delivery::Read, at })
}

/// The words of an event and its file.
fn content(event: &Value) -> (String, Option<RemoteFile>) {
    let content = &event["content"];
    let kind = event["type"].as_str().unwrap_or_default();
    if event["unsigned"].get("redacted_because").is_some() {
        return ("[deleted]".to_owned(), None);
    }
    match kind {
        // *Event replacements*: each edit is a message of its own; what was said before stays said.
        "m.room.message" if content["m.relates_to"]["rel_type"] == "m.replace" => {
            let new = content.get("m.new_content").unwrap_or(content);
            let (words, file) = message(new);
            (format!("✎ {words}"), file)
        }
        "m.room.message" => message(content),
        "m.room.encrypted" => (ENCRYPTED.to_owned(), None),
        "m.room.redaction" => ("[deleted]".to_owned(), None),
        "m.reaction" => {
            let key = content["m.relates_to"]["key"].as_str().unwrap_or_default();
            (format!("[reaction] {}", text::cut(key, 60)).trim().to_owned(), None)
        }
        "m.sticker" => {
            let words = format!("[sticker] {}", text::cut(body(content), 60));
            (words.trim().to_owned(), None)
        }
        "m.call.invite" => ("[call]".to_owned(), None),
        kind => (format!("[unsupported: {}]", text::cut(kind, 60)), None),
    }
}

/// *m.room.message*, by its `msgtype`.
fn message(content: &Value) -> (String, Option<RemoteFile>) {
    let words = spoken(content);
    let kind = content["msgtype"].as_str().unwrap_or_default();
    let unsupported = || (format!("[unsupported: {}]", text::cut(kind, 60)), None);
    match kind {
        "m.text" | "m.notice" if words.trim().is_empty() => ("[empty message]".to_owned(), None),
        "m.text" | "m.notice" => (words, None),
        "m.emote" => (format!("* {words}"), None),
        "m.location" => {
            let place = text::cut(content["geo_uri"].as_str().unwrap_or_default(), 100);
            (format!("[location] {words} {place}").replace("  ", " ").trim().to_owned(), None)
        }
        "m.image" | "m.file" | "m.audio" | "m.video" => match file(content, kind) {
            Some(file) => (caption(content), Some(file)),
            None if content.get("file").is_some() => (ENCRYPTED.to_owned(), None),
            None => unsupported(),
        },
        "" if words.trim().is_empty() => ("[unsupported message]".to_owned(), None),
        // *m.room.message*: what is not known is shown by its body.
        _ if !words.trim().is_empty() => {
            let (said, _) = unsupported();
            (format!("{said}\n{words}"), None)
        }
        _ => unsupported(),
    }
}

fn body(content: &Value) -> &str {
    content["body"].as_str().unwrap_or_default()
}

/// The body, without the quotation that older apps put before an answer (*fallbacks for rich replies*).
fn spoken(content: &Value) -> String {
    let body = body(content);
    let is_answer = content["m.relates_to"].get("m.in_reply_to").is_some();
    if !is_answer || !body.starts_with("> ") {
        return body.to_owned();
    }
    let own: Vec<&str> = body.lines().skip_while(|line| line.starts_with('>')).collect();
    let own = own.join("\n").trim_start_matches('\n').to_owned();
    if own.trim().is_empty() { body.to_owned() } else { own }
}

/// What is said beside a file: its body, unless that is the file's name.
fn caption(content: &Value) -> String {
    match content["filename"].as_str() {
        Some(name) if name != body(content) => spoken(content),
        _ => String::new(),
    }
}

fn file(content: &Value, kind: &str) -> Option<RemoteFile> {
    let (server, id) = file_of(content["url"].as_str()?)?;
    let (usual, mime_type) = match kind {
        "m.image" => ("image", "image/jpeg"),
        "m.audio" => ("audio", "audio/ogg"),
        "m.video" => ("video", "video/mp4"),
        _ => ("file", "application/octet-stream"),
    };
    let given = content["filename"].as_str().unwrap_or(body(content));
    let given = text::cut(given.trim(), 200);
    Some(RemoteFile {
        reference: format!("{server}/{id}"),
        name: if given.is_empty() { usual.to_owned() } else { given },
        mime_type: text::cut(content["info"]["mimetype"].as_str().unwrap_or(mime_type), 100),
        size_bytes: content["info"]["size"].as_i64().unwrap_or_default().max(0),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use countersign_types::pii::Purpose;
    use serde_json::json;

    use super::*;

    fn event(kind: &str, content: Value) -> Value {
        json!({ "type": kind, "event_id": "$e", "sender": "@mia:a.test", "origin_server_ts": 1_780_315_200_000_i64,
                "content": content })
    }

    fn said(content: Value) -> Inbound {
        read(&event("m.room.message", content), Some("Mia")).unwrap()
    }

    fn words(content: Value) -> String {
        said(content).text.plain(Purpose::Match).to_owned()
    }

    #[test]
    fn what_is_said_is_read_and_what_is_not_shown_is_said_in_words() {
        let text = said(json!({ "msgtype": "m.text", "body": "Hello" }));
        assert_eq!(text.text.plain(Purpose::Match), "Hello");
        assert_eq!(text.user_id.plain(Purpose::Match), "@mia:a.test");
        assert_eq!(text.name.unwrap().plain(Purpose::Match), "Mia");
        assert!(!text.is_automatic);
        assert_eq!(text.sent_at, Some(Timestamp::from_micros(1_780_315_200_000_000)));
        assert!(said(json!({ "msgtype": "m.notice", "body": "I am a program" })).is_automatic);
        assert_eq!(words(json!({ "msgtype": "m.emote", "body": "waves" })), "* waves");
        let place = json!({ "msgtype": "m.location", "body": "Here", "geo_uri": "geo:1,2" });
        assert_eq!(words(place), "[location] Here geo:1,2");
        assert_eq!(words(json!({ "msgtype": "org.odd", "body": "hi" })), "[unsupported: org.odd]\nhi");
        assert_eq!(words(json!({})), "[unsupported message]");
        assert_eq!(words(json!({ "msgtype": "m.text", "body": " " })), "[empty message]");
        let of = |kind: &str, content: Value| content_of(kind, content);
        assert_eq!(of("m.room.encrypted", json!({ "ciphertext": "x" })), ENCRYPTED);
        assert_eq!(of("m.reaction", json!({ "m.relates_to": { "key": "👍" } })), "[reaction] 👍");
        assert_eq!(of("m.room.redaction", json!({})), "[deleted]");
        assert_eq!(of("m.sticker", json!({ "body": "cat" })), "[sticker] cat");
        assert_eq!(of("m.poll.start", json!({})), "[unsupported: m.poll.start]");
    }

    fn content_of(kind: &str, content: Value) -> String {
        read(&event(kind, content), None).unwrap().text.plain(Purpose::Match).to_owned()
    }

    #[test]
    fn an_edit_is_a_message_of_its_own_and_an_answer_says_only_what_is_new() {
        let edit = json!({ "msgtype": "m.text", "body": "* better", "m.new_content": { "msgtype": "m.text", "body": "better" },
                           "m.relates_to": { "rel_type": "m.replace", "event_id": "$1" } });
        assert_eq!(words(edit), "✎ better");
        let answer = json!({ "msgtype": "m.text", "body": "> <@bot:a.test> Who are you?\n> Please\n\nIt is me",
                             "m.relates_to": { "m.in_reply_to": { "event_id": "$1" } } });
        assert_eq!(words(answer), "It is me");
        assert_eq!(words(json!({ "msgtype": "m.text", "body": "> quoted\n\nmine" })), "> quoted\n\nmine");
    }

    #[test]
    fn a_file_is_announced_and_one_that_is_encrypted_or_lies_nowhere_is_said_in_words() {
        let file = said(
            json!({ "msgtype": "m.image", "body": "my card", "filename": "card.png", "url": "mxc://a.test/AbC",
                                "info": { "mimetype": "image/png", "size": 12 } }),
        );
        assert_eq!(file.text.plain(Purpose::Match), "my card");
        let expected = RemoteFile {
            reference: "a.test/AbC".to_owned(),
            name: "card.png".to_owned(),
            mime_type: "image/png".to_owned(),
            size_bytes: 12,
        };
        assert_eq!(file.remote, [expected]);
        let old = said(json!({ "msgtype": "m.file", "body": "card.pdf", "url": "mxc://a.test/AbC" }));
        assert_eq!((old.text.plain(Purpose::Match), old.remote[0].name.as_str()), ("", "card.pdf"));
        let sealed =
            json!({ "msgtype": "m.file", "body": "card.pdf", "file": { "url": "mxc://a.test/AbC" } });
        assert_eq!(words(sealed), ENCRYPTED);
        let nowhere = json!({ "msgtype": "m.file", "body": "x", "url": "https://a.test/AbC" });
        assert_eq!(words(nowhere), "[unsupported: m.file]");
    }

    #[test]
    fn what_becomes_of_a_room_and_the_middle_of_a_call_is_not_said() {
        for kind in ["m.call.candidates", "m.key.verification.start", "org.matrix.msc3381.poll.response"] {
            assert!(!is_said(&event(kind, json!({}))), "{kind}");
        }
        let mut topic = event("m.room.topic", json!({}));
        topic["state_key"] = json!("");
        assert!(!is_said(&topic));
        assert!(is_said(&event("m.call.invite", json!({}))) && is_said(&event("org.odd", json!({}))));
    }

    #[test]
    fn a_receipt_of_the_future_is_one_of_now() {
        let now = Timestamp::from_micros(5_000_000);
        let of = |ts: i64| json!({ "events": [{ "type": "m.receipt", "content": { "$1": { "m.read": { "@mia:a.test": { "ts": ts } } } } }] });
        let at = |ts: i64| match receipt(&of(ts), "@mia:a.test", now) {
            Some(Incoming::ReceiptUntil { at, .. }) => at,
            other => panic!("{other:?}"),
        };
        assert_eq!(at(4_000).as_micros(), 4_000_000);
        assert_eq!(at(9_000), now);
        assert!(receipt(&of(1), "@eve:a.test", now).is_none());
    }
}
