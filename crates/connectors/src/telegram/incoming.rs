//! An *Update* as what happened on the channel. What this server does not show (stickers, polls, places) is said in
//! words: nothing that a customer sends is dropped.

use countersign_service::message::Inbound;
use countersign_service::port::{Incoming, RemoteFile};
use countersign_types::Timestamp;
use countersign_types::pii::Pii;
use countersign_types::profile::Claims;
use serde_json::Value;

use crate::text;

/// Members of a *Message* that say something about it and are not its content.
const ABOUT: &[&str] = &[
    "message_id",
    "message_thread_id",
    "from",
    "sender_chat",
    "sender_boost_count",
    "sender_business_bot",
    "date",
    "business_connection_id",
    "chat",
    "forward_origin",
    "is_topic_message",
    "is_automatic_forward",
    "reply_to_message",
    "external_reply",
    "quote",
    "reply_to_story",
    "via_bot",
    "edit_date",
    "has_protected_content",
    "is_from_offline",
    "media_group_id",
    "author_signature",
    "entities",
    "link_preview_options",
    "caption_entities",
    "show_caption_above_media",
    "has_media_spoiler",
    "reply_markup",
    "effect_id",
    "caption",
];

/// What an update says; nothing for what is not a private conversation with the bot.
pub(super) fn read(update: &Value) -> Option<Incoming> {
    let (message, is_edit) = match (update.get("message"), update.get("edited_message")) {
        (Some(message), _) => (message, false),
        (None, Some(message)) => (message, true),
        (None, None) => return None,
    };
    if message["chat"]["type"] != "private" {
        return None;
    }
    let (chat, id) = (message["chat"]["id"].as_i64()?, message["message_id"].as_i64()?);
    let from = &message["from"];
    let (mut words, remote) = content(message);
    let mut provider_id = format!("{chat}:{id}");
    if is_edit {
        // Each edit is a message of its own: what was said before stays said.
        provider_id = format!("{provider_id}:{}", message["edit_date"].as_i64().unwrap_or_default());
        words = format!("✎ {words}");
    }
    let inbound = Inbound {
        name: name(from).map(Pii::new),
        claims: own_number(message).unwrap_or_default(),
        sent_at: message["date"].as_i64().and_then(|s| s.checked_mul(1_000_000)).map(Timestamp::from_micros),
        is_automatic: from["is_bot"] == true,
        remote,
        ..Inbound::new(provider_id, Pii::new(chat.to_string()), Pii::new(text::clean(&words)))
    };
    Some(Incoming::Message(Box::new(inbound)))
}

fn name(from: &Value) -> Option<String> {
    let part = |key: &str| from[key].as_str().map(str::trim).filter(|part| !part.is_empty());
    let parts: Vec<&str> = [part("first_name"), part("last_name")].into_iter().flatten().collect();
    let name = if parts.is_empty() { format!("@{}", part("username")?) } else { parts.join(" ") };
    Some(text::cut(&name, 200))
}

/// A shared contact is the sender's own number only where Telegram says that it is the sender's account: anybody can
/// share anybody's card.
fn own_number(message: &Value) -> Option<Claims> {
    let contact = message.get("contact")?;
    let (of, from) = (contact["user_id"].as_i64()?, message["from"]["id"].as_i64()?);
    let digits: String = contact["phone_number"].as_str()?.chars().filter(char::is_ascii_digit).collect();
    let is_own = of == from && (5..=15).contains(&digits.len());
    is_own.then(|| Claims { phone: Some(Pii::new(format!("+{digits}"))), ..Claims::default() })
}

/// The text of a message and its files.
fn content(message: &Value) -> (String, Vec<RemoteFile>) {
    let words = message["text"].as_str().or(message["caption"].as_str()).unwrap_or_default().to_owned();
    if message.get("text").is_some() {
        return (words, Vec::new());
    }
    if let Some(file) = file(message) {
        return (words, vec![file]);
    }
    let said = match unshown(message) {
        Some(said) => said,
        None if words.is_empty() => "[unsupported message]".to_owned(),
        None => return (words, Vec::new()),
    };
    (if words.is_empty() { said } else { format!("{said}\n{words}") }, Vec::new())
}

/// The one file that a message has, under whichever kind it came.
fn file(message: &Value) -> Option<RemoteFile> {
    let sized = |of: &Value, name: &str, mime_type: &str| {
        let given = of["file_name"].as_str().map(|name| text::cut(name, 200)).filter(|name| !name.is_empty());
        Some(RemoteFile {
            reference: of["file_id"].as_str().filter(|id| id.len() <= 500)?.to_owned(),
            name: given.unwrap_or_else(|| name.to_owned()),
            mime_type: text::cut(of["mime_type"].as_str().unwrap_or(mime_type), 100),
            size_bytes: of["file_size"].as_i64().unwrap_or_default().max(0),
        })
    };
    if let Some(sizes) = message["photo"].as_array() {
        // *PhotoSize*: the same picture several times; the largest says the most.
        return sized(sizes.iter().max_by_key(|size| size["width"].as_i64())?, "photo.jpg", "image/jpeg");
    }
    let kinds = [
        ("document", "document", "application/octet-stream"),
        ("voice", "voice.ogg", "audio/ogg"),
        ("audio", "audio.mp3", "audio/mpeg"),
        ("video", "video.mp4", "video/mp4"),
        ("video_note", "video.mp4", "video/mp4"),
        ("animation", "animation.mp4", "video/mp4"),
    ];
    // An animation is also sent as a document: whichever comes first is the same file.
    kinds.iter().find_map(|(kind, name, mime_type)| sized(message.get(*kind)?, name, mime_type))
}

