//! The clients that may post: our tracker, Segment and RudderStack, PostHog.
//!
//! Whatever they send comes out as [`Batch`](crate::Batch)es. An event that is wrong is refused alone, with its reason;
//! only a body that is no batch is refused as a whole. `data` is carried as the text it came as and looked into only
//! where the event has a meaning here, or a schema.

mod desk;
mod posthog;
mod segment;
mod tracker;
mod who;
mod wire;

use serde::Deserialize;
use serde_json::value::RawValue;

pub use posthog::{POSTHOG_MAX, parse_posthog};
pub use segment::{SEGMENT_MAX, SegmentCall, parse_segment};
pub use tracker::{TRACKER_MAX, parse_tracker};
pub use who::is_refused_id;
use wire::Text;

use crate::EventType;

/// A write key is not longer.
const WRITE_KEY_MAX: usize = 200;

/// The kind of an event of a foreign client: the names of the seed, and those of Segment's specification.
fn foreign_kind(name: &str) -> EventType {
    match name {
        "Signed In" => EventType::SignIn,
        "Signed Out" => EventType::SignOut,
        name => EventType::of_name(name),
    }
}

/// The write key in the body of a foreign client: `writeKey`, `api_key` or `token`, beside the batch or in its first
/// event. (Segment's clients also send it as the user name of Basic authentication.)
///
/// ```
/// use countersign_visits::write_key_of;
/// assert_eq!(write_key_of(br#"{"writeKey":"cswk_1","batch":[]}"#).as_deref(), Some("cswk_1"));
/// assert_eq!(write_key_of(br#"[{"event":"$pageview","properties":{"token":"cswk_1"}}]"#).as_deref(), Some("cswk_1"));
/// assert_eq!(write_key_of(b"no JSON"), None);
/// ```
pub fn write_key_of(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Named<'a> {
        #[serde(default, borrow, rename = "writeKey")]
        write_key: Text<'a>,
        #[serde(default, borrow)]
        api_key: Text<'a>,
        #[serde(default, borrow)]
        token: Text<'a>,
        #[serde(default, borrow)]
        properties: Option<&'a RawValue>,
        #[serde(default, borrow)]
        batch: Option<&'a RawValue>,
    }
    fn first(list: &RawValue) -> Option<&RawValue> {
        serde_json::from_str::<Vec<&RawValue>>(list.get()).ok()?.first().copied()
    }
    fn key(one: &RawValue, is_outer: bool) -> Option<String> {
        let named: Named<'_> = serde_json::from_str(one.get()).ok()?;
        let own = [&named.write_key, &named.api_key, &named.token].into_iter().find_map(Text::get);
        if let Some(own) = own {
            return (own.len() <= WRITE_KEY_MAX).then(|| own.to_owned());
        }
        // Two steps inwards, not one more.
        let inner = if is_outer { named.batch.and_then(first) } else { None };
        match (inner, named.properties) {
            (Some(event), _) => key(event, false),
            (None, Some(properties)) => {
                let named: Named<'_> = serde_json::from_str(properties.get()).ok()?;
                named.token.get().filter(|key| key.len() <= WRITE_KEY_MAX).map(str::to_owned)
            }
            (None, None) => None,
        }
    }
    let whole: &RawValue = serde_json::from_slice(body).ok()?;
    match first(whole) {
        Some(event) => key(event, false),
        None => key(whole, true),
    }
}
