//! The clients of PostHog: `posthog-js` in browsers, `posthog-node` and its like on servers.
//!
//! `$pageview` enters a page, `$pageleave` leaves it, `$identify` and `$set` say who it is, as UserInfo; a `$session_id`
//! is a visit, a `$device_id` a device. Aliases are refused: nobody is merged because a browser says so. So is whatever
//! PostHog captures by itself (clicks with their texts, recordings, heat maps): nothing of that kind is collected.

use std::borrow::Cow;

use countersign_types::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::desk::{Desk, Draft, FOREIGN_MAX, No, Time, Whose, no};
use super::who::{Said, is_refused_id};
use super::wire::{self, Text, sift};
use crate::{BadBatch, Batch, EventType, Key, Reason, Site};

/// Events of a batch, at most.
pub const POSTHOG_MAX: usize = 500;

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(default, borrow)]
    batch: Option<Vec<&'a RawValue>>,
    #[serde(default, borrow)]
    event: Text<'a>,
    #[serde(default, borrow)]
    sent_at: Text<'a>,
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(default, borrow)]
    event: Text<'a>,
    #[serde(default, borrow)]
    uuid: Text<'a>,
    #[serde(default, borrow)]
    distinct_id: Text<'a>,
    #[serde(default, borrow)]
    timestamp: Text<'a>,
    #[serde(default, borrow)]
    offset: Text<'a>,
    #[serde(default, borrow, rename = "$set")]
    set: Option<&'a RawValue>,
    #[serde(default, borrow)]
    properties: Option<&'a RawValue>,
}

#[derive(Deserialize, Default)]
struct Properties<'a> {
    #[serde(default, borrow)]
    distinct_id: Text<'a>,
    #[serde(default, borrow, rename = "$device_id")]
    device_id: Text<'a>,
    #[serde(default, borrow, rename = "$anon_distinct_id")]
    anon_distinct_id: Text<'a>,
    #[serde(default, borrow, rename = "$session_id")]
    session_id: Text<'a>,
    #[serde(default, borrow, rename = "$is_identified")]
    is_identified: Text<'a>,
    #[serde(default, borrow, rename = "$process_person_profile")]
    process_person_profile: Text<'a>,
    #[serde(default, borrow, rename = "$insert_id")]
    insert_id: Text<'a>,
    #[serde(default, borrow, rename = "$pageview_id")]
    pageview_id: Text<'a>,
    #[serde(default, borrow, rename = "$prev_pageview_id")]
    prev_pageview_id: Text<'a>,
    #[serde(default, borrow, rename = "$current_url")]
    current_url: Text<'a>,
    #[serde(default, borrow, rename = "$referrer")]
    referrer: Text<'a>,
    #[serde(default, borrow, rename = "$browser_language")]
    language: Text<'a>,
    #[serde(default, borrow, rename = "$screen_name")]
    screen_name: Text<'a>,
    #[serde(default, borrow)]
    title: Text<'a>,
    #[serde(default, borrow, rename = "$set")]
    set: Option<&'a RawValue>,
}

/// Reads what a client of PostHog posts to `/batch/`, `/capture/`, `/e/`, `/i/v0/e/`: one event, a list, or a batch of
/// at most [`POSTHOG_MAX`]. Compressed bodies are unpacked by whoever calls.
///
/// ```
/// use countersign_types::Timestamp;
/// use countersign_visits::{EventType, Site, parse_posthog};
/// let body = br#"{"api_key":"cswk_1","event":"$pageview","distinct_id":"0198c4f0-7f4e-7abc-8def-0123456789ab",
///     "properties":{"$current_url":"https://shop.example/loans?ref=7","$device_id":"0198c4f0-7f4e-7abc-8def-0123456789ab"}}"#;
/// let batch = parse_posthog(body, Timestamp::from_micros(1_764_000_000_000_000), &Site::default()).unwrap();
/// let event = &batch.streams[0].events[0];
/// assert_eq!((event.kind, event.url.as_deref()), (EventType::PageEntered, Some("https://shop.example/loans")));
/// assert_eq!(event.who, None);
/// ```
///
/// # Errors
/// The body is no batch, or has too many events. What is wrong with single events is in [`Batch::refused`].
pub fn parse_posthog<'a>(body: &'a [u8], received_at: Timestamp, site: &Site) -> Result<Batch<'a>, BadBatch> {
    let (events, sent) = events(body)?;
    if events.len() > POSTHOG_MAX {
        return Err(BadBatch::TooMany { max: POSTHOG_MAX });
    }
    let mut desk = Desk::new(site, received_at, sent, events.len());
    for (index, raw) in events.into_iter().enumerate() {
        if raw.get().len() > FOREIGN_MAX {
            desk.refuse(index, "", no(Reason::TooLarge));
            continue;
        }
        let Ok((event, properties)) = read(raw) else {
            desk.refuse(index, "", no(Reason::BadShape));
            continue;
        };
        let name = event.event.0.clone().unwrap_or_default();
        let laid = kind_of(name.trim()).and_then(|kind| {
            let (id, mut place) = place_of(&event, &properties, kind)?;
            let visit = properties.session_id.get().filter(|id| !is_refused_id(id));
            place.visit = visit.map(|id| Key::of(id, "visit"));
            Ok((place, draft(event, properties, kind, id.as_deref(), raw)?))
        });
        match laid {
            Ok((place, draft)) => desk.lay(index, place, draft),
            Err(why) => desk.refuse(index, &name, why),
        }
    }
    Ok(desk.done())
}

