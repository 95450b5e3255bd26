//! Matrix, by the *Client-Server API* <https://spec.matrix.org/latest/client-server-api/>: an account of the company's at
//! any homeserver, whose messages are fetched (`sync`), so that it works without a public address.
//!
//! A customer is known by the user id. Their own homeserver vouches for it, as a mail server does for its addresses; the
//! name they show is a claim. Only rooms of two are conversations: what somebody writes where others read, others could
//! send as well. Nothing is decrypted: whoever writes in an encrypted room is told so.

mod api;
mod incoming;
mod look;
mod room;

use std::time::Duration;

use countersign_service::port::{
    BoxFuture, Connector, Done, Line, Outbound, OutboundError, OutboundMessage, Polled, Provided,
    ProviderError, SecretField, Secrets,
};
use countersign_types::message::Attachment;
use countersign_types::{Error, FieldError, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use self::api::Homeserver;
use self::room::Room;
use crate::provider::{checked, filled, reply_file};
use crate::text;

#[cfg(any(test, feature = "testing"))]
pub(crate) use look::read_for_tests;

/// The account's access token.
const TOKEN: &str = "access_token";
/// UTF-16 units of a message at most: an event has 64 KiB, in which a character may take six bytes.
const TEXT_MAX: usize = 8_000;
/// How long one look may take: many rooms, some with pages to be read.
const LOOK_MAX: Duration = Duration::from_secs(180);
/// Longest text that people in a room are told, characters.
const NOTICE_CHARS_MAX: usize = 500;

/// The connector of Matrix.
#[derive(Debug, Default, Clone, Copy)]
pub struct Matrix;

/// Which invitations are accepted.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Invitations {
    /// To rooms that are meant for two.
    #[default]
    Direct,
    /// To every room that people cannot enter unasked.
    All,
}

/// What becomes of rooms that are no conversations.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum OtherRooms {
    /// They are told why, and left.
    #[default]
    Leave,
    /// Nothing.
    Ignore,
}

/// Settings of an account.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Config {
    /// Where the homeserver is.
    homeserver_url: String,
    /// Which invitations are accepted.
    invitations: Invitations,
    /// What becomes of rooms that are no conversations.
    other_rooms: OtherRooms,
    /// What a customer is told in a room that is encrypted.
    encrypted_notice: String,
    /// What a room is told that is no conversation.
    other_notice: String,
    /// The account, which the homeserver fills in.
    #[serde(skip_serializing_if = "String::is_empty")]
    user_id: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            homeserver_url: String::new(),
            invitations: Invitations::Direct,
            other_rooms: OtherRooms::Leave,
            encrypted_notice: "Encrypted messages cannot be read at this address. Please write in a room without encryption."
                .to_owned(),
            other_notice: "This address answers in conversations of two alone. Please write to it in a room of your own."
                .to_owned(),
            user_id: String::new(),
        }
    }
}

fn config(value: &Value) -> Result<Config> {
    Config::deserialize(value).map_err(|_| {
        let detail = "A Matrix account takes `homeserver_url`, `invitations` (`direct` or `all`), `other_rooms` (`leave` or `ignore`), `encrypted_notice` and `other_notice`.";
        Error::invalid("/config", "invalid-config", detail)
    })
}

/// The settings as they were checked when they were saved.
fn saved(line: Line<'_>) -> Provided<Config> {
    config(line.config).map_err(|_| ProviderError::settings(None, "the settings are not a Matrix account's"))
}

fn check_notice(text: &mut String, usual: String, place: &str, errors: &mut Vec<FieldError>) {
    *text = text.trim().to_owned();
    if text.is_empty() {
        *text = usual;
    }
    if text.chars().count() > NOTICE_CHARS_MAX || text.chars().any(|c| c.is_control() && c != '\n') {
        let detail = format!("What people are told has at most {NOTICE_CHARS_MAX} characters.");
        errors.push(FieldError::new(place, "too-long", detail));
    }
}

