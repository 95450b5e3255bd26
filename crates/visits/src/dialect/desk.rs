//! The desk on which every dialect lays what it read: here it gets its time, loses what must not be kept, is sorted.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use countersign_types::Timestamp;
use countersign_types::time::DAY;

use super::wire::{self, Text};
use crate::site::{Place, REDACTED, SchemaMode, host_of, query_value, strip_url};
use crate::{Batch, EventType, Key, Reason, Refused, Site, Stream, WebEvent, Who};

/// Bytes of an event of the tracker, and of the data of any event.
pub(super) const EVENT_MAX: usize = 8 * 1024;
/// Bytes of an event of a foreign client, most of which is thrown away.
pub(super) const FOREIGN_MAX: usize = 64 * 1024;
const NAME_MAX: usize = 64;
const TITLE_MAX: usize = 300;
const CATEGORY_MAX: usize = 64;
const CATEGORIES_MAX: usize = 10;
const SOURCE_MAX: usize = 100;
const LANGUAGE_MAX: usize = 35;
const DEPTH_MAX: usize = 32;

/// What a dialect read of an event.
#[derive(Default)]
pub(super) struct Draft<'a> {
    pub(super) key: Option<Key>,
    pub(super) name: Cow<'a, str>,
    pub(super) kind: Option<EventType>,
    pub(super) time: Time,
    pub(super) page: Option<Key>,
    pub(super) url: Text<'a>,
    pub(super) title: Text<'a>,
    pub(super) category: Text<'a>,
    pub(super) language: Text<'a>,
    pub(super) referrer: Text<'a>,
    pub(super) who: Option<Who>,
    pub(super) is_leaving: bool,
    pub(super) active_ms: Option<i64>,
    pub(super) data: Cow<'a, str>,
    pub(super) warnings: Vec<&'static str>,
}

/// When an event happened, by the client's clock.
#[derive(Debug, Clone, Copy, Default)]
pub(super) enum Time {
    /// It does not say.
    #[default]
    Now,
    /// At this moment of its clock.
    At(Timestamp),
    /// So many milliseconds before it was sent.
    Ago(i64),
}

/// Why an event is refused, and what exactly.
pub(super) type No = (Reason, String);

pub(super) fn no(reason: Reason) -> No {
    (reason, String::new())
}

/// Where the events of one visitor belong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Whose {
    pub(super) visit: Option<Key>,
    pub(super) device: Option<Key>,
    /// See [`Stream::is_of_user`].
    pub(super) is_of_user: bool,
}

pub(super) struct Desk<'a, 's> {
    site: &'s Site,
    hosts: Option<Vec<String>>,
    received_at: Timestamp,
    sent: Option<Timestamp>,
    batch: Batch<'a>,
    streams: HashMap<Whose, usize>,
    keys: HashSet<Key>,
    /// The events of a page follow each other: its address is stripped once.
    last_url: Option<(String, Option<String>)>,
}

impl<'a, 's> Desk<'a, 's> {
    pub(super) fn new(site: &'s Site, received_at: Timestamp, sent: Option<Timestamp>, count: usize) -> Self {
        let batch = Batch { streams: Vec::new(), refused: Vec::new(), count, duplicates: 0 };
        Self {
            site,
            hosts: None,
            received_at,
            sent,
            batch,
            streams: HashMap::new(),
            keys: HashSet::with_capacity(count),
            last_url: None,
        }
    }

    /// Whose clock the following events go by.
    pub(super) fn set_sent(&mut self, sent: Option<Timestamp>) {
        self.sent = sent;
    }

    pub(super) fn refuse(&mut self, index: usize, name: &str, (reason, detail): No) {
        let name: String = name.chars().filter(|c| !c.is_control()).take(NAME_MAX).collect();
        self.batch.refused.push(Refused { index, name, reason, detail });
    }

    /// Lays an event down for the visitor.
    pub(super) fn lay(&mut self, index: usize, whose: Whose, draft: Draft<'a>) {
        let name = draft.name.clone();
        match self.event(draft) {
            Ok(Some(event)) => {
                let Whose { visit, device, is_of_user } = whose;
                let stream = *self.streams.entry(whose).or_insert_with(|| {
                    self.batch.streams.push(Stream { visit, device, is_of_user, events: Vec::new() });
                    self.batch.streams.len() - 1
                });
                if let Some(stream) = self.batch.streams.get_mut(stream) {
                    stream.events.push(event);
                }
            }
            Ok(None) => self.batch.duplicates += 1,
            Err(why) => self.refuse(index, &name, why),
        }
    }