/// What a message is that has neither text nor a file, in words.
fn unshown(message: &Value) -> Option<String> {
    if let Some(contact) = message.get("contact") {
        let is_own = own_number(message).is_some();
        let number = contact["phone_number"].as_str().unwrap_or_default();
        let person = name(contact).unwrap_or_default();
        let whose = if is_own { "own number" } else { "somebody's contact, not verified" };
        return Some(format!("[{whose}] {} {}", person.trim(), number.trim()).trim().to_owned());
    }
    if let Some(at) = message.get("venue").map(|venue| &venue["location"]).or(message.get("location")) {
        let title = message["venue"]["title"].as_str().unwrap_or_default();
        return Some(
            format!("[location] {} {}, {}", title, at["latitude"], at["longitude"]).replace("  ", " "),
        );
    }
    if let Some(sticker) = message.get("sticker") {
        return Some(
            format!("[sticker] {}", sticker["emoji"].as_str().unwrap_or_default()).trim().to_owned(),
        );
    }
    if let Some(dice) = message.get("dice") {
        return Some(format!("[dice] {} {}", dice["emoji"].as_str().unwrap_or_default(), dice["value"]));
    }
    let kinds = message.as_object()?.keys().find(|key| !ABOUT.contains(&key.as_str()))?;
    Some(format!("[unsupported: {}]", text::cut(kinds, 60)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use countersign_types::pii::Purpose;
    use serde_json::json;

    use super::*;

    fn said(message: Value) -> Inbound {
        let mut whole = json!({
            "message_id": 7, "date": 1_700_000_000, "chat": { "id": 42, "type": "private" },
            "from": { "id": 42, "is_bot": false, "first_name": "Ann", "last_name": "K" },
        });
        whole.as_object_mut().unwrap().extend(message.as_object().unwrap().clone());
        match read(&json!({ "update_id": 1, "message": whole })) {
            Some(Incoming::Message(inbound)) => *inbound,
            other => panic!("{other:?}"),
        }
    }

    fn words(message: Value) -> String {
        said(message).text.plain(Purpose::Match).to_owned()
    }

    #[test]
    fn everything_a_customer_can_send_is_shown_or_said() {
        assert_eq!(words(json!({ "text": "hello" })), "hello");
        assert_eq!(words(json!({ "sticker": { "emoji": "👍", "file_id": "x" } })), "[sticker] 👍");
        assert_eq!(
            words(json!({ "location": { "latitude": 52.5, "longitude": 13.4 } })),
            "[location] 52.5, 13.4"
        );
        assert_eq!(words(json!({ "dice": { "emoji": "🎲", "value": 3 } })), "[dice] 🎲 3");
        assert_eq!(words(json!({ "poll": { "question": "?" } })), "[unsupported: poll]");
        assert_eq!(words(json!({ "something_of_next_year": {} })), "[unsupported: something_of_next_year]");
        assert_eq!(words(json!({})), "[unsupported message]");
        assert_eq!(words(json!({ "caption": "c", "game": {} })), "[unsupported: game]\nc");
    }

    #[test]
    fn the_largest_photo_comes_with_its_caption() {
        let photo = json!({ "caption": "my card", "photo": [
            { "file_id": "small", "width": 90, "file_size": 1_000 },
            { "file_id": "large", "width": 1_280, "file_size": 90_000 },
            { "file_id": "middle", "width": 320, "file_size": 9_000 }] });
        let inbound = said(photo);
        assert_eq!(inbound.text.plain(Purpose::Match), "my card");
        assert_eq!(inbound.remote[0].reference, "large");
        assert_eq!(inbound.remote[0].name, "photo.jpg");
    }

    #[test]
    fn a_contact_is_the_sender_s_number_only_where_telegram_says_so() {
        let own = said(
            json!({ "contact": { "phone_number": "49 151 2345678", "first_name": "Ann", "user_id": 42 } }),
        );
        assert_eq!(own.claims.phone.unwrap().plain(Purpose::Match), "+491512345678");
        for contact in [
            json!({ "phone_number": "+491512345678", "first_name": "Bob", "user_id": 43 }),
            json!({ "phone_number": "+491512345678", "first_name": "Bob" }),
            json!({ "phone_number": "+491512345678", "first_name": "Ann", "user_id": "42" }),
            json!({ "phone_number": "12", "first_name": "Ann", "user_id": 42 }),
        ] {
            let inbound = said(json!({ "contact": contact }));
            assert!(inbound.claims.is_empty(), "{contact}");
            assert!(inbound.text.plain(Purpose::Match).contains("not verified"));
        }
    }

    #[test]
    fn groups_channels_and_odd_updates_are_let_go() {
        for update in [
            json!({}),
            json!([]),
            json!(null),
            json!({ "update_id": 1, "message": {} }),
            json!({ "message": { "message_id": 1, "chat": { "id": -5, "type": "group" }, "text": "K7QF" } }),
            json!({ "message": { "message_id": 1, "chat": { "id": -5, "type": "supergroup" }, "text": "K7QF" } }),
            json!({ "channel_post": { "message_id": 1, "chat": { "id": -5, "type": "channel" }, "text": "x" } }),
            json!({ "message": { "message_id": "1", "chat": { "id": 5, "type": "private" }, "text": "x" } }),
        ] {
            assert!(read(&update).is_none(), "{update}");
        }
    }

    #[test]
    fn an_edit_is_a_message_of_its_own() {
        let edit = json!({ "update_id": 2, "edited_message": {
            "message_id": 7, "edit_date": 1_700_000_100, "chat": { "id": 42, "type": "private" },
            "from": { "id": 42 }, "text": "better" } });
        let Some(Incoming::Message(inbound)) = read(&edit) else { panic!("no message") };
        assert_eq!(inbound.provider_id, "42:7:1700000100");
        assert_eq!(inbound.text.plain(Purpose::Match), "✎ better");
    }
}
