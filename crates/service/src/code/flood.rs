//! Floods of codes (C-9): counted in memory, because a flood that survives a restart of the server is still one.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;

use countersign_identity::limits::{Window, WindowPolicy};
use countersign_types::network::client_network;
use countersign_types::{ApiKeyId, Error, Result, Timestamp, time};

/// Sources remembered at most; past it, those whose window is over are forgotten.
const SOURCES_MAX: usize = 20_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Source {
    Key(ApiKeyId),
    Address(IpAddr),
    Chat(IpAddr),
    Upload(IpAddr),
    Typing([u8; 16]),
}

/// Who asked for how many codes in the present minute.
#[derive(Debug, Default)]
pub(crate) struct Flood {
    sources: Mutex<HashMap<Source, Window>>,
    /// Codes alive, and when they were counted.
    live: Mutex<Option<(i64, Timestamp)>>,
}

/// How long a count of live codes is good for.
const LIVE_SPAN: i64 = 5 * time::SECOND;

impl Flood {
    /// Counts a code for an API key.
    pub(crate) fn take_key(&self, key: ApiKeyId, now: Timestamp, per_min: i64) -> Result<()> {
        self.take(Source::Key(key), now, per_min)
    }

    /// Counts a code for an address. Addresses of one IPv6 network count as one.
    pub(crate) fn take_address(&self, address: IpAddr, now: Timestamp, per_min: i64) -> Result<()> {
        self.take(Source::Address(client_network(address)), now, per_min)
    }

    /// Counts something a web chat's visitor did.
    pub(crate) fn take_chat(&self, address: IpAddr, now: Timestamp, per_min: i64) -> Result<()> {
        self.take(Source::Chat(client_network(address)), now, per_min)
    }

    /// Counts a file that a web chat's visitor uploads.
    pub(crate) fn take_upload(&self, address: IpAddr, now: Timestamp, per_min: i64) -> Result<()> {
        self.take(Source::Upload(client_network(address)), now, per_min)
    }

    /// Counts a sign of somebody typing.
    pub(crate) fn take_typing(&self, who: [u8; 16], now: Timestamp, per_min: i64) -> Result<()> {
        self.take(Source::Typing(who), now, per_min)
    }

    /// Codes alive, if they were counted just now.
    pub(crate) fn live_codes(&self, now: Timestamp) -> Option<i64> {
        let live = self.live.lock().ok()?;
        live.and_then(|(count, at)| (now.since(at) < LIVE_SPAN).then_some(count))
    }

    /// Remembers a count of live codes.
    pub(crate) fn note_live_codes(&self, count: i64, now: Timestamp) {
        if let Ok(mut live) = self.live.lock() {
            *live = Some((count, now));
        }
    }

    fn take(&self, source: Source, now: Timestamp, per_min: i64) -> Result<()> {
        let policy =
            WindowPolicy { count_max: u32::try_from(per_min).unwrap_or(u32::MAX), span: time::MINUTE };
        let now = now.as_micros();
        let mut sources = match self.sources.lock() {
            Ok(sources) => sources,
            Err(poisoned) => poisoned.into_inner(),
        };
        if sources.len() >= SOURCES_MAX {
            sources.retain(|_, window| now.saturating_sub(window.started_at) < policy.span);
        }
        let window = sources.get(&source).copied().unwrap_or_default();
        match window.take(now, policy) {
            Ok(next) => {
                // Full of sources that are all in their window: the newest is counted as one that is over.
                if sources.len() < SOURCES_MAX || sources.contains_key(&source) {
                    sources.insert(source, next);
                    return Ok(());
                }
                Err(too_many(60))
            }
            Err(wait) => Err(too_many(u64::try_from(wait / time::SECOND).unwrap_or(60) + 1)),
        }
    }
}

fn too_many(retry_after_secs: u64) -> Error {
    Error::TooMany { what: "requests at once", retry_after_secs }
}
