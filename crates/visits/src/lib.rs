//! Visits of websites: who is there, how sure that is, and whose a page is.
//!
//! Everything here is a pure decision: no I/O, no clock, no randomness. Bodies of requests become [`Batch`]es of
//! [`WebEvent`]s; the service keeps those, folds them into a [`Standing`] for each visit, and reads the [`History`] of a
//! visit where somebody asks for it.
//!
//! - [`dialect`] reads what clients post: our tracker, Segment and RudderStack, PostHog.
//! - [`site`] holds a site's settings and strips addresses; [`trigger`] and [`schema`] are parts of the settings.
//! - [`standing`] is the state of a visit as a fold that may be carried on or made anew (T-6), [`history`] cuts its time
//!   into sessions and says whose each page is (T-3).
//! - [`invite`] says which visits are invited to a chat, and how many at a time.
//! - [`assume`](mod@assume) names candidates from a device's history, [`agent`] reads the browser's name for people.

pub mod agent;
pub mod assume;
pub mod dialect;
pub mod event;
pub mod history;
pub mod invite;
mod key;
pub mod schema;
pub mod site;
pub mod standing;
pub mod trigger;
mod words;

pub use agent::{DeviceKind, UserAgent, user_agent};
pub use assume::{Seen, assume};
pub use dialect::{
    POSTHOG_MAX, SEGMENT_MAX, SegmentCall, TRACKER_MAX, is_refused_id, parse_posthog, parse_segment,
    parse_tracker, write_key_of,
};
pub use event::{BadBatch, Batch, EventType, Reason, Refused, Stream, WebEvent, Who};
pub use history::{History, Page, Session, Span};
pub use key::Key;
pub use site::{Site, SiteError, strip_url};
pub use standing::{Fact, Reading, Standing, State};
