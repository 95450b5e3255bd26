//! Our own tracker: `POST /t/{write_key}`.

use std::borrow::Cow;

use countersign_types::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::desk::{Desk, Draft, EVENT_MAX, No, Time, Whose, no};
use super::who::Said;
use super::wire::{self, Text, sift};
use crate::{BadBatch, Batch, EventType, Key, Reason, Site};

/// Events of a batch, at most.
pub const TRACKER_MAX: usize = 50;

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(default, borrow)]
    sent: Text<'a>,
    #[serde(default, borrow)]
    visit: Text<'a>,
    #[serde(default, borrow)]
    device: Text<'a>,
    #[serde(default, borrow)]
    language: Text<'a>,
    #[serde(default, borrow)]
    referrer: Text<'a>,
    #[serde(borrow)]
    events: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(default, borrow)]
    id: Text<'a>,
    #[serde(default, borrow)]
    name: Text<'a>,
    #[serde(default, borrow)]
    at: Text<'a>,
    #[serde(default, borrow)]
    page: Text<'a>,
    #[serde(default, borrow)]
    url: Text<'a>,
    #[serde(default, borrow)]
    title: Text<'a>,
    #[serde(default, borrow)]
    category: Text<'a>,
    #[serde(default, borrow)]
    data: Option<&'a RawValue>,
}

/// Reads a batch of the tracker: one visit, at most [`TRACKER_MAX`] events.
///
/// ```
/// use countersign_types::Timestamp;
/// use countersign_visits::{EventType, Site, parse_tracker};
/// let body = br#"{"v":1,"sent":1764000001000,"visit":"0198c4f07f4e7abc8def0123456789ab","language":"en-GB","events":[
///     {"id":"0198c4f07f4e7abc8def000000000001","name":"SignIn","at":1764000000000,"data":{"identity":"c-77","plan":"gold"}}]}"#;
/// let received_at = Timestamp::from_micros(1_764_000_005_000_000);
/// let batch = parse_tracker(body, received_at, &Site::default()).unwrap();
/// let event = &batch.streams[0].events[0];
/// assert_eq!(event.kind, EventType::SignIn);
/// assert_eq!(event.at, Timestamp::from_micros(1_764_000_004_000_000));
/// assert_eq!(event.who.as_ref().unwrap().identity.as_deref(), Some("c-77"));
/// assert_eq!(event.data, r#"{"plan":"gold"}"#);
/// ```
///
/// # Errors
/// The body is no batch, or has too many events. What is wrong with single events is in [`Batch::refused`].
pub fn parse_tracker<'a>(body: &'a [u8], received_at: Timestamp, site: &Site) -> Result<Batch<'a>, BadBatch> {
    let body: Body<'a> = wire::body(body)?;
    let visit = body.visit.get().and_then(Key::parse).ok_or(BadBatch::NotABatch)?;
    let device = body.device.get().and_then(Key::parse);
    let place = Whose { visit: Some(visit), device, is_of_user: false };
    if body.events.len() > TRACKER_MAX {
        return Err(BadBatch::TooMany { max: TRACKER_MAX });
    }
    let mut desk = Desk::new(site, received_at, body.sent.moment(), body.events.len());
    for (index, raw) in body.events.into_iter().enumerate() {
        if raw.get().len() > EVENT_MAX {
            desk.refuse(index, &name_of(raw), no(Reason::TooLarge));
            continue;
        }
        let Ok(event) = serde_json::from_str::<Event<'a>>(raw.get()) else {
            desk.refuse(index, "", no(Reason::BadShape));
            continue;
        };
        let name = event.name.0.clone().unwrap_or_default();
        match draft(event, raw, visit, &body.language, &body.referrer) {
            Ok(draft) => desk.lay(index, place, draft),
            Err(why) => desk.refuse(index, &name, why),
        }
    }
    Ok(desk.done())
}

fn name_of(raw: &RawValue) -> String {
    let event = serde_json::from_str::<Event<'_>>(raw.get());
    event.ok().and_then(|event| event.name.0).unwrap_or_default().into_owned()
}

fn draft<'a>(
    event: Event<'a>,
    raw: &'a RawValue,
    visit: Key,
    language: &Text<'a>,
    referrer: &Text<'a>,
) -> Result<Draft<'a>, No> {
    let name = event.name.0.unwrap_or_default();
    let kind = EventType::of_name(name.trim());
    let mut draft = Draft {
        key: Some(match event.id.get() {
            Some(id) => Key::of(id, "event"),
            // Made from the event itself, so that a repeated request is known nevertheless.
            None => Key::of(raw.get(), &visit.to_hex()),
        }),
        kind: Some(kind),
        name,
        time: event.at.moment().map_or(Time::Now, Time::At),
        page: event.page.get().and_then(Key::parse),
        url: event.url,
        title: event.title,
        category: event.category,
        language: language.clone(),
        ..Draft::default()
    };
    if event.id.get().is_none() {
        draft.warnings.push("no_id");
    }
    let is_of_page = matches!(kind, EventType::PageEntered | EventType::PageExited);
    if is_of_page && draft.page.is_none() {
        draft.warnings.push("no_page");
    }
    if matches!(kind, EventType::VisitStarted | EventType::PageEntered) {
        draft.referrer = referrer.clone();
    }
    if let Some(data) = event.data {
        match read(data, kind, &mut draft)? {
            Some(rest) => draft.data = rest,
            None => draft.warnings.push("data_not_object"),
        }
    } else if kind == EventType::SignIn {
        draft.warnings.push("no_identity");
    }
    Ok(draft)
}

/// Takes out of the data what the kind of event gives a meaning to. `None`: the data is no object.
fn read<'a>(data: &'a RawValue, kind: EventType, draft: &mut Draft<'a>) -> Result<Option<Cow<'a, str>>, No> {
    let rest = match kind {
        EventType::Business => {
            return Ok(data.get().starts_with('{').then(|| Cow::Borrowed(data.get())));
        }
        EventType::SignIn | EventType::SignOut | EventType::UserInfo => {
            let mut said = Said::default();
            let rest = said.sift(data);
            draft.who = said.done(kind, &mut draft.warnings)?;
            rest
        }
        EventType::PageExited => sift(data, |name, value| match name {
            "leaving" => {
                draft.is_leaving = value.get() == "true";
                true
            }
            "active_ms" => {
                draft.active_ms = Text::of(value).millis();
                true
            }
            // Addresses are kept stripped, and in their own field.
            _ => is_address(name),
        }),
        EventType::VisitStarted | EventType::PageEntered => sift(data, |name, value| {
            if name == "referrer" {
                draft.referrer = Text::of(value);
            }
            is_address(name)
        }),
    };
    Ok(rest.map(Cow::Owned))
}

fn is_address(name: &str) -> bool {
    matches!(name, "referrer" | "url" | "href" | "search" | "query")
}
