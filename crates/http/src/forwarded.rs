//! Who calls, through proxies: what `X-Forwarded-For` says, as far as a trusted proxy wrote it.

use std::net::{IpAddr, SocketAddr};

/// The address of the client behind `peer`. The list grows to the right, so the rightmost address that is no trusted
/// proxy is what the last trusted one saw; what stands further left, anybody could have written. A hop that cannot be
/// read ends the search at the proxy that wrote it: nothing that a client sends makes its own words count.
pub(crate) fn client<'a>(
    peer: IpAddr,
    forwarded: impl DoubleEndedIterator<Item = &'a str>,
    is_trusted: impl Fn(IpAddr) -> bool,
) -> IpAddr {
    let mut client = peer;
    for hop in forwarded.rev().flat_map(|line| line.rsplit(',')) {
        if !is_trusted(client) {
            break;
        }
        match address(hop.trim()) {
            Some(address) => client = address,
            None => break,
        }
    }
    client
}

/// An address, as proxies write it: bare, with a port, or in brackets.
fn address(hop: &str) -> Option<IpAddr> {
    if let Ok(address) = hop.parse() {
        return Some(address);
    }
    if let Ok(with_port) = hop.parse::<SocketAddr>() {
        return Some(with_port.ip());
    }
    let bracketed = hop.strip_prefix('[')?.strip_suffix(']')?;
    bracketed.parse::<std::net::Ipv6Addr>().ok().map(IpAddr::V6)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(lines: &[&str]) -> String {
        let proxies: [IpAddr; 2] = ["10.0.0.1".parse().unwrap(), "2001:db8::fe".parse().unwrap()];
        client(proxies[0], lines.iter().copied(), |address| proxies.contains(&address)).to_string()
    }

    #[test]
    fn x_7_the_rightmost_address_that_is_no_trusted_proxy_is_the_client() {
        for (lines, expected) in [
            (&["203.0.113.5"][..], "203.0.113.5"),
            (&["203.0.113.5:49152"], "203.0.113.5"),
            (&["[2001:db8::7]:49152"], "2001:db8::7"),
            (&["[2001:db8::7]"], "2001:db8::7"),
            (&["2001:db8::7"], "2001:db8::7"),
            (&["1.2.3.4, 203.0.113.5:49152"], "203.0.113.5"),
            (&["1.2.3.4", "203.0.113.5"], "203.0.113.5"),
            (&["1.2.3.4, 203.0.113.5, 10.0.0.1:80, [2001:db8::fe]:80"], "203.0.113.5"),
            (&[], "10.0.0.1"),
            // Unreadable: the proxy that wrote it is all that is known, not what stands to its left.
            (&["1.2.3.4, unknown"], "10.0.0.1"),
            (&["1.2.3.4,"], "10.0.0.1"),
            (&["1.2.3.4, _hidden, 2001:db8::fe"], "2001:db8::fe"),
            (&["1.2.3.4, 203.0.113.5:port"], "10.0.0.1"),
            (&["10.0.0.1"], "10.0.0.1"),
        ] {
            assert_eq!(from(lines), expected, "{lines:?}");
        }
        let direct: IpAddr = "203.0.113.9".parse().unwrap();
        assert_eq!(client(direct, ["1.2.3.4"].into_iter(), |_| false), direct);
    }
}
