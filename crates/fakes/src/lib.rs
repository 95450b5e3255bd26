//! Providers of messengers that never were, for tests and the demo: each answers what its provider's published reference
//! says, and names the section it follows. In memory, without sockets and clocks: whoever plugs one in hands requests
//! over and, where the provider would post to us, carries what [`Post`] says.

pub mod telegram;

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
    pub(crate) fn json(status: u16, body: &serde_json::Value) -> Self {
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
