//! Payloads as if their provider had signed them, for property tests and fuzzing: what is behind the signature must take
//! whatever comes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use countersign_service::port::{
    BoxFuture, Connector, Files, HookError, HookRequest, Incoming, Line, Outbound, OutboundAnswer,
    OutboundError, OutboundRequest, Secrets,
};
use countersign_types::{AttachmentId, ChannelId, Error, Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::Sha256;

use crate::line::LineApp;
use crate::meta::page::Page;
use crate::meta::whatsapp::WhatsApp;
use crate::sms::Sms;
use crate::telegram::Telegram;
use crate::viber::Viber;

const SECRET: &str = "a-secret";
const URL: &str = "https://countersign.test/hooks/chan_00000000000000000000000000";
const ACCOUNT: &str = "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
/// Connectors that are posted to, and Matrix, whose rooms are read.
pub const KINDS: usize = 8;

/// A mail as it may lie in a mailbox.
pub fn read_mail(raw: &[u8]) -> Vec<Incoming> {
    crate::email::read_for_tests(raw)
}

/// Nobody is called, and there are no files.
struct Nowhere;

impl Outbound for Nowhere {
    fn check_url(&self, _url: &str) -> Result<(), OutboundError> {
        Ok(())
    }

    fn call(&self, _request: OutboundRequest) -> BoxFuture<'_, Result<OutboundAnswer, OutboundError>> {
        Box::pin(async { Err(OutboundError::Unreachable("nobody is called".to_owned())) })
    }
}

impl Files for Nowhere {
    fn read(&self, _file: AttachmentId) -> BoxFuture<'_, Result<Vec<u8>, Error>> {
        Box::pin(async { Err(Error::NotFound("attachment")) })
    }
}

/// What connector number `kind` (of [`KINDS`]) makes of a body that its provider signed.
pub fn read(kind: usize, body: &[u8]) -> Result<Vec<Incoming>, HookError> {
    let secrets = Secrets::default();
    if kind % KINDS == KINDS - 1 {
        let room = serde_json::from_slice(body).map_err(|_| HookError::Malformed)?;
        return Ok(crate::matrix::read_for_tests(line(&Value::Null, &secrets), &room));
    }
    posted(kind, body)
}

fn line<'a>(config: &'a Value, secrets: &'a Secrets) -> Line<'a> {
    Line {
        channel: ChannelId::from_bytes([0; 16]),
        config,
        secrets,
        hook_url: URL,
        outbound: &Nowhere,
        files: &Nowhere,
        now: Timestamp::from_micros(0),
    }
}

fn posted(kind: usize, body: &[u8]) -> Result<Vec<Incoming>, HookError> {
    let (connector, config, header, signature): (&dyn Connector, Value, &str, String) = match kind % KINDS {
        0 => {
            (&Telegram, json!({ "receive": "webhook" }), "x-telegram-bot-api-secret-token", SECRET.to_owned())
        }
        1 => (
            &WhatsApp,
            json!({ "phone_number_id": "1" }),
            "x-hub-signature-256",
            format!("sha256={}", hex::encode(sha256(body))),
        ),
        2 => (
            &Page::Messenger,
            json!({ "page_id": "7" }),
            "x-hub-signature-256",
            format!("sha256={}", hex::encode(sha256(body))),
        ),
        3 => (
            &Page::Instagram,
            json!({ "page_id": "7" }),
            "x-hub-signature-256",
            format!("sha256={}", hex::encode(sha256(body))),
        ),
        4 => (
            &Sms,
            json!({ "account_sid": ACCOUNT, "from": "+15005550006" }),
            "x-twilio-signature",
            twilio(body),
        ),
        5 => (&Viber, json!({}), "x-viber-content-signature", hex::encode(sha256(body))),
        _ => (&LineApp, json!({}), "x-line-signature", STANDARD.encode(sha256(body))),
    };
    let mut secrets = Secrets::default();
    for name in ["hook_secret", "app_secret", "auth_token", "channel_secret"] {
        secrets.set(name, SECRET.to_owned());
    }
    let request = HookRequest {
        is_get: false,
        url: URL.to_owned(),
        query: String::new(),
        headers: vec![(header.to_owned(), signature)],
        body: body.to_vec(),
    };
    connector.hook(line(&config, &secrets), &request).map(|hooked| hooked.news)
}

/// That everything which a payload said can be kept: nothing of it would be refused, and so dropped.
pub fn can_be_kept(news: &[Incoming]) -> Result<(), Error> {
    news.iter().try_for_each(|news| match news {
        Incoming::Message(inbound) => match inbound.check() {
            // A message of `null` or of `0` is nobody's.
            Err(Error::Invalid(errors)) if errors.iter().all(|error| error.pointer == "/from/id") => Ok(()),
            checked => checked,
        },
        Incoming::Receipt { .. } | Incoming::ReceiptUntil { .. } => Ok(()),
    })
}

fn sha256(body: &[u8]) -> Vec<u8> {
    Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).map_or_else(
        |_| Vec::new(),
        |mut mac| {
            mac.update(body);
            mac.finalize().into_bytes().to_vec()
        },
    )
}

