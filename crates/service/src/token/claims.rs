//! The claims of a token: for whom, when, and who.

use std::collections::BTreeMap;

use countersign_types::pii::{Kind, Pii};
use countersign_types::profile::{ProfileKey, ProfilePatch};
use countersign_types::{ChannelId, Error, Result, Timestamp, WidgetId, time};
use serde_json::{Map, Value};

use super::{JTI_CHARS, LEEWAY_SECS, LIFETIME_SECS_MAX, refused};

/// The times of a token that is good now.
pub(super) struct Times {
    /// `exp`.
    pub(super) expires_at: Timestamp,
}

/// A number of whole seconds; a text, a fraction, an exponent or a negative number is none.
fn seconds(claims: &Map<String, Value>, name: &str) -> Result<Option<i64>> {
    /// The year 9999.
    const SECONDS_MAX: i64 = 253_402_300_799;
    match claims.get(name) {
        None => Ok(None),
        Some(value) => match value.as_i64() {
            Some(secs) if (0..=SECONDS_MAX).contains(&secs) => Ok(Some(secs)),
            _ => Err(refused(
                "token-claims",
                "A time of the token (`iat`, `exp`, `nbf`) is not a whole number of seconds since 1970.",
                "Write times as JSON numbers such as 1795000000.",
            )),
        },
    }
}

/// Checks `iat`, `exp` and `nbf`.
pub(super) fn times(claims: &Map<String, Value>, now: Timestamp) -> Result<Times> {
    let (Some(issued), Some(expires)) = (seconds(claims, "iat")?, seconds(claims, "exp")?) else {
        return Err(refused(
            "token-claims",
            "The token has no `iat` or no `exp`.",
            "Say when the token was made (`iat`) and when it ends (`exp`), at most 300 seconds later.",
        ));
    };
    let not_before = seconds(claims, "nbf")?.unwrap_or(issued);
    if expires <= issued || expires - issued > LIFETIME_SECS_MAX {
        return Err(refused(
            "token-lifetime",
            "The token lives longer than 300 seconds, or not at all.",
            "Set `exp` to at most `iat` + 300 and sign a fresh token when the page asks for one.",
        ));
    }
    let leeway = LEEWAY_SECS * time::SECOND;
    let at = |secs: i64| Timestamp::from_micros(secs.saturating_mul(time::SECOND));
    if now >= at(expires).plus(leeway) {
        return Err(refused(
            "token-expired",
            "The token has expired.",
            "Sign a fresh token when the page asks for one, and compare your server's clock.",
        ));
    }
    if now < at(issued.max(not_before)).plus(-leeway) {
        return Err(refused(
            "token-not-yet-valid",
            "The token is of the future.",
            "Compare your server's clock with the true time.",
        ));
    }
    Ok(Times { expires_at: at(expires) })
}

/// Checks that the token is for this widget and nothing else.
pub(super) fn audience(claims: &Map<String, Value>, widget: WidgetId) -> Result<()> {
    match claims.get("aud").and_then(Value::as_str) {
        Some(audience) if audience == widget.to_string() => Ok(()),
        _ => Err(wrong_audience()),
    }
}

pub(super) fn wrong_audience() -> Error {
    refused(
        "token-audience",
        "The token's `aud` is not this widget.",
        "Set `aud` to the widget's id (`wid_…`), as one text.",
    )
}

/// The token's own name.
pub(super) fn jti(claims: &Map<String, Value>) -> Result<&str> {
    let jti = claims.get("jti").and_then(Value::as_str);
    let is_good = |jti: &&str| JTI_CHARS.contains(&jti.chars().count()) && !jti.chars().any(char::is_control);
    jti.filter(is_good).ok_or_else(|| {
        refused(
            "token-claims",
            "The token has no `jti` of 8 to 200 characters.",
            "Give every token a name of its own, such as a random UUID; it can be used once.",
        )
    })
}

