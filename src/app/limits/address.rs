//! By which address a request counts, and how a proxy is believed.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
};

/// Where a request came from, as limits count it: one IPv4 address, or one IPv6 network of 64 bits,
/// which is what a single subscriber is given. Whoever asks cannot choose it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address(IpAddr);

impl Address {
    /// The key of an address; an IPv4 address in IPv6 clothes is the IPv4 address.
    pub fn of(ip: IpAddr) -> Self {
        match ip.to_canonical() {
            IpAddr::V6(ip) => Self(IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() & !0 << 64))),
            four @ IpAddr::V4(_) => Self(four),
        }
    }

    /// The key of a request that `peer` sent with these lines of `X-Forwarded-For`.
    ///
    /// Each proxy appends whom it heard, so the lines are read from the end, and only as far as those
    /// who wrote them are trusted. What cannot be read was written by nobody whom we trust: then the
    /// request counts for the last one who is known.
    pub fn behind<'a>(
        peer: IpAddr,
        forwarded_for: impl IntoIterator<Item = &'a str>,
        trusted: &[IpAddr],
    ) -> Self {
        let lines: Vec<&str> = forwarded_for.into_iter().collect();
        let hops = lines.iter().rev().flat_map(|line| line.rsplit(','));
        let mut last = peer;
        for hop in hops {
            if !trusted.iter().any(|proxy| proxy.to_canonical() == last.to_canonical()) {
                break;
            }
            let Some(before) = read_hop(hop) else { break };
            last = before;
        }
        Self::of(last)
    }
}

/// An address as proxies write it: bare, in brackets, or with a port.
fn read_hop(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let with_port = || text.parse::<std::net::SocketAddr>().ok().map(|socket| socket.ip());
    bare.parse().ok().or_else(with_port)
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(ip) => write!(f, "{ip}"),
            IpAddr::V6(ip) => write!(f, "{ip}/64"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROXY: &str = "10.0.0.1";

    fn counted(peer: &str, lines: &[&str]) -> String {
        let trusted = [PROXY.parse().unwrap(), "10.0.0.2".parse().unwrap()];
        Address::behind(peer.parse().unwrap(), lines.iter().copied(), &trusted).to_string()
    }

    #[test]
    fn addresses_of_one_network_of_64_bits_count_as_one() {
        let of = |text: &str| Address::of(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:203.0.113.9"), of("203.0.113.9"));
        assert_ne!(of("203.0.113.9"), of("203.0.113.8"));
        assert_eq!(of("2001:db8:1:2::1").to_string(), "2001:db8:1:2::/64");
    }

    #[test]
    fn only_what_a_trusted_proxy_appended_is_believed() {
        assert_eq!(counted("203.0.113.9", &[]), "203.0.113.9");
        assert_eq!(counted("203.0.113.9", &["198.51.100.7"]), "203.0.113.9", "nobody's proxy");
        assert_eq!(counted(PROXY, &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(counted("::ffff:10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(counted(PROXY, &["192.0.2.1, 198.51.100.7"]), "198.51.100.7", "forged");
        assert_eq!(counted(PROXY, &["192.0.2.1", "198.51.100.7"]), "198.51.100.7", "two lines");
        assert_eq!(counted(PROXY, &["192.0.2.1, 198.51.100.7, 10.0.0.2"]), "198.51.100.7");
    }

    #[test]
    fn garbage_and_silence_count_for_the_proxy() {
        for lines in [&[][..], &[""], &["unknown"], &["198.51.100.7, unknown"], &["1.2.3.4,"]] {
            assert_eq!(counted(PROXY, lines), PROXY, "{lines:?}");
        }
        assert_eq!(counted(PROXY, &["1.2.3.4, garbage, 10.0.0.2"]), "10.0.0.2");
        assert_eq!(counted(PROXY, &["10.0.0.2"]), "10.0.0.2", "the inner proxy asked itself");
    }

    #[test]
    fn a_port_behind_an_address_is_not_part_of_it() {
        assert_eq!(counted(PROXY, &["198.51.100.7:4711"]), "198.51.100.7");
        assert_eq!(counted(PROXY, &["[2001:db8::1]:4711"]), "2001:db8::/64");
        assert_eq!(counted(PROXY, &["[2001:db8::1]"]), "2001:db8::/64");
    }
}
