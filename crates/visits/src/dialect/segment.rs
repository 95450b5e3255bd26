//! The clients of Segment (`analytics.js`, `@segment/analytics-node` and their like) and of RudderStack, which speaks
//! the same.
//!
//! They keep no visit between log-in and log-out as we do, so it is read as follows. `page` and `screen` enter a page.
//! `identify` and `alias` say who it is, as UserInfo: neither is a sign-in, and **an alias merges nobody**. Every call
//! repeats the `userId`; that means the same. A `track` of `Signed In` or `Signed Out` (their names in Segment's
//! specification) opens or closes a session. `group` is an event of the site. The device is the `anonymousId`;
//! RudderStack's `sessionId` is a time in seconds and names a visit only together with it.

use std::borrow::Cow;

use countersign_types::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::desk::{Desk, Draft, FOREIGN_MAX, No, Time, Whose, no};
use super::who::{Said, is_refused_id};
use super::wire::{self, Text, sift};
use crate::{BadBatch, Batch, EventType, Key, Reason, Site};

/// Events of a batch, at most.
pub const SEGMENT_MAX: usize = 500;

/// Which address of the Segment API was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SegmentCall {
    /// `/v1/batch`, `/v1/import`.
    Batch,
    /// `/v1/track`, `/v1/t`.
    Track,
    /// `/v1/page`, `/v1/p`.
    Page,
    /// `/v1/screen`, `/v1/s`.
    Screen,
    /// `/v1/identify`, `/v1/i`.
    Identify,
    /// `/v1/alias`, `/v1/a`.
    Alias,
    /// `/v1/group`, `/v1/g`.
    Group,
}

impl SegmentCall {
    /// Reads the last part of the address, or the `type` of a call.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "batch" | "b" | "import" => Self::Batch,
            "track" | "t" => Self::Track,
            "page" | "p" => Self::Page,
            "screen" | "s" => Self::Screen,
            "identify" | "i" => Self::Identify,
            "alias" | "a" => Self::Alias,
            "group" | "g" => Self::Group,
            _ => return None,
        })
    }
}

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    batch: Vec<&'a RawValue>,
    #[serde(default, borrow, rename = "sentAt")]
    sent_at: Text<'a>,
}

#[derive(Deserialize)]
struct Whole<'a> {
    #[serde(borrow)]
    batch: Vec<Call<'a>>,
    #[serde(default, borrow, rename = "sentAt")]
    sent_at: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Call<'a> {
    #[serde(default, borrow)]
    r#type: Text<'a>,
    #[serde(default, borrow)]
    event: Text<'a>,
    #[serde(default, borrow)]
    name: Text<'a>,
    #[serde(default, borrow)]
    category: Text<'a>,
    #[serde(default, borrow)]
    user_id: Text<'a>,
    #[serde(default, borrow)]
    anonymous_id: Text<'a>,
    #[serde(default, borrow)]
    group_id: Text<'a>,
    #[serde(default, borrow)]
    message_id: Text<'a>,
    #[serde(default, borrow)]
    timestamp: Text<'a>,
    #[serde(default, borrow)]
    original_timestamp: Text<'a>,
    #[serde(default, borrow)]
    sent_at: Text<'a>,
    #[serde(default, borrow)]
    properties: Option<&'a RawValue>,
    #[serde(default, borrow)]
    traits: Option<&'a RawValue>,
    #[serde(default, borrow)]
    context: Option<Context<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Context<'a> {
    #[serde(default, borrow)]
    page: Option<Page<'a>>,
    #[serde(default, borrow)]
    locale: Text<'a>,
    #[serde(default, borrow)]
    session_id: Text<'a>,
    #[serde(default, borrow)]
    traits: Option<&'a RawValue>,
}

#[derive(Deserialize, Default)]
struct Page<'a> {
    #[serde(default, borrow)]
    url: Text<'a>,
    #[serde(default, borrow)]
    title: Text<'a>,
    #[serde(default, borrow)]
    referrer: Text<'a>,
    #[serde(default, borrow)]
    category: Text<'a>,
}

