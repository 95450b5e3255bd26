//! Access tokens of OAuth 2 client credentials (RFC 6749, 4.4): fetched when needed, kept in memory until shortly before
//! their end.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_ivr::look_up::request::is_header_value;
use countersign_types::{LookUpId, Timestamp, time};
use serde::Deserialize;
use url::form_urlencoded::byte_serialize;

use super::LookUpEntry;
use crate::Service;
use crate::port::OutboundRequest;

/// How long before its end a token is not used any more.
const EARLY_SECS: i64 = 30;
/// How long a token is used that says nothing of its end, and the longest for any.
const UNSAID_SECS: i64 = 300;
const SECS_MAX: i64 = 86_400;
const TOKEN_BYTES_MAX: usize = 8_000;

/// A token and until when it is used.
struct Token {
    value: String,
    until: Timestamp,
    /// Of which state of the look-up: a changed one asks anew.
    of: Timestamp,
}

type Slot = Arc<tokio::sync::Mutex<Option<Token>>>;

/// The tokens by look-up. Each is fetched by one at a time; others wait for it.
#[derive(Default)]
pub(crate) struct Tokens(Mutex<HashMap<LookUpId, Slot>>);

impl Tokens {
    fn slot(&self, id: LookUpId) -> Slot {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        slots.entry(id).or_default().clone()
    }

    /// Forgets those of look-ups that are no more.
    pub(crate) fn retain(&self, is_there: impl Fn(LookUpId) -> bool) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|id, _| is_there(*id));
    }
}

#[derive(Deserialize)]
struct Answer {
    access_token: String,
    token_type: Option<String>,
    // Some servers write it as a text.
    expires_in: Option<serde_json::Value>,
}

/// Where a token is asked for.
pub(super) struct Asked<'a> {
    pub(super) url: &'a str,
    pub(super) client_id: &'a str,
    pub(super) client_secret: &'a str,
    pub(super) scope: Option<&'a str>,
}

impl Service {
    /// The token of a look-up; `refused` is one that the system did not take. `None`: there is none to be had.
    pub(super) async fn access_token(
        &self,
        entry: &LookUpEntry,
        asked: &Asked<'_>,
        refused: Option<&str>,
        timeout_ms: u64,
    ) -> Option<String> {
        let slot = self.look_up_memory().tokens.slot(entry.stored.id);
        let mut kept = slot.lock().await;
        let now = self.now();
        if let Some(token) = &*kept
            && token.of == entry.stored.updated_at
            && now < token.until
            && refused != Some(token.value.as_str())
        {
            return Some(token.value.clone());
        }
        *kept = None;
        let answer = self.outbound().call(request(asked, timeout_ms)).await.ok()?;
        if answer.status != 200 {
            return None;
        }
        let (value, secs) = read(&answer.body)?;
        let until = now.plus((secs - EARLY_SECS).max(0) * time::SECOND);
        *kept = Some(Token { value: value.clone(), until, of: entry.stored.updated_at });
        Some(value)
    }
}

fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

fn request(asked: &Asked<'_>, timeout_ms: u64) -> OutboundRequest {
    // Section 2.3.1: both are encoded as a form would before they become a name and a password.
    let login = STANDARD.encode(format!("{}:{}", encoded(asked.client_id), encoded(asked.client_secret)));
    let mut body = "grant_type=client_credentials".to_owned();
    if let Some(scope) = asked.scope {
        body.push_str("&scope=");
        body.push_str(&encoded(scope));
    }
    OutboundRequest {
        method: "POST",
        url: asked.url.to_owned(),
        headers: vec![
            ("accept".to_owned(), "application/json".to_owned()),
            ("authorization".to_owned(), format!("Basic {login}")),
            ("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()),
        ],
        body: body.into_bytes(),
        timeout_ms,
        answer_bytes_max: 64 * 1_024,
    }
}

/// The token and for how many seconds it is good.
fn read(body: &[u8]) -> Option<(String, i64)> {
    let answer: Answer = serde_json::from_slice(body).ok()?;
    let is_bearer = answer.token_type.as_deref().is_none_or(|kind| kind.eq_ignore_ascii_case("bearer"));
    let token = answer.access_token;
    if !is_bearer || token.is_empty() || token.len() > TOKEN_BYTES_MAX || !is_header_value(&token) {
        return None;
    }
    let secs = match answer.expires_in {
        Some(serde_json::Value::Number(secs)) => secs.as_i64(),
        Some(serde_json::Value::String(secs)) => secs.parse().ok(),
        _ => None,
    };
    Some((token, secs.unwrap_or(UNSAID_SECS).clamp(0, SECS_MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_servers_write_it() {
        let read = |text: &str| read(text.as_bytes());
        assert_eq!(
            read(r#"{"access_token":"a","token_type":"Bearer","expires_in":3600}"#),
            Some(("a".into(), 3_600))
        );
        assert_eq!(
            read(r#"{"access_token":"a","token_type":"bearer","expires_in":"60"}"#),
            Some(("a".into(), 60))
        );
        assert_eq!(read(r#"{"access_token":"a"}"#), Some(("a".into(), UNSAID_SECS)));
        assert_eq!(read(r#"{"access_token":"a","expires_in":-5}"#), Some(("a".into(), 0)));
        for bad in [
            "",
            "{}",
            r#"{"access_token":""}"#,
            r#"{"access_token":"a\nb"}"#,
            r#"{"access_token":"a","token_type":"mac"}"#,
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_client_with_odd_characters_is_encoded() {
        let asked = Asked {
            url: "https://id.example/token",
            client_id: "a:b",
            client_secret: "p @",
            scope: Some("x y"),
        };
        let request = request(&asked, 1_000);
        assert_eq!(request.body, b"grant_type=client_credentials&scope=x+y");
        assert_eq!(request.headers[1].1, format!("Basic {}", STANDARD.encode("a%3Ab:p+%40")));
    }
}
