//! The settings of a site, as a company writes them and as the readers of events use them.

mod read;
mod url;

use serde::Serialize;
use serde_json::Value;

pub use self::url::{REDACTED, URL_MAX, strip_url};
pub(crate) use self::url::{host_of, query_value};
use crate::schema::Schema;
use crate::trigger::Trigger;
use crate::words::words;

words! {
    /// Whether the tracker waits for the visitor's consent.
    Consent {
        /// Nothing is sent, stored or made up before the visitor agreed.
        Required = "required",
        /// The company has another ground; the visitor may still object.
        Assumed = "assumed",
    }
}

words! {
    /// Where the key of the device is kept.
    Storage {
        /// In a cookie that the server sets.
        Cookie = "cookie",
        /// In the storage of the page's origin.
        Storage = "storage",
        /// Nowhere: every visit is new.
        None = "none",
    }
}

words! {
    /// What is done with a visitor whose identity is not certain.
    Strategy {
        /// As with anybody.
        Anonymous = "anonymous",
        /// As with the identity.
        Identified = "identified",
        /// The agent decides.
        Ask = "ask",
    }
}

words! {
    /// What a category is found in.
    Place {
        /// The stripped address.
        Url = "url",
        /// The title.
        Title = "title",
    }
}

words! {
    /// What happens to an event that breaks its schema.
    SchemaMode {
        /// It is kept, with a warning.
        Warn = "warn",
        /// It is refused.
        Refuse = "refuse",
    }
}

/// What uncertain states mean for an engagement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Strategies {
    /// Of a recognised visitor.
    pub recognised: Strategy,
    /// Of an assumed one.
    pub assumed: Strategy,
}

/// A tag of pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Category {
    /// Its name.
    pub name: String,
    /// What is searched.
    #[serde(rename = "in")]
    pub place: Place,
    /// The plain text that is searched for, in any case.
    pub contains: String,
}

/// What a site says about its own event of this name.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Expected {
    /// The name.
    pub name: String,
    /// What its data looks like.
    pub schema: Schema,
    /// What happens if it does not.
    pub mode: SchemaMode,
}

/// The settings of a site.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Site {
    /// Origins of its pages, such as `https://shop.example`.
    pub origins: Vec<String>,
    /// Whether the tracker waits for consent.
    pub consent: Consent,
    /// Where the device's key is kept.
    pub storage: Storage,
    /// Global Privacy Control and Do Not Track mean: no device key.
    pub honour_signals: bool,
    /// Names of the query that stay in addresses.
    pub query_allow: Vec<String>,
    /// After how many minutes of silence a visit is over.
    pub idle_minutes: i64,
    /// How many events it may send on a day.
    pub daily_events_max: i64,
    /// What uncertain states mean.
    pub strategies: Strategies,
    /// Tags of pages.
    pub categories: Vec<Category>,
    /// What the tracker makes events of by itself.
    pub triggers: Vec<Trigger>,
    /// What is known of the site's own events.
    pub events: Vec<Expected>,
}

/// Events of a day where a site says nothing else.
pub const DAILY_EVENTS: i64 = 5_000_000;

impl Default for Site {
    /// The settings of the contract; no origin.
    fn default() -> Self {
        Self {
            origins: Vec::new(),
            consent: Consent::Required,
            storage: Storage::Cookie,
            honour_signals: true,
            query_allow: ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"]
                .map(String::from)
                .to_vec(),
            idle_minutes: crate::standing::IDLE_MINUTES,
            daily_events_max: DAILY_EVENTS,
            strategies: Strategies { recognised: Strategy::Ask, assumed: Strategy::Ask },
            categories: Vec::new(),
            triggers: Vec::new(),
            events: Vec::new(),
        }
    }
}

/// What is wrong with settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteError {
    /// Where, as a JSON Pointer into the settings.
    pub pointer: String,
    /// What, and what to do.
    pub message: String,
}

impl Site {
    /// Reads settings; what is not said has its default.
    ///
    /// # Errors
    /// Everything that is wrong, each with its place.
    pub fn parse(config: &Value) -> Result<Self, Vec<SiteError>> {
        read::site(config)
    }

    /// All settings, with the defaults written out; [`parse`](Self::parse) reads it back.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}