/// Reads a call of Segment or RudderStack: one event, or a batch of at most [`SEGMENT_MAX`].
///
/// ```
/// use countersign_types::Timestamp;
/// use countersign_visits::{EventType, SegmentCall, Site, parse_segment};
/// let body = br#"{"type":"identify","userId":"c-77","traits":{"email":"ada@example.com","plan":"gold"},
///     "anonymousId":"4a4f2c2e-6a9b-4a8e-9b8e-0d0f7c5b6a11","messageId":"ajs-next-1","timestamp":"2025-11-24T16:00:00.000Z"}"#;
/// let received_at = "2025-11-24T16:00:01Z".parse().unwrap();
/// let batch = parse_segment(body, SegmentCall::Identify, received_at, &Site::default()).unwrap();
/// let event = &batch.streams[0].events[0];
/// assert_eq!(event.kind, EventType::UserInfo);
/// assert_eq!(event.data, r#"{"plan":"gold"}"#);
/// ```
///
/// # Errors
/// The body is no batch, or has too many events. What is wrong with single events is in [`Batch::refused`].
pub fn parse_segment<'a>(
    body: &'a [u8],
    call: SegmentCall,
    received_at: Timestamp,
    site: &Site,
) -> Result<Batch<'a>, BadBatch> {
    let (calls, sent) = calls_of(body, call)?;
    if calls.len() > SEGMENT_MAX {
        return Err(BadBatch::TooMany { max: SEGMENT_MAX });
    }
    let mut desk = Desk::new(site, received_at, sent, calls.len());
    for (index, read) in calls.into_iter().enumerate() {
        let (one, raw) = match read {
            Ok(read) => read,
            Err(why) => {
                desk.refuse(index, "", why);
                continue;
            }
        };
        // The sender of a batch knows best when it was sent; a single call says so itself.
        desk.set_sent(sent.or_else(|| one.sent_at.moment()));
        let kind = if call == SegmentCall::Batch {
            SegmentCall::parse(one.r#type.get().unwrap_or_default())
        } else {
            Some(call)
        };
        let name = one.event.0.clone().or_else(|| one.r#type.0.clone()).unwrap_or_default();
        let laid = match kind {
            Some(kind) if kind != SegmentCall::Batch => {
                place_of(&one).and_then(|place| Ok((place, draft(one, kind, raw)?)))
            }
            _ => Err(no(Reason::UnknownKind)),
        };
        match laid {
            Ok((place, draft)) => desk.lay(index, place, draft),
            Err(why) => desk.refuse(index, &name, why),
        }
    }
    Ok(desk.done())
}

/// A call and its text, or why it is none.
type Read<'a> = Result<(Call<'a>, &'a str), No>;

/// The calls of a body, and when they were sent.
fn calls_of<'a>(body: &'a [u8], call: SegmentCall) -> Result<(Vec<Read<'a>>, Option<Timestamp>), BadBatch> {
    let read = |raw: &'a RawValue| {
        if raw.get().len() > FOREIGN_MAX {
            return Err(no(Reason::TooLarge));
        }
        let one = serde_json::from_str::<Call<'a>>(raw.get()).map_err(|_| no(Reason::BadShape))?;
        Ok((one, raw.get()))
    };
    if call != SegmentCall::Batch {
        let one: &'a RawValue = wire::body(body)?;
        return if one.get().starts_with('{') {
            Ok((vec![read(one)], None))
        } else {
            Err(BadBatch::NotABatch)
        };
    }
    // Nearly every batch is as it should be, and is read in one go. What is not is read event by event, so that one that is
    // wrong does not take the others along. Without an id of its own an event is known by its text.
    if body.len() <= FOREIGN_MAX
        && let Ok(whole) = serde_json::from_slice::<Whole<'a>>(body)
        && whole.batch.iter().all(|one| one.message_id.get().is_some())
    {
        let sent = whole.sent_at.moment();
        return Ok((whole.batch.into_iter().map(|one| Ok((one, ""))).collect(), sent));
    }
    let body: Body<'a> = wire::body(body)?;
    Ok((body.batch.into_iter().map(read).collect(), body.sent_at.moment()))
}

