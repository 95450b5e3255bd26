//! What happened on a website, after reading: one shape for the tracker and for foreign clients.

use std::borrow::Cow;
use std::fmt;

use countersign_types::Timestamp;

use crate::Key;
use crate::words::words;

words! {
    /// What kind of event it is: the six system events of the seed, or the site's own.
    EventType {
        /// A visit began.
        VisitStarted = "VisitStarted",
        /// A page was entered.
        PageEntered = "PageEntered",
        /// A page was left.
        PageExited = "PageExited",
        /// Somebody signed in.
        SignIn = "SignIn",
        /// Somebody signed out.
        SignOut = "SignOut",
        /// The site says who the visitor is, or something about the visitor.
        UserInfo = "UserInfo",
        /// An event of the site; its name is the event's.
        Business = "Business",
    }
}

impl EventType {
    /// One of the six that this product gives a meaning to.
    pub const fn is_system(self) -> bool {
        !matches!(self, Self::Business)
    }

    /// The kind that goes with the name of an event: names are case-sensitive, as in the seed.
    pub fn of_name(name: &str) -> Self {
        Self::parse(name).unwrap_or(Self::Business)
    }
}

/// Who the site says the visitor is. Only a good `token` proves anything (T-1).
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Who {
    /// What the site calls the person.
    pub identity: Option<String>,
    /// A token of W-1 that the site's server signed.
    pub token: Option<String>,
    /// An e-mail address.
    pub email: Option<String>,
    /// A phone number.
    pub phone: Option<String>,
    /// A name.
    pub name: Option<String>,
}

impl Who {
    /// Nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Debug for Who {
    /// Says what is there, never its value.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let there = [
            ("identity", &self.identity),
            ("token", &self.token),
            ("email", &self.email),
            ("phone", &self.phone),
            ("name", &self.name),
        ];
        f.write_str("Who")?;
        f.debug_set()
            .entries(there.iter().filter(|(_, value)| value.is_some()).map(|(name, _)| name))
            .finish()
    }
}

/// An event.
#[derive(Debug, Clone, PartialEq)]
pub struct WebEvent<'a> {
    /// Its key: the client's id, so that a repeated event is known.
    pub key: Key,
    /// Its kind.
    pub kind: EventType,
    /// Its name; of a system event the name of the kind.
    pub name: Cow<'a, str>,
    /// When it happened, by the server's clock.
    pub at: Timestamp,
    /// How far the client's clock is ahead of the server's, in milliseconds; the way of the request is in it.
    pub offset_ms: i64,
    /// The page (one entering of it).
    pub page: Option<Key>,
    /// The page's address, stripped ([`crate::strip_url`]).
    pub url: Option<String>,
    /// The page's title.
    pub title: Option<Cow<'a, str>>,
    /// The page's categories: the event's own and those of the site's settings.
    pub categories: Vec<String>,
    /// The visitor's language, such as `en-GB`.
    pub language: Option<Cow<'a, str>>,
    /// Where the visitor came from, stripped.
    pub referrer: Option<String>,
    /// `utm_source`, else the referrer's host if it is not the site's.
    pub source: Option<String>,
    /// Who the visitor is said to be. The tracker says so in SignIn and UserInfo; foreign clients repeat the identity
    /// in every event, and there it means what UserInfo means.
    pub who: Option<Who>,
    /// Of PageExited: the visitor leaves, as far as this page can tell.
    pub is_leaving: bool,
    /// Of PageExited: how long the page was looked at.
    pub active_ms: Option<i64>,
    /// What else the event says: a JSON object without what became [`who`](Self::who).
    pub data: Cow<'a, str>,
    /// What was wrong with it and did not matter enough to refuse it: words, for the inspector.
    pub warnings: Vec<&'static str>,
}

/// What one visitor did, in order of (`at`, `key`).
#[derive(Debug, Clone, PartialEq)]
pub struct Stream<'a> {
    /// The visit, where the client keeps one.
    pub visit: Option<Key>,
    /// The device.
    pub device: Option<Key>,
    /// Calls that a company's server makes through a foreign client name no browser; they are kept together under a key
    /// made from the user's id. Whoever can guess that can make the key, so it is one of its own kind: no browser's, and
    /// nothing that is found by it is proved by a token.
    pub is_of_user: bool,
    /// The events.
    pub events: Vec<WebEvent<'a>>,
}

words! {
    /// Why an event was refused.
    Reason {
        /// It happened more than a day before it arrived.
        TooOld = "too_old",
        /// It is larger than an event may be.
        TooLarge = "too_large",
        /// It has no name.
        NoName = "no_name",
        /// Its name is longer than 64 characters.
        LongName = "long_name",
        /// It names nobody: `undefined`, `0`, `[object Object]` and their like ([`crate::is_refused_id`]).
        BadId = "bad_id",
        /// It is no JSON object of the expected form, or nested too deeply.
        BadShape = "bad_shape",
        /// A kind of call that means nothing here.
        UnknownKind = "unknown_kind",
        /// What is never collected: recordings of screens and forms, automatic captures.
        NotCollected = "not_collected",
        /// Its data breaks the schema that the site gave for this name.
        Schema = "schema",
    }
}

/// An event that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its place in the batch, from 0.
    pub index: usize,
    /// Its name as far as it could be read, at most 64 characters.
    pub name: String,
    /// Why.
    pub reason: Reason,
    /// What exactly, without a value of the event; empty if the reason says it all.
    pub detail: String,
}

/// What was read from one request.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch<'a> {
    /// One for each visitor.
    pub streams: Vec<Stream<'a>>,
    /// What was refused.
    pub refused: Vec<Refused>,
    /// How many events the request held: read, refused and repeated.
    pub count: usize,
    /// How many of them repeated the key of one before in the same request.
    pub duplicates: usize,
}

/// Why a request is no batch at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadBatch {
    /// It is no JSON.
    NotJson {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// It is JSON, but no batch.
    NotABatch,
    /// It holds more events than a batch may.
    TooMany {
        /// How many may be.
        max: usize,
    },
}

impl fmt::Display for BadBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson { line, column } => write!(
                f,
                "The body is no JSON: line {line}, column {column}. Send the batch as JSON text in UTF-8."
            ),
            Self::NotABatch => f.write_str(
                "The body is JSON, but no batch: the list of events, or the id that says whose they are, is missing. \
                 Send an object as the integration guide shows it.",
            ),
            Self::TooMany { max } => {
                write!(f, "The batch holds more than {max} events. Send them in several requests.")
            }
        }
    }
}

impl std::error::Error for BadBatch {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_an_event_is_read_from_its_name_in_its_very_case() {
        assert_eq!(EventType::of_name("SignIn"), EventType::SignIn);
        assert_eq!(EventType::of_name("signin"), EventType::Business);
        assert_eq!(EventType::of_name("Business"), EventType::Business);
        assert!(!EventType::Business.is_system());
        assert_eq!(EventType::ALL.iter().filter(|kind| kind.is_system()).count(), 6);
    }

    #[test]
    fn t_4_printing_who_tells_nothing_personal() {
        let who = Who {
            identity: Some("customer-77".into()),
            token: Some("eyJhbGciOi".into()),
            email: Some("ada@example.com".into()),
            phone: None,
            name: Some("Ada".into()),
        };
        assert_eq!(format!("{who:?}"), r#"Who{"identity", "token", "email", "name"}"#);
        assert!(Who::default().is_empty() && !who.is_empty());
    }
}
