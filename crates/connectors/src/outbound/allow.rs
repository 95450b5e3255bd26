//! The operator's allow-list: `hooks.internal`, `10.0.0.0/8`, `127.0.0.1:9000`, `[::1]:9000`.

use std::net::IpAddr;

use ipnet::IpNet;

/// An entry of the allow-list that is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` in `outbound.allow` is not a host, an address or a network")]
pub struct BadEntry(pub String);

#[derive(Debug, Clone)]
enum What {
    Name(String),
    Net(IpNet),
}

/// What may be called besides public https: by http too, on any port or on the one named.
#[derive(Debug, Clone, Default)]
pub struct Allow(Vec<(What, Option<u16>)>);

impl Allow {
    /// Reads the entries.
    pub fn parse(entries: &[String]) -> Result<Self, BadEntry> {
        entries
            .iter()
            .map(|text| entry(text).ok_or_else(|| BadEntry(text.clone())))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether a name is listed for a port.
    pub(super) fn has_name(&self, name: &str, port: u16) -> bool {
        let name = name.trim_end_matches('.');
        self.0.iter().any(|(what, p)| {
            matches!(what, What::Name(known) if known.eq_ignore_ascii_case(name))
                && p.is_none_or(|p| p == port)
        })
    }

    /// Whether an address is in a listed network for a port.
    pub(super) fn has_address(&self, address: IpAddr, port: u16) -> bool {
        self.0.iter().any(|(what, p)| {
            matches!(what, What::Net(net) if net.contains(&address)) && p.is_none_or(|p| p == port)
        })
    }

    /// Whether any network is listed for a port: then a name may lead there.
    pub(super) fn has_networks(&self, port: u16) -> bool {
        self.0.iter().any(|(what, p)| matches!(what, What::Net(_)) && p.is_none_or(|p| p == port))
    }
}

fn entry(text: &str) -> Option<(What, Option<u16>)> {
    let text = text.trim();
    if let Some(net) = network(text) {
        return Some((What::Net(net), None));
    }
    let (host, port) = match text.rsplit_once(':') {
        Some(_) if text.ends_with(']') => (text, None),
        Some((host, port)) => (host, Some(port.parse::<u16>().ok().filter(|p| *p > 0)?)),
        None => (text, None),
    };
    if let Some(net) = network(host.trim_start_matches('[').trim_end_matches(']')) {
        return Some((What::Net(net), port));
    }
    let is_name = !host.is_empty()
        && host.len() <= 253
        && host.split('.').all(|label| {
            (1..=63).contains(&label.len()) && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        });
    is_name.then(|| (What::Name(host.to_ascii_lowercase()), port))
}

fn network(text: &str) -> Option<IpNet> {
    text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}
