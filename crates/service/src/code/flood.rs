//! Floods of codes (C-9): counted in memory, because a flood that survives a restart of the server is still one.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::Mutex;

use countersign_identity::limits::{Window, WindowPolicy};
use countersign_types::network::client_network;
use countersign_types::{ApiKeyId, Error, Result, Timestamp, time};

/// Sources of one kind that are remembered at most.
const SOURCES_MAX: usize = 20_000;
/// Past it, so many of the oldest are forgotten at once.
const FORGOTTEN: usize = SOURCES_MAX / 10;

/// Who asked for how many codes in the present minute. Every kind of source has a table of its own: whoever has many
/// addresses crowds out other addresses, never a company's keys.
#[derive(Debug, Default)]
pub(crate) struct Flood {
    keys: Sources<ApiKeyId>,
    addresses: Sources<IpAddr>,
    chats: Sources<IpAddr>,
    uploads: Sources<IpAddr>,
    typing: Sources<[u8; 16]>,
    trackers: Sources<IpAddr>,
    visits: Sources<[u8; 16]>,
    names: Sources<IpAddr>,
    /// Codes alive, and when they were counted.
    live: Mutex<Option<(i64, Timestamp)>>,
}

/// What sources of one kind did in the present minute.
#[derive(Debug)]
struct Sources<K>(Mutex<HashMap<K, Window>>);

impl<K> Default for Sources<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

/// How long a count of live codes is good for.
const LIVE_SPAN: i64 = 5 * time::SECOND;

impl Flood {
    /// Counts a code for an API key.
    pub(crate) fn take_key(&self, key: ApiKeyId, now: Timestamp, per_min: i64) -> Result<()> {
        self.keys.take(key, now, per_min)
    }

    /// Counts a code for an address. Addresses of one IPv6 network count as one.
    pub(crate) fn take_address(&self, address: IpAddr, now: Timestamp, per_min: i64) -> Result<()> {
        self.addresses.take(client_network(address), now, per_min)
    }

    /// Counts something a web chat's visitor did.
    pub(crate) fn take_chat(&self, address: IpAddr, now: Timestamp, per_min: i64) -> Result<()> {
        self.chats.take(client_network(address), now, per_min)
    }

    /// Counts a file that a web chat's visitor uploads.
    pub(crate) fn take_upload(&self, address: IpAddr, now: Timestamp, per_min: i64) -> Result<()> {
        self.uploads.take(client_network(address), now, per_min)
    }

    /// Counts a sign of somebody typing.
    pub(crate) fn take_typing(&self, who: [u8; 16], now: Timestamp, per_min: i64) -> Result<()> {
        self.typing.take(who, now, per_min)
    }

    /// Counts a batch of events from an address.
    pub(crate) fn take_tracker(&self, address: IpAddr, now: Timestamp, per_min: i64) -> Result<()> {
        self.trackers.take(client_network(address), now, per_min)
    }

    /// Counts somebody whom an address names.
    pub(crate) fn take_name(&self, address: IpAddr, now: Timestamp, per_min: i64) -> Result<()> {
        self.names.take(client_network(address), now, per_min)
    }

    /// Counts a batch of events of a visit.
    pub(crate) fn take_visit(&self, visit: [u8; 16], now: Timestamp, per_min: i64) -> Result<()> {
        self.visits.take(visit, now, per_min)
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
}

impl<K: Copy + Eq + Hash> Sources<K> {
    fn take(&self, source: K, now: Timestamp, per_min: i64) -> Result<()> {
        let policy =
            WindowPolicy { count_max: u32::try_from(per_min).unwrap_or(u32::MAX), span: time::MINUTE };
        let now = now.as_micros();
        let mut sources = match self.0.lock() {
            Ok(sources) => sources,
            Err(poisoned) => poisoned.into_inner(),
        };
        if sources.len() >= SOURCES_MAX && !sources.contains_key(&source) {
            sources.retain(|_, window| now.saturating_sub(window.started_at) < policy.span);
            if sources.len() >= SOURCES_MAX {
                forget_oldest(&mut sources);
            }
        }
        let window = sources.get(&source).copied().unwrap_or_default();
        let next = window
            .take(now, policy)
            .map_err(|wait| too_many(u64::try_from(wait / time::SECOND).unwrap_or(60) + 1))?;
        sources.insert(source, next);
        Ok(())
    }
}

/// Full of sources that are all in their window: a newcomer is served, and some of those that began first may begin
/// again. The other choice, to refuse every newcomer, would let whoever has many addresses turn everybody else away.
fn forget_oldest<K: Eq + Hash>(sources: &mut HashMap<K, Window>) {
    let mut begun: Vec<i64> = sources.values().map(|window| window.started_at).collect();
    let (_, last, _) = begun.select_nth_unstable(FORGOTTEN - 1);
    let (last, mut left) = (*last, FORGOTTEN);
    sources.retain(|_, window| {
        let is_old = left > 0 && window.started_at <= last;
        left -= usize::from(is_old);
        !is_old
    });
}

fn too_many(retry_after_secs: u64) -> Error {
    Error::TooMany { what: "requests at once", retry_after_secs }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network_of(n: u32) -> IpAddr {
        let (high, low) = ((n >> 16) as u16, n as u16);
        IpAddr::from([0x2001, 0xdb8, high, low, 0, 0, 0, 1])
    }

    #[test]
    fn c_9_many_addresses_turn_away_neither_keys_nor_newcomers() {
        let flood = Flood::default();
        let now = Timestamp::from_micros(1_000_000_000);
        for n in 0..65_536 {
            flood.take_address(network_of(n), now.plus(i64::from(n)), 10).unwrap();
        }
        let later = now.plus(70_000);
        assert!(flood.addresses.0.lock().unwrap().len() <= SOURCES_MAX);
        flood.take_key(ApiKeyId::from_bytes([1; 16]), later, 600).unwrap();
        flood.take_chat("192.0.2.1".parse().unwrap(), later, 10).unwrap();
        let newcomer = "192.0.2.7".parse().unwrap();
        for _ in 0..10 {
            flood.take_address(newcomer, later, 10).unwrap();
        }
        assert!(flood.take_address(newcomer, later, 10).is_err(), "and is counted as before");
        assert!(flood.take_address(newcomer, later.plus(61 * time::SECOND), 10).is_ok());
    }

    #[test]
    fn c_9_the_oldest_are_forgotten_first_and_no_more_of_them_than_are_told() {
        let flood = Flood::default();
        let now = Timestamp::from_micros(1_000_000_000);
        for n in 0..20_000 {
            // All of one moment, as on a clock that stands still.
            flood.take_address(network_of(n), now, 1).unwrap();
        }
        flood.take_address(network_of(70_000), now.plus(1), 1).unwrap();
        assert_eq!(flood.addresses.0.lock().unwrap().len(), SOURCES_MAX - FORGOTTEN + 1);
        assert!(flood.take_address(network_of(70_000), now.plus(2), 1).is_err());
    }
}
