//! Long polls: counted apart from other requests, so that customers who wait keep nobody from being served.
//!
//! Whoever finds no seat is answered at once with what there is; pages ask again a little later.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use countersign_types::network::client_network;
use sha2::{Digest, Sha256};
use tokio::sync::OwnedSemaphorePermit;

use crate::extract::ClientAddress;
use crate::problem::Failure;
use crate::router::App;

/// Waits of one page or chat at once: a browser opens no more connections for all its tabs.
const PER_SESSION_MAX: usize = 6;
/// Waits of one client's network at once.
const PER_CLIENT_MAX: usize = 64;
/// Waits at once.
const WAITS_MAX: usize = 8_192;

/// A request's place among those that are worked on at once. Whoever waits gives it back first.
#[derive(Debug, Clone, Default)]
pub struct Permit(Arc<Mutex<Option<OwnedSemaphorePermit>>>);

impl Permit {
    /// Holds a place.
    pub fn of(permit: OwnedSemaphorePermit) -> Self {
        Self(Arc::new(Mutex::new(Some(permit))))
    }

    /// Gives the place back before the request is answered.
    pub fn give_back(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// Who waits.
#[derive(Debug, Clone, Default)]
pub struct Waits(Arc<Mutex<Seats>>);

#[derive(Debug, Default)]
struct Seats {
    total: usize,
    by_session: HashMap<[u8; 32], usize>,
    by_client: HashMap<IpAddr, usize>,
}

impl Waits {
    fn seats(&self) -> MutexGuard<'_, Seats> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A seat, if there is one left for this session and this client.
    fn enter(&self, token: &str, address: IpAddr) -> Option<Seat> {
        let session: [u8; 32] = Sha256::digest(token).into();
        let client = client_network(address);
        let mut seats = self.seats();
        let is_full = seats.total >= WAITS_MAX
            || seats.by_session.get(&session).is_some_and(|n| *n >= PER_SESSION_MAX)
            || seats.by_client.get(&client).is_some_and(|n| *n >= PER_CLIENT_MAX);
        if is_full {
            return None;
        }
        seats.total += 1;
        *seats.by_session.entry(session).or_default() += 1;
        *seats.by_client.entry(client).or_default() += 1;
        Some(Seat { waits: self.clone(), session, client })
    }
}

/// A seat of one who waits; given back when dropped.
#[derive(Debug)]
pub struct Seat {
    waits: Waits,
    session: [u8; 32],
    client: IpAddr,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = self.waits.seats();
        seats.total -= 1;
        leave(&mut seats.by_session, &self.session);
        leave(&mut seats.by_client, &self.client);
    }
}

fn leave<K: Eq + Hash>(counts: &mut HashMap<K, usize>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}

/// A request that may wait.
#[derive(Debug)]
pub struct Waiter {
    address: IpAddr,
    permit: Permit,
}

impl FromRequestParts<Arc<App>> for Waiter {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        let ClientAddress(address) = ClientAddress::from_request_parts(parts, app).await?;
        Ok(Self { address, permit: parts.extensions.get::<Permit>().cloned().unwrap_or_default() })
    }
}

impl Waiter {
    /// How long a request with this token may wait, seconds, and its seat, which is held as long.
    pub fn wait(self, app: &App, token: &str, wanted_secs: Option<u64>) -> (u64, Option<Seat>) {
        let Some(secs) = wanted_secs.filter(|secs| *secs > 0) else { return (0, None) };
        match app.waits.enter(token, self.address) {
            Some(seat) => {
                self.permit.give_back();
                (secs, Some(seat))
            }
            None => (0, None),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn address(n: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, n])
    }

    #[test]
    fn x_15_one_session_waits_so_often_and_a_seat_that_is_given_back_is_free() {
        let waits = Waits::default();
        let mut seats: Vec<Seat> =
            (0..PER_SESSION_MAX).map(|_| waits.enter("a", address(1)).unwrap()).collect();
        assert!(waits.enter("a", address(2)).is_none());
        assert!(waits.enter("b", address(1)).is_some());
        seats.pop();
        assert!(waits.enter("a", address(2)).is_some());
    }

    #[test]
    fn x_15_one_client_waits_so_often_whatever_sessions_it_has() {
        let waits = Waits::default();
        let seats: Vec<_> = (0..PER_CLIENT_MAX).map(|n| waits.enter(&n.to_string(), address(1))).collect();
        assert!(seats.iter().all(Option::is_some));
        assert!(waits.enter("another", address(1)).is_none());
        assert!(waits.enter("another", address(2)).is_some());
    }

    #[test]
    fn x_15_all_seats_are_counted_and_nothing_is_left_of_those_who_went() {
        let waits = Waits::default();
        let seats: Vec<_> = (0..WAITS_MAX)
            .map(|n| {
                waits.enter(
                    &n.to_string(),
                    IpAddr::from((0x2001_0db8_u128 << 96 | (n as u128) << 64).to_be_bytes()),
                )
            })
            .collect();
        assert!(seats.iter().all(Option::is_some));
        assert!(waits.enter("another", address(1)).is_none());
        drop(seats);
        let left = waits.seats();
        assert_eq!((left.total, left.by_session.len(), left.by_client.len()), (0, 0, 0));
    }
}