fn events(body: &[u8]) -> Result<(Vec<&RawValue>, Option<Timestamp>), BadBatch> {
    let whole: &RawValue = wire::body(body)?;
    if whole.get().starts_with('[') {
        return Ok((wire::body(body)?, None));
    }
    let read: Body<'_> = wire::body(body)?;
    let sent = read.sent_at.moment();
    match read.batch {
        Some(batch) => Ok((batch, sent)),
        None if read.event.get().is_some() => Ok((vec![whole], sent)),
        None => Err(BadBatch::NotABatch),
    }
}

fn read<'a>(raw: &'a RawValue) -> serde_json::Result<(Event<'a>, Properties<'a>)> {
    let event: Event<'a> = serde_json::from_str(raw.get())?;
    let properties = match event.properties {
        Some(properties) => serde_json::from_str(properties.get())?,
        None => Properties::default(),
    };
    Ok((event, properties))
}

fn kind_of(name: &str) -> Result<EventType, No> {
    match name {
        "$pageview" | "$screen" => Ok(EventType::PageEntered),
        "$pageleave" => Ok(EventType::PageExited),
        "$identify" | "$set" => Ok(EventType::UserInfo),
        "$create_alias" | "$merge_dangerously" => {
            Err((Reason::UnknownKind, "An alias merges nobody here.".to_owned()))
        }
        _ if name.starts_with('$') => Err(no(Reason::NotCollected)),
        _ => Ok(super::foreign_kind(name)),
    }
}

/// Whom the event names, and its device.
fn place_of<'a>(
    event: &Event<'a>,
    properties: &Properties<'a>,
    kind: EventType,
) -> Result<(Option<String>, Whose), No> {
    let good = |text: &Text<'_>| text.get().filter(|id| !is_refused_id(id)).map(str::to_owned);
    let id = good(&event.distinct_id).or_else(|| good(&properties.distinct_id));
    let device = good(&properties.device_id).or_else(|| good(&properties.anon_distinct_id));
    let is_known = match &id {
        None => false,
        Some(_) if event.event.is("$identify") => true,
        Some(_) if properties.is_identified.get().is_some() => properties.is_identified.is("true"),
        Some(id) if device.is_some() => device.as_ref() != Some(id),
        // A library on a server says neither. Made-up ids look made up.
        Some(id) => !properties.process_person_profile.is("false") && Key::parse(id).is_none(),
    };
    let is_of_user = device.is_none() && is_known;
    let key = match (&device, &id) {
        (Some(device), _) => Key::of(device, "device"),
        (None, Some(id)) => Key::of(id, if is_of_user { "user" } else { "device" }),
        (None, None) => return Err(no(Reason::BadId)),
    };
    if kind == EventType::UserInfo && id.is_none() {
        return Err(no(Reason::BadId));
    }
    Ok((id.filter(|_| is_known), Whose { visit: None, device: Some(key), is_of_user }))
}

fn draft<'a>(
    event: Event<'a>,
    properties: Properties<'a>,
    kind: EventType,
    identity: Option<&str>,
    raw: &'a RawValue,
) -> Result<Draft<'a>, No> {
    let mut warnings = Vec::new();
    let mut said = Said::default();
    let is_of_person = matches!(kind, EventType::SignIn | EventType::SignOut);
    let data = if event.event.is("$identify") || event.event.is("$set") {
        event.set.or(properties.set).and_then(|set| said.sift(set))
    } else {
        event.properties.and_then(|raw| {
            sift(raw, |name, value| is_of_client(name) || (is_of_person && said.take(name, value)))
        })
    };
    said.identity(&Text(identity.map(|id| Cow::Owned(id.to_owned()))));
    let who = said.done(kind, &mut warnings)?;
    let id = event.uuid.get().or_else(|| properties.insert_id.get());
    if id.is_none() {
        warnings.push("no_id");
    }
    let key = id.map_or_else(|| Key::of(raw.get(), "posthog"), |id| Key::of(id, "event"));
    let page = match kind {
        EventType::PageExited => properties.prev_pageview_id.get().or_else(|| properties.pageview_id.get()),
        _ => properties.pageview_id.get(),
    };
    let is_entry = kind == EventType::PageEntered;
    let page = page.map(|page| Key::of(page, "event")).or_else(|| is_entry.then_some(key));
    let is_screen = event.event.is("$screen");
    Ok(Draft {
        key: Some(key),
        name: if kind.is_system() { Cow::Borrowed(kind.as_str()) } else { event.event.0.unwrap_or_default() },
        kind: Some(kind),
        time: match (event.offset.millis(), event.timestamp.moment()) {
            (Some(ago), _) => Time::Ago(ago),
            (None, Some(at)) => Time::At(at),
            (None, None) => Time::Now,
        },
        page,
        url: properties.current_url,
        title: if is_screen { properties.screen_name } else { properties.title },
        language: properties.language,
        referrer: if is_entry { properties.referrer } else { Text::default() },
        who,
        is_leaving: kind == EventType::PageExited,
        data: data.map(Cow::Owned).unwrap_or_default(),
        warnings,
        ..Draft::default()
    })
}

/// What the client adds by itself; and what it copies out of the address, which is kept stripped, or not at all.
fn is_of_client(name: &str) -> bool {
    const CLICK_IDS: &[&str] = &[
        "gclid",
        "gad_source",
        "gclsrc",
        "dclid",
        "gbraid",
        "wbraid",
        "fbclid",
        "msclkid",
        "twclid",
        "li_fat_id",
        "mc_cid",
        "igshid",
        "ttclid",
        "rdt_cid",
        "epik",
        "qclid",
        "sccid",
        "irclid",
        "_kx",
    ];
    name.starts_with('$')
        || name.starts_with("utm_")
        || matches!(name, "distinct_id" | "token" | "title" | "time")
        || CLICK_IDS.contains(&name)
}