/// The visit and the device of a call.
fn place_of(call: &Call<'_>) -> Result<Whose, No> {
    let is_good = |id: &&str| !is_refused_id(id);
    if let Some(device) = call.anonymous_id.get().filter(is_good) {
        let session = call.context.as_ref().and_then(|context| context.session_id.get()).filter(is_good);
        let visit = session.map(|session| Key::of(&format!("{device}/{session}"), "visit"));
        return Ok(Whose { visit, device: Some(Key::of(device, "device")), is_of_user: false });
    }
    let user = call.user_id.get().filter(is_good).ok_or(no(Reason::BadId))?;
    Ok(Whose { visit: None, device: Some(Key::of(user, "user")), is_of_user: true })
}

fn draft<'a>(call: Call<'a>, which: SegmentCall, text: &str) -> Result<Draft<'a>, No> {
    let (kind, name) = kind_of(&call, which);
    let context = call.context.unwrap_or_default();
    let mut page = context.page.unwrap_or_default();
    let mut warnings = Vec::new();
    let mut said = Said::default();
    let data = match which {
        SegmentCall::Page | SegmentCall::Screen => {
            let own: Page<'a> =
                call.properties.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default();
            page = Page {
                url: or(own.url, page.url),
                title: or(own.title, or(page.title, call.name)),
                referrer: or(own.referrer, page.referrer),
                category: or(call.category, own.category),
            };
            call.properties.and_then(|raw| sift(raw, |name, _| is_of_page(name))).map(Cow::Owned)
        }
        SegmentCall::Identify | SegmentCall::Alias => {
            // RudderStack puts the traits of an identify into its context.
            let traits = call.traits.or(context.traits);
            traits.and_then(|raw| said.sift(raw)).map(Cow::Owned)
        }
        SegmentCall::Group => {
            let id = serde_json::to_string(call.group_id.get().unwrap_or_default()).unwrap_or_default();
            let traits = call.traits.and_then(|raw| sift(raw, |name, _| name == "group_id"));
            let traits = traits.as_deref().and_then(|traits| traits.strip_prefix('{')).unwrap_or("}");
            let comma = if traits == "}" { "" } else { "," };
            Some(Cow::Owned(format!("{{\"group_id\":{id}{comma}{traits}")))
        }
        SegmentCall::Track | SegmentCall::Batch if kind.is_system() => {
            call.properties.and_then(|raw| said.sift(raw)).map(Cow::Owned)
        }
        SegmentCall::Track | SegmentCall::Batch => {
            call.properties.map(RawValue::get).filter(|raw| raw.starts_with('{')).map(Cow::Borrowed)
        }
    };
    said.identity(&call.user_id);
    let who = said.done(kind, &mut warnings)?;
    let id = call.message_id.get();
    if id.is_none() {
        warnings.push("no_id");
    }
    let key = id.map_or_else(|| Key::of(text, "segment"), |id| Key::of(id, "event"));
    let is_entry = kind == EventType::PageEntered;
    let at = call.original_timestamp.moment().or_else(|| call.timestamp.moment());
    Ok(Draft {
        key: Some(key),
        name,
        kind: Some(kind),
        time: at.map_or(Time::Now, Time::At),
        page: is_entry.then_some(key),
        url: page.url,
        title: page.title,
        category: page.category,
        language: context.locale,
        referrer: if is_entry { page.referrer } else { Text::default() },
        who,
        data: data.unwrap_or_default(),
        warnings,
        ..Draft::default()
    })
}

fn kind_of<'a>(call: &Call<'a>, which: SegmentCall) -> (EventType, Cow<'a, str>) {
    let kind = match which {
        SegmentCall::Page | SegmentCall::Screen => EventType::PageEntered,
        SegmentCall::Identify | SegmentCall::Alias => EventType::UserInfo,
        SegmentCall::Group => return (EventType::Business, Cow::Borrowed("Group")),
        SegmentCall::Track | SegmentCall::Batch => {
            let name = call.event.0.clone().unwrap_or_default();
            return (super::foreign_kind(name.trim()), name);
        }
    };
    (kind, Cow::Borrowed(kind.as_str()))
}

fn or<'a>(one: Text<'a>, other: Text<'a>) -> Text<'a> {
    if one.get().is_some() { one } else { other }
}

/// What has a field of its own, or is an address that would be kept as it is.
fn is_of_page(name: &str) -> bool {
    matches!(
        name,
        "url"
            | "title"
            | "referrer"
            | "category"
            | "path"
            | "search"
            | "tab_url"
            | "referring_domain"
            | "initial_referrer"
            | "initial_referring_domain"
    )
}
