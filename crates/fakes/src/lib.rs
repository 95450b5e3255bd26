//! Providers of messengers that never were, for tests and the demo: each answers what its provider's published reference
//! says, and names the section it follows. In memory, without sockets and clocks: whoever plugs one in hands requests
//! over and, where the provider would post to us, carries what [`Post`] says.

pub mod line;
pub mod meta;
pub mod telegram;
pub mod twilio;
pub mod viber;

use std::collections::VecDeque;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

/// A request as a fake gets it.
#[derive(Debug, Clone)]
pub struct Call<'a> {
    /// `GET`, `POST` …
    pub method: &'a str,
    /// The path, from `/` on, without the query.
    pub path: &'a str,
    /// Header names in lower case, and values.
    pub headers: &'a [(String, String)],
    /// The body.
    pub body: &'a [u8],
}

impl Call<'_> {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// What a fake answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Media type of the body.
    pub content_type: &'static str,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// An answer in JSON.
    pub fn json(status: u16, body: &Value) -> Self {
        Self { status, content_type: "application/json", body: body.to_string().into_bytes() }
    }
}

/// What a provider posts to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Where, as it was told.
    pub url: String,
    /// Header names and values, the signature among them.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What was sent to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// To whom.
    pub to: String,
    /// The words.
    pub text: String,
}

/// A provider that posts to us, as the tests that every connector passes see it.
pub trait Provider: Send + Sync {
    /// Where it is.
    fn address(&self) -> &'static str;
    /// `kind`, `config` and `secrets` of a channel that works there.
    fn channel(&self) -> Value;
    /// The name of the secret that authorises calls.
    fn token(&self) -> &'static str;
    /// It is told, by somebody at its own console, where to post and by which channel's id.
    fn told(&self, hook_url: &str, channel: &str);
    /// The id of the one customer it has.
    fn user(&self) -> &'static str;
    /// The customer writes; `n` tells messages apart.
    fn says(&self, n: u32, text: &str) -> Post;
    /// The customer sends what nobody has heard of.
    fn odd(&self, n: u32) -> Post;
    /// The header that carries the signature.
    fn signature(&self) -> &'static str;
    /// Everything that was sent to customers.
    fn sent(&self) -> Vec<Sent>;
    /// To whom it was shown that somebody writes to them.
    fn typed(&self) -> Vec<String> {
        Vec::new()
    }
    /// The next call is answered with this instead.
    fn trouble(&self, reply: Reply);
    /// Answers a call.
    fn answer(&self, call: &Call<'_>) -> Reply;
}

/// What goes wrong next, in its order.
#[derive(Debug, Default)]
pub(crate) struct Troubles(VecDeque<Reply>);

impl Troubles {
    pub(crate) fn push(&mut self, reply: Reply) {
        self.0.push_back(reply);
    }

    pub(crate) fn take(&mut self) -> Option<Reply> {
        self.0.pop_front()
    }
}

/// HMAC-SHA-256 in hexadecimal digits.
pub(crate) fn hmac_sha256_hex(key: &[u8], text: &[u8]) -> String {
    Hmac::<Sha256>::new_from_slice(key).map_or_else(
        |_| String::new(),
        |mut mac| {
            mac.update(text);
            hex::encode(mac.finalize().into_bytes())
        },
    )
}