fn twilio(body: &[u8]) -> String {
    let mut fields: Vec<(String, String)> = serde_urlencoded::from_bytes(body).unwrap_or_default();
    fields.sort();
    let signed = fields.iter().fold(URL.to_owned(), |text, (name, value)| text + name + value);
    Hmac::<Sha1>::new_from_slice(SECRET.as_bytes()).map_or_else(
        |_| String::new(),
        |mut mac| {
            mac.update(signed.as_bytes());
            STANDARD.encode(mac.finalize().into_bytes())
        },
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    /// Payloads that say something, one for each connector: what is mutated.
    fn good(kind: usize) -> Vec<u8> {
        let message = |id: Value| json!({ "mid": id, "text": "hello" });
        let page = |object: &str| {
            json!({ "object": object, "entry": [{ "messaging": [{ "sender": { "id": "42" }, "recipient": { "id": "7" },
                    "timestamp": 1_780_315_200_000_i64, "message": message(json!("m1")) }] }] })
        };
        let body = match kind {
            0 => json!({ "update_id": 1, "message": { "message_id": 7, "date": 1_780_315_200,
                         "chat": { "id": 42, "type": "private" }, "from": { "id": 42, "first_name": "Ann" },
                         "photo": [{ "file_id": "f", "width": 9 }], "caption": "hello" } }),
            1 => json!({ "entry": [{ "changes": [{ "field": "messages", "value": {
                         "metadata": { "phone_number_id": "1" },
                         "contacts": [{ "wa_id": "491512345678", "profile": { "name": "Ann" } }],
                         "messages": [{ "id": "w1", "from": "491512345678", "type": "image", "timestamp": "1780315200",
                                        "image": { "id": "1", "caption": "hello" } }],
                         "statuses": [{ "status": "read", "biz_opaque_callback_data": "msg_1" }] } }] }] }),
            2 => page("page"),
            3 => page("instagram"),
            4 => {
                let fields = [
                    ("AccountSid", ACCOUNT),
                    ("MessageSid", "SM1"),
                    ("From", "+491512345678"),
                    ("Body", "hello"),
                ];
                return serde_urlencoded::to_string(fields).unwrap().into_bytes();
            }
            5 => json!({ "event": "message", "timestamp": 1_780_315_200_000_i64, "message_token": 1,
                         "sender": { "id": "01=", "name": "Ann" }, "message": { "type": "text", "text": "hello" } }),
            7 => json!({
                "state": [{ "type": "m.room.member", "state_key": "@mia:a.test",
                            "content": { "membership": "join", "displayname": "Mia" } }],
                "timeline": { "events": [
                    { "type": "m.room.message", "event_id": "$1", "sender": "@mia:a.test",
                      "origin_server_ts": 1_780_315_200_000_i64,
                      "content": { "msgtype": "m.image", "body": "hello", "filename": "card.png", "url": "mxc://a.test/x",
                                   "info": { "mimetype": "image/png", "size": 12 } } },
                    { "type": "m.reaction", "event_id": "$2", "sender": "@mia:a.test",
                      "content": { "m.relates_to": { "key": "👍" } } }] },
                "ephemeral": { "events": [
                    { "type": "m.receipt", "content": { "$0": { "m.read": { "@mia:a.test": { "ts": 1 } } } } }] } }),
            _ => json!({ "events": [{ "type": "message", "source": { "type": "user", "userId": "U42" },
                         "timestamp": 1_780_315_200_000_i64, "message": { "id": "1", "type": "text", "text": "hello" } }] }),
        };
        body.to_string().into_bytes()
    }

    #[test]
    fn the_payloads_that_are_mutated_say_something() {
        for kind in 0..KINDS {
            assert!(!read(kind, &good(kind)).unwrap().is_empty(), "{kind}");
        }
    }

    /// Values that providers have no business to send, and may.
    fn odd() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "\\PC{0,30}".prop_map(Value::from),
            "[\\x00-\\x1f é😀]{0,300}".prop_map(Value::from),
            Just(Value::from("x".repeat(30_000))),
            Just(json!([])),
            Just(json!({})),
            Just(json!([[[[{ "id": "x" }]]]])),
        ]
    }

    /// Puts a value somewhere into a payload.
    fn put(value: &mut Value, mut steps: std::slice::Iter<'_, prop::sample::Index>, new: Value) {
        let Some(step) = steps.next() else {
            *value = new;
            return;
        };
        match value {
            Value::Object(map) if !map.is_empty() => {
                let key = map.keys().nth(step.index(map.len())).cloned().unwrap_or_default();
                if let Some(inner) = map.get_mut(&key) {
                    put(inner, steps, new);
                }
            }
            Value::Array(list) if !list.is_empty() => {
                let n = step.index(list.len());
                put(&mut list[n], steps, new);
            }
            other => *other = new,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn r4_whatever_a_payload_holds_is_read_or_refused_and_can_be_kept(
            kind in 0..KINDS,
            steps in prop::collection::vec(any::<prop::sample::Index>(), 1..9),
            new in odd(),
        ) {
            let good = good(kind);
            let body = match serde_json::from_slice::<Value>(&good) {
                Ok(mut value) => {
                    put(&mut value, steps.iter(), new);
                    value.to_string().into_bytes()
                }
                Err(_) => {
                    let mut fields: Vec<(String, String)> = serde_urlencoded::from_bytes(&good).unwrap();
                    let n = steps[0].index(fields.len() - 1) + 1;
                    fields[n].1 = new.as_str().map_or_else(|| new.to_string(), ToOwned::to_owned);
                    serde_urlencoded::to_string(fields).unwrap().into_bytes()
                }
            };
            if let Ok(news) = read(kind, &body) {
                prop_assert!(can_be_kept(&news).is_ok(), "{:?}", can_be_kept(&news));
            }
        }

        #[test]
        fn r4_any_bytes_are_read_or_refused(kind in 0..KINDS, body in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = read(kind, &body);
        }
    }
}
