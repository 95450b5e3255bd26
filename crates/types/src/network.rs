//! Network addresses, as limits count them.

use core::net::IpAddr;

/// What counts as one client: an IPv4 address, however a listener for both kinds writes it, or the IPv6 network of 64
/// bits that one customer gets.
pub fn client_network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn network(text: &str) -> String {
        client_network(text.parse().unwrap()).to_string()
    }

    #[test]
    fn x_15_clients_with_ipv4_are_told_apart_behind_a_listener_for_ipv6() {
        assert_eq!(network("::ffff:192.0.2.7"), "192.0.2.7");
        assert_ne!(network("::ffff:192.0.2.7"), network("::ffff:192.0.2.8"));
        assert_eq!(network("192.0.2.7"), "192.0.2.7");
    }

    #[test]
    fn x_15_an_ipv6_network_of_64_bits_is_one_client() {
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(network("2001:db8:1:2::9"), network("2001:db8:1:2:3:4:5:6"));
        assert_ne!(network("2001:db8:1:3::"), network("2001:db8:1:2::"));
    }
}
