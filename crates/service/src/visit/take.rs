//! Bodies of requests: in which words they are written, who may send so many, and what is taken from them.

use async_recursion::async_recursion as boxed;
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use countersign_types::{Error, Result};
use countersign_visits::{BadBatch, Batch, Key, SegmentCall, parse_posthog, parse_segment, parse_tracker};

use super::{Arrival, Taken};
use crate::Service;
use crate::site::SiteEntry;

/// Batches of one visit in a minute: ten in a second (T-5).
const PER_VISIT_MIN: i64 = 600;

/// People that a batch of the tracker names at most.
const NAMES_MAX: usize = 4;

/// In which words a body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// Our tracker's.
    Tracker,
    /// A Segment or RudderStack client's.
    Segment(SegmentCall),
    /// A PostHog client's.
    PostHog,
}

impl Call {
    /// The Segment call of a path's last word, or of its first letter.
    pub fn segment(word: &str) -> Option<Self> {
        SegmentCall::parse(word).map(Self::Segment)
    }
}

/// The browser, as this server's cookie knows it.
#[derive(Debug, Clone)]
pub struct DeviceCookie(Key);

impl DeviceCookie {
    /// Reads the cookie; what we did not write is none.
    pub fn parse(text: &str) -> Option<Self> {
        Key::parse(text).map(Self)
    }

    /// What stands in the cookie.
    pub fn text(&self) -> String {
        self.0.to_hex()
    }
}

/// The write key in a body, for clients that send it nowhere else.
pub fn write_key_of(body: &[u8]) -> Option<String> {
    countersign_visits::write_key_of(body)
}

impl Service {
    /// A key for a browser that has none.
    pub fn new_device(&self) -> Result<DeviceCookie> {
        Ok(DeviceCookie(Key(self.random::<16>()?)))
    }

    /// Counts a batch for its address; before its body is read.
    pub fn count_batch(&self, address: IpAddr) -> Result<()> {
        let counted = self.flood().take_tracker(address, self.now(), self.config().tracker.per_ip_min);
        self.count_flood(counted, "address")
    }

    /// Takes what a browser or a company's server sent, once it is counted. Everything accepted is durable when this answers.
    #[boxed]
    pub async fn take_body(
        &self,
        site: &Arc<SiteEntry>,
        call: Call,
        body: &[u8],
        from: (IpAddr, Option<String>, Option<DeviceCookie>),
    ) -> Result<Taken> {
        let (address, user_agent, device) = from;
        let now = self.now();
        let batch = match call {
            Call::Tracker => parse_tracker(body, now, &site.site),
            Call::Segment(call) => parse_segment(body, call, now, &site.site),
            Call::PostHog => parse_posthog(body, now, &site.site),
        }
        .map_err(bad_batch)?;
        self.count_names(&batch, call, address)?;
        for visit in batch.streams.iter().filter_map(|stream| stream.visit) {
            let counted = self.flood().take_visit(visit.0, now, PER_VISIT_MIN);
            self.count_flood(counted, "visit")?;
        }
        // What a server sends about a browser is not that server's browser.
        let user_agent = user_agent.filter(|_| call == Call::Tracker);
        let country = if call == Call::Tracker { self.country_of(address) } else { None };
        let arrival = Arrival { user_agent, device: device.map(|DeviceCookie(key)| key), country };
        // Two servers that meet over the same newcomer: whoever sent it must try again, and a tracker drops what is refused.
        self.take_events(site, batch, &arrival).await.map_err(|error| match error {
            Error::Conflict { .. } => Error::Unavailable("the visit"),
            error => error,
        })
    }

    /// Counts whom a batch names: each newcomer costs a customer's rows. A page has one person before it, rarely two.
    fn count_names(&self, batch: &Batch<'_>, call: Call, address: IpAddr) -> Result<()> {
        let names: BTreeSet<(Option<&str>, Option<&str>)> = batch
            .streams
            .iter()
            .flat_map(|stream| &stream.events)
            .filter_map(|event| event.who.as_ref())
            .map(|who| (who.identity.as_deref(), who.token.as_deref()))
            .filter(|(identity, token)| identity.is_some() || token.is_some())
            .collect();
        if call == Call::Tracker && names.len() > NAMES_MAX {
            let detail = format!("A batch of one browser names at most {NAMES_MAX} people.");
            return Err(Error::invalid("/events", "too-many", detail));
        }
        let per_min = self.config().tracker.names_per_ip_min;
        for _ in names {
            let counted = self.flood().take_name(address, self.now(), per_min);
            self.count_flood(counted, "names")?;
        }
        Ok(())
    }

    /// What is too much is refused and counted, never silently lost.
    fn count_flood(&self, counted: Result<()>, of: &'static str) -> Result<()> {
        if counted.is_err() {
            metrics::counter!("countersign_visit_batches_flooded_total", "of" => of).increment(1);
        }
        counted
    }
}

fn bad_batch(bad: BadBatch) -> Error {
    match bad {
        BadBatch::TooMany { .. } => Error::invalid("/events", "too-many", bad.to_string()),
        _ => Error::invalid("", "not-a-batch", bad.to_string()),
    }
}
