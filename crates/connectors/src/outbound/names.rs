//! Names and their addresses: resolved once, judged, and then what the client connects to.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use countersign_service::port::{BoxFuture, OutboundError};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// How long judged addresses of a name are used before it is resolved again.
const JUDGED: Duration = Duration::from_secs(30);
/// Names whose judged addresses are kept at most.
const NAMES_MAX: usize = 1_024;

/// Who says which addresses a name has.
pub trait Names: Send + Sync + 'static {
    /// All addresses of a name.
    fn addresses<'a>(&'a self, name: &'a str) -> BoxFuture<'a, std::io::Result<Vec<IpAddr>>>;
}

/// The system's resolver.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemNames;

impl Names for SystemNames {
    fn addresses<'a>(&'a self, name: &'a str) -> BoxFuture<'a, std::io::Result<Vec<IpAddr>>> {
        Box::pin(
            async move { Ok(tokio::net::lookup_host((name, 0)).await?.map(|found| found.ip()).collect()) },
        )
    }
}

/// All addresses of a name, each once.
pub(super) async fn resolve(names: &dyn Names, name: &str) -> Result<Vec<IpAddr>, OutboundError> {
    let found = names.addresses(name).await;
    let mut addresses = found.map_err(|_| OutboundError::Unreachable("the name is not known".to_owned()))?;
    addresses.dedup();
    Ok(addresses)
}

/// Addresses that were judged lately, by name. The client asks here instead of the system.
#[derive(Default)]
pub(super) struct Judged(Mutex<HashMap<String, (Instant, Vec<IpAddr>)>>);

impl Judged {
    /// The judged addresses of a name, while they are fresh.
    pub(super) fn fresh(&self, name: &str) -> Option<Vec<IpAddr>> {
        let names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        names.get(name).filter(|(since, _)| since.elapsed() < JUDGED).map(|(_, addresses)| addresses.clone())
    }

    pub(super) fn keep(&self, name: &str, addresses: Vec<IpAddr>) {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match names.get(name) {
            Some((since, known)) if *known == addresses && since.elapsed() < JUDGED => {}
            _ => {
                if names.len() >= NAMES_MAX {
                    names.clear();
                }
                names.insert(name.to_owned(), (Instant::now(), addresses));
            }
        }
    }
}

impl Resolve for Judged {
    fn resolve(&self, name: Name) -> Resolving {
        let names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = names.get(name.as_str()).map(|(_, addresses)| addresses.clone());
        Box::pin(async move {
            let found = found.ok_or("a name that was not judged")?;
            let addresses: Addrs = Box::new(found.into_iter().map(|ip| SocketAddr::new(ip, 0)));
            Ok(addresses)
        })
    }
}