impl Connector for Matrix {
    fn secrets(&self) -> &'static [SecretField] {
        &[SecretField { name: TOKEN, is_required: true }]
    }

    fn check_config(&self, value: &Value, outbound: &dyn Outbound) -> Result<Value> {
        let mut config = config(value)?;
        let mut errors = Vec::new();
        let url = config.homeserver_url.trim().trim_end_matches('/');
        // People say where they are by a name.
        let is_name = !url.is_empty() && !url.contains("://");
        config.homeserver_url = if is_name { format!("https://{url}") } else { url.to_owned() };
        let is_plain = !config.homeserver_url.contains(['?', '#']);
        match outbound.check_url(&config.homeserver_url) {
            Ok(()) if is_plain => {}
            Ok(()) => {
                let detail = "A homeserver's address has no query.";
                errors.push(FieldError::new("/config/homeserver_url", "address-not-allowed", detail));
            }
            Err(OutboundError::Refused(why) | OutboundError::Unreachable(why)) => {
                errors.push(FieldError::new("/config/homeserver_url", "address-not-allowed", why));
            }
        }
        let Config { encrypted_notice, other_notice, .. } = Config::default();
        let of = (&mut config.encrypted_notice, &mut config.other_notice);
        check_notice(of.0, encrypted_notice, "/config/encrypted_notice", &mut errors);
        check_notice(of.1, other_notice, "/config/other_notice", &mut errors);
        checked(&config, errors)
    }

    /// *matrix.to navigation*: a link of Matrix carries no text, so the code is pasted.
    fn deep_link(&self, value: &Value, _code: &str) -> Option<String> {
        let user = config(value).ok()?.user_id;
        let is_fine = |b: u8| b.is_ascii_alphanumeric() || b"@:._=/+-".contains(&b);
        let is_link = api::is_user(&user) && user.bytes().all(is_fine);
        is_link.then(|| format!("https://matrix.to/#/{}", user.replace('/', "%2F").replace('+', "%2B")))
    }

    fn connect<'a>(&'a self, line: Line<'a>) -> BoxFuture<'a, Provided<Value>> {
        Box::pin(async move {
            let mut config = saved(line)?;
            config.homeserver_url = api::discover(line, &config.homeserver_url).await?;
            config.user_id = Homeserver::of(line, &config)?.me().await?;
            filled(&config)
        })
    }

    fn account(&self, value: &Value, _secrets: &Secrets) -> Option<String> {
        // *User Identifiers*: an id names its server too, and is one account wherever it is asked.
        config(value).ok().map(|config| config.user_id).filter(|user| !user.is_empty())
    }

    fn keeps_place(&self, before: &Value, after: &Value) -> bool {
        let place = |value: &Value| (value["homeserver_url"].clone(), value["user_id"].clone());
        place(before) == place(after)
    }

    fn test<'a>(&'a self, line: Line<'a>) -> BoxFuture<'a, Provided<Done>> {
        Box::pin(async move {
            let config = saved(line)?;
            let server = Homeserver::of(line, &config)?;
            let me = server.me().await?;
            if me != config.user_id {
                let detail = "the access token is another account's: save the channel again";
                return Err(ProviderError::settings(None, detail));
            }
            let detail = if server.has_keys(&me).await? {
                format!(
                    "{me} answers, but was used with an app that encrypts: customers' apps will encrypt what they write to it, \
                     and that cannot be read here. Use an account that no app was ever logged in with."
                )
            } else {
                format!("{me} answers; its messages are fetched.")
            };
            Ok(Done { status: Some(200), detail })
        })
    }

    fn send<'a>(&'a self, line: Line<'a>, message: &'a OutboundMessage) -> BoxFuture<'a, Provided<Done>> {
        Box::pin(async move {
            let config = saved(line)?;
            let server = Homeserver::of(line, &config)?;
            let room = room_of(&server, &config.user_id, &message.to).await?;
            let mut parts = 0;
            for part in text::parts(&message.text, TEXT_MAX) {
                let said = words(part, message.is_automatic);
                let sent = server.send(&room, &format!("{}-{parts}", message.id), &said).await;
                sent.map_err(|error| after(error, parts))?;
                parts += 1;
            }
            for file in &message.attachments {
                let sent = send_file(line, &server, &room, &format!("{}-{parts}", message.id), file).await;
                sent.map_err(|error| after(error, parts))?;
                parts += 1;
            }
            Ok(Done { status: Some(200), detail: String::new() })
        })
    }

    fn shows_typing(&self) -> bool {
        true
    }

    fn type_to<'a>(&'a self, line: Line<'a>, to: &'a str) -> BoxFuture<'a, Provided<()>> {
        Box::pin(async move {
            let config = saved(line)?;
            let server = Homeserver::of(line, &config)?;
            let room = room_of(&server, &config.user_id, to).await?;
            server.type_in(&room, &config.user_id).await
        })
    }

    fn polls(&self, _value: &Value) -> bool {
        true
    }

    fn look_max(&self) -> Duration {
        LOOK_MAX
    }

    fn poll<'a>(&'a self, line: Line<'a>, read_until: Option<&'a str>) -> BoxFuture<'a, Provided<Polled>> {
        Box::pin(async move { look::look(line, &saved(line)?, read_until).await })
    }

    fn fetch<'a>(&'a self, line: Line<'a>, reference: &'a str) -> BoxFuture<'a, Provided<Vec<u8>>> {
        Box::pin(async move { Homeserver::of(line, &saved(line)?)?.file(reference).await })
    }
}

