//! Whose request it is when a proxy stands in between.

use std::net::IpAddr;

use axum::http::HeaderMap;
use model::policy::Network;

/// The field proxies append the address to that they were asked from. There is no standard for it; RFC 7239 names it.
const FIELD: &str = "x-forwarded-for";
/// Hops followed at most.
const MAX_HOPS: usize = 16;

/// The address a request comes from: the peer's, or, where that is one of our proxies, the one it says. Read from the
/// right: what stands left of the first address that is not a proxy of ours was written by whoever that is.
pub(crate) fn address(peer: IpAddr, headers: &HeaderMap, proxies: &[Network]) -> IpAddr {
    let ours = |address: IpAddr| proxies.iter().any(|network| network.contains(address));
    let mut address = peer.to_canonical();
    if proxies.is_empty() {
        return address;
    }
    let lines = headers.get_all(FIELD);
    let hops = lines.iter().rev().flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
    for hop in hops.take(MAX_HOPS) {
        if !ours(address) {
            break;
        }
        let Some(before) = parse(hop.trim()) else { break };
        address = before;
    }
    address
}

/// An address, with or without a port.
fn parse(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.split_once(']')).map_or(text, |(address, _)| address);
    let address: Option<IpAddr> = bare.parse().ok();
    let with_port = || text.parse::<std::net::SocketAddr>().ok().map(|address| address.ip());
    address.or_else(with_port).map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn seen(peer: &str, lines: &[&str], proxies: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FIELD, HeaderValue::from_str(line).unwrap());
        }
        let proxies: Vec<Network> = proxies.iter().map(|network| network.parse().unwrap()).collect();
        address(peer.parse().unwrap(), &headers, &proxies).to_string()
    }

    #[test]
    fn only_our_own_proxies_are_believed() {
        assert_eq!(seen("203.0.113.5", &["198.51.100.1"], &[]), "203.0.113.5");
        assert_eq!(seen("203.0.113.5", &["198.51.100.1"], &["10.0.0.0/8"]), "203.0.113.5");
        assert_eq!(seen("10.0.0.1", &["198.51.100.1"], &["10.0.0.0/8"]), "198.51.100.1");
        assert_eq!(seen("::ffff:10.0.0.1", &["198.51.100.1"], &["10.0.0.0/8"]), "198.51.100.1");
    }

    #[test]
    fn what_the_client_wrote_itself_is_not_believed() {
        let proxies = ["127.0.0.1", "10.0.0.0/8"];
        assert_eq!(seen("127.0.0.1", &["192.0.2.66, 198.51.100.1"], &proxies), "198.51.100.1");
        assert_eq!(seen("127.0.0.1", &["192.0.2.66", "198.51.100.1, 10.1.1.1"], &proxies), "198.51.100.1");
        assert_eq!(
            seen("127.0.0.1", &["10.0.0.9, evil, 10.0.0.2"], &proxies),
            "10.0.0.2",
            "stops at what is no address"
        );
        let many = vec!["10.0.0.2"; 1000].join(",");
        assert_eq!(seen("127.0.0.1", &[&many], &proxies), "10.0.0.2");
        assert_eq!(seen("127.0.0.1", &[], &proxies), "127.0.0.1");
    }

    #[test]
    fn addresses_may_carry_ports() {
        assert_eq!(seen("127.0.0.1", &["198.51.100.1:4711"], &["127.0.0.1"]), "198.51.100.1");
        assert_eq!(seen("127.0.0.1", &["[2001:db8::1]:443"], &["127.0.0.1"]), "2001:db8::1");
        assert_eq!(seen("127.0.0.1", &["2001:db8::1"], &["127.0.0.1"]), "2001:db8::1");
    }
}