    pub(super) fn done(mut self) -> Batch<'a> {
        for stream in &mut self.batch.streams {
            stream.events.sort_by_key(|event| (event.at, event.key));
        }
        self.batch
    }

    /// `None`: its key was seen in this batch.
    fn event(&mut self, draft: Draft<'a>) -> Result<Option<WebEvent<'a>>, No> {
        let Draft { key, name, kind, time, page, url, title, category, language, referrer, .. } = draft;
        let mut warnings = draft.warnings;
        let name = wire::clean(name, usize::MAX).ok_or(no(Reason::NoName))?;
        if name.chars().count() > NAME_MAX {
            return Err(no(Reason::LongName));
        }
        let key = key.ok_or(no(Reason::BadId))?;
        let (at, offset_ms) = self.place(time)?;
        let data = if draft.data.is_empty() { Cow::Borrowed("{}") } else { draft.data };
        if data.len() > EVENT_MAX {
            return Err(no(Reason::TooLarge));
        }
        if wire::is_deeper(&data, DEPTH_MAX) {
            return Err((Reason::BadShape, format!("The data is nested deeper than {DEPTH_MAX}.")));
        }
        let kind = kind.unwrap_or_else(|| EventType::of_name(&name));
        if kind == EventType::Business {
            self.check_schema(&name, &data, &mut warnings)?;
        }
        if !self.keys.insert(key) {
            return Ok(None);
        }
        let url = self.strip(url.get());
        let title = title.0.and_then(|title| wire::clean(title, TITLE_MAX));
        let referrer = referrer.get().and_then(|referrer| strip_url(referrer, &self.site.query_allow));
        Ok(Some(WebEvent {
            key,
            kind,
            name: if kind.is_system() { Cow::Borrowed(kind.as_str()) } else { name },
            at,
            offset_ms,
            page,
            categories: self.categories(category.get(), url.as_deref(), title.as_deref()),
            source: self.source(url.as_deref(), referrer.as_deref()),
            url,
            title,
            language: language.0.filter(|tag| is_language(tag)),
            referrer,
            who: draft.who.filter(|who| !who.is_empty()),
            is_leaving: draft.is_leaving,
            active_ms: draft.active_ms.map(|ms| ms.clamp(0, DAY / 1_000)),
            data,
            warnings,
        }))
    }

    /// The server's clock decides (T-6): an event is as old as the client says it was when it was sent.
    fn place(&self, time: Time) -> Result<(Timestamp, i64), No> {
        let sent = self.sent.unwrap_or(self.received_at);
        let age = match time {
            Time::Now => 0,
            Time::At(at) => sent.since(at),
            Time::Ago(ms) => ms.saturating_mul(1_000),
        };
        if age > DAY {
            return Err(no(Reason::TooOld));
        }
        let offset_ms = sent.since(self.received_at) / 1_000;
        // Ahead of its own clock: it happens now.
        Ok((self.received_at.plus(-age.max(0)), offset_ms))
    }

    fn check_schema(&self, name: &str, data: &str, warnings: &mut Vec<&'static str>) -> Result<(), No> {
        let Some(expected) = self.site.events.iter().find(|event| event.name == name) else { return Ok(()) };
        let wrong = match serde_json::from_str(data) {
            Ok(data) => expected.schema.check(&data),
            Err(_) => Some("The data is no JSON object".to_owned()),
        };
        match (wrong, expected.mode) {
            (Some(wrong), SchemaMode::Refuse) => Err((Reason::Schema, wrong)),
            (Some(_), SchemaMode::Warn) => {
                warnings.push("schema");
                Ok(())
            }
            (None, _) => Ok(()),
        }
    }

    fn strip(&mut self, url: Option<&str>) -> Option<String> {
        let url = url?;
        if let Some((raw, stripped)) = &self.last_url
            && raw == url
        {
            return stripped.clone();
        }
        let stripped = strip_url(url, &self.site.query_allow);
        self.last_url = Some((url.to_owned(), stripped.clone()));
        stripped
    }

    fn categories(&self, own: Option<&str>, url: Option<&str>, title: Option<&str>) -> Vec<String> {
        let own = own.into_iter().flat_map(|own| own.split(';'));
        let own = own.filter_map(|one| wire::clean(Cow::Borrowed(one), CATEGORY_MAX)).map(Cow::into_owned);
        let found = self.site.categories.iter().filter(|category| {
            let text = match category.place {
                Place::Url => url,
                Place::Title => title,
            };
            text.is_some_and(|text| contains(text, &category.contains))
        });
        let mut categories: Vec<String> = Vec::new();
        for one in own.chain(found.map(|category| category.name.clone())) {
            if categories.len() < CATEGORIES_MAX && !categories.contains(&one) {
                categories.push(one);
            }
        }
        categories
    }

    /// `utm_source`, else the host that the visitor came from, if it is not the site's own.
    fn source(&mut self, url: Option<&str>, referrer: Option<&str>) -> Option<String> {
        let campaign = url.and_then(|url| query_value(url, "utm_source")).filter(|source| source != REDACTED);
        let source = campaign.or_else(|| {
            let host = host_of(referrer?)?;
            let is_own = url.and_then(host_of).as_ref() == Some(&host) || self.hosts().contains(&host);
            (!is_own).then_some(host)
        })?;
        wire::clean(Cow::Owned(source), SOURCE_MAX).map(Cow::into_owned)
    }

    fn hosts(&mut self) -> &[String] {
        let site = self.site;
        self.hosts.get_or_insert_with(|| site.origins.iter().filter_map(|origin| host_of(origin)).collect())
    }
}

/// In any case: `/Loans` is found by `/loans`.
fn contains(text: &str, part: &str) -> bool {
    text.contains(part) || text.to_lowercase().contains(&part.to_lowercase())
}

fn is_language(tag: &str) -> bool {
    (2..=LANGUAGE_MAX).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}