/// What is said in a room. A program's words are an *m.notice*, which other programs do not answer; nobody is mentioned.
fn words(text: &str, is_automatic: bool) -> Value {
    let kind = if is_automatic { "m.notice" } else { "m.text" };
    json!({ "msgtype": kind, "body": text, "m.mentions": {} })
}

/// What of a reply went is known by its transactions, so that it can be tried again as a whole; what is refused is told
/// with how much of it went.
fn after(error: ProviderError, parts: usize) -> ProviderError {
    match error {
        ProviderError::Refused { .. } => text::after_parts(error, parts),
        other => other,
    }
}

/// The room in which a customer last wrote, once nobody else is there.
async fn room_of(server: &Homeserver<'_>, me: &str, account: &str) -> Provided<String> {
    let note = server.find_note(me, None, &look::room_note(account)).await?.unwrap_or_default();
    let (room, user) = (note["room_id"].as_str(), note["user_id"].as_str());
    let (Some(room), Some(user)) = (room.filter(|room| api::is_room(room)), user) else {
        let detail = "the customer has no room with this address that is not encrypted";
        return Err(ProviderError::refused(None, detail));
    };
    let gone = "this address is in the customer's room no more: the customer has to open another one";
    let state = server.state(room).await.map_err(|error| match error {
        ProviderError::Refused { status, .. } => ProviderError::refused(status, gone),
        other => other,
    })?;
    let is_in = state.as_array().into_iter().flatten().any(|event| {
        event["type"] == "m.room.member"
            && event["state_key"] == me
            && event["content"]["membership"] == "join"
    });
    let why = match Room::of(&state, me) {
        _ if !is_in => gone,
        Some(found) if found.others.is_empty() => "the customer has left the room",
        Some(found) if found.is_encrypted => {
            "the customer has made the room an encrypted one, in which this address does not write"
        }
        Some(found) if found.is_with(user) && incoming::account(user) == account => {
            return Ok(room.to_owned());
        }
        _ => "other people are in the customer's room now, or can come in",
    };
    Err(ProviderError::refused(None, why))
}

async fn send_file(
    line: Line<'_>,
    server: &Homeserver<'_>,
    room: &str,
    transaction: &str,
    file: &Attachment,
) -> Provided<()> {
    let bytes = reply_file(line, file).await?;
    let size = bytes.len();
    let place = server.upload(&file.name, &file.mime_type, bytes).await?;
    let kind = match file.mime_type.split('/').next() {
        Some("image") => "m.image",
        Some("audio") => "m.audio",
        Some("video") => "m.video",
        _ => "m.file",
    };
    let said = json!({
        "msgtype": kind, "body": file.name, "filename": file.name, "url": place,
        "info": { "mimetype": file.mime_type, "size": size }, "m.mentions": {},
    });
    server.send(room, transaction, &said).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_opens_the_account_and_carries_no_code() {
        let link = |user: &str| Matrix.deep_link(&json!({ "user_id": user }), "K7QF-2M9X");
        assert_eq!(link("@desk:acme.test").as_deref(), Some("https://matrix.to/#/@desk:acme.test"));
        assert_eq!(
            link("@a+b/c:acme.test:8448").as_deref(),
            Some("https://matrix.to/#/@a%2Bb%2Fc:acme.test:8448")
        );
        for odd in ["", "desk", "@desk", "@d\"<:acme.test", "@ü:acme.test"] {
            assert_eq!(link(odd), None, "{odd}");
        }
    }

    #[test]
    fn how_far_was_read_stays_while_it_is_the_same_account_at_the_same_homeserver() {
        let of = |url: &str, user: &str, other: &str| json!({ "homeserver_url": url, "user_id": user, "other_rooms": other });
        let before = of("https://a.test", "@desk:a.test", "leave");
        assert!(Matrix.keeps_place(&before, &of("https://a.test", "@desk:a.test", "ignore")));
        assert!(!Matrix.keeps_place(&before, &of("https://b.test", "@desk:a.test", "leave")));
        assert!(!Matrix.keeps_place(&before, &of("https://a.test", "@other:a.test", "leave")));
    }
}