/// A text that may be missing. `null` and an empty text say nothing.
fn text<'a>(claims: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>> {
    match claims.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(refused(
            "token-claims",
            "A claim that has to be a text is something else.",
            "`sub`, `email`, `phone`, `name`, `language`, `user_custom_id` and `user_custom_channel` are texts.",
        )),
    }
}

/// Whether the company checked that an address or a number is this person's. Only `true` is a yes (P-1): a text, a
/// number or nothing at all is none.
fn is_verified(claims: &Map<String, Value>, name: &str) -> Option<bool> {
    claims.get(name).map(|value| value == &Value::Bool(true))
}

/// Who is signed in, what the company knows about them, and what they only said to it.
pub(super) fn identity(claims: &Map<String, Value>) -> Result<(ProfileKey, ProfilePatch, ProfilePatch)> {
    fn pii<K: Kind>(value: Option<&str>) -> Option<Option<Pii<K>>> {
        value.map(|value| Some(Pii::new(value)))
    }
    let (email, phone) = (text(claims, "email")?, text(claims, "phone")?);
    let custom = (text(claims, "user_custom_id")?, text(claims, "user_custom_channel")?);
    let key = match (text(claims, "sub")?, email, phone, custom) {
        (Some(sub), ..) => ProfileKey::ExternalId(Pii::new(sub)),
        (None, Some(email), ..) => ProfileKey::Email(Pii::new(email)),
        (None, None, Some(phone), _) => ProfileKey::Phone(Pii::new(phone)),
        (None, None, None, (Some(user), Some(channel))) => {
            let channel: ChannelId = channel.parse().map_err(|_| unknown_channel())?;
            ProfileKey::ChannelUser { channel, user_id: Pii::new(user) }
        }
        (None, None, None, _) => {
            return Err(refused(
                "token-subject",
                "The token does not say who is signed in.",
                "Set `sub` to your own id of the customer (or send `email`, `phone`, or `user_custom_id` with \
                 `user_custom_channel`).",
            ));
        }
    };
    let verified = (is_verified(claims, "email_verified"), is_verified(claims, "phone_verified"));
    // Without `sub` the company itself knows its customers by the address: then it says who it is, unless it says no.
    let is_email_key = matches!(key, ProfileKey::Email(_));
    let is_phone_key = matches!(key, ProfileKey::Phone(_));
    if (is_email_key && verified.0 == Some(false)) || (is_phone_key && verified.1 == Some(false)) {
        return Err(refused(
            "token-subject",
            "The token names the customer by an address or a number that it says is not verified.",
            "Set `sub` to your own id of the customer, or verify the address first.",
        ));
    }
    let is_email_known = is_email_key || verified.0 == Some(true);
    let is_phone_known = is_phone_key || verified.1 == Some(true);
    let claimed = ProfilePatch {
        email: pii(email.filter(|_| !is_email_known)),
        phone: pii(phone.filter(|_| !is_phone_known)),
        ..ProfilePatch::default()
    };
    let patch = ProfilePatch {
        name: pii(text(claims, "name")?),
        email: pii(email.filter(|_| is_email_known)),
        phone: pii(phone.filter(|_| is_phone_known)),
        language: text(claims, "language")?.map(|tag| Some(tag.to_owned())),
        attributes: attributes(claims)?,
        ..ProfilePatch::default()
    };
    Ok((key, patch, claimed))
}

fn attributes(claims: &Map<String, Value>) -> Result<BTreeMap<String, Value>> {
    match claims.get("attributes") {
        None | Some(Value::Null) => Ok(BTreeMap::new()),
        Some(Value::Object(all)) => Ok(all.iter().map(|(key, value)| (key.clone(), value.clone())).collect()),
        Some(_) => Err(refused(
            "token-claims",
            "The token's `attributes` are not an object.",
            "Write them as `{\"key\": value}`.",
        )),
    }
}

fn unknown_channel() -> Error {
    refused(
        "token-claims",
        "The token's `user_custom_channel` is not a channel.",
        "Set it to the id (`chan_…`) of the custom channel on which `user_custom_id` is known.",
    )
}
