//! What an IP address is, as far as it decides whether the server may call it.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Addresses outside the link-local range at which a cloud answers its own machines.
const METADATA: [IpAddr; 4] = [
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    IpAddr::V4(Ipv4Addr::new(192, 0, 0, 192)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
];

/// The kind of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Reachable from the whole internet.
    Public,
    /// This machine.
    Loopback,
    /// A private network: RFC 1918, unique local, shared (carrier) space.
    Private,
    /// This link only; where clouds serve credentials to their machines.
    LinkLocal,
    /// A cloud's metadata service outside the link-local range.
    Metadata,
    /// Multicast, broadcast, documentation and other addresses nobody serves from.
    Special,
}

impl Kind {
    /// The kind of `address`. An IPv4 address inside an IPv6 one (mapped, translated, tunnelled) counts.
    pub fn of(address: IpAddr) -> Self {
        if METADATA.contains(&address) {
            return Self::Metadata;
        }
        match address {
            IpAddr::V4(v4) => of_v4(v4),
            IpAddr::V6(v6) => match embedded_v4(v6) {
                Some(v4) => Self::of(IpAddr::V4(v4)),
                None => of_v6(v6),
            },
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Public => "public",
            Self::Loopback => "loopback",
            Self::Private => "private",
            Self::LinkLocal => "link-local",
            Self::Metadata => "cloud metadata",
            Self::Special => "reserved",
        })
    }
}

fn of_v4(address: Ipv4Addr) -> Kind {
    let [a, b, c, _] = address.octets();
    match (a, b, c) {
        (127, ..) => Kind::Loopback,
        (10, ..) | (172, 16..=31, _) | (192, 168, _) | (100, 64..=127, _) => Kind::Private,
        (169, 254, _) => Kind::LinkLocal,
        // This network, protocol assignments, documentation, benchmarks, multicast, reserved.
        (0 | 224..=255, ..)
        | (192, 0, 0 | 2)
        | (192, 88, 99)
        | (198, 18 | 19, _)
        | (198, 51, 100)
        | (203, 0, 113) => Kind::Special,
        _ => Kind::Public,
    }
}

fn of_v6(address: Ipv6Addr) -> Kind {
    let segments = address.segments();
    match segments[0] {
        _ if address.is_loopback() => Kind::Loopback,
        0xfc00..=0xfdff => Kind::Private,
        0xfe80..=0xfebf => Kind::LinkLocal,
        0x2001 if segments[1] < 0x200 || segments[1] == 0xdb8 => Kind::Special,
        0x3fff if segments[1] < 0x1000 => Kind::Special,
        // Only 2000::/3 is given out as global unicast.
        0x2000..=0x3fff => Kind::Public,
        _ => Kind::Special,
    }
}

/// The IPv4 address in a mapped, compatible, NAT64 or 6to4 address.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let (high, low) = match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => (high, low),
        // `::` and `::1` are addresses of their own.
        [0, 0, 0, 0, 0, 0, high, low] if high != 0 => (high, low),
        _ => return None,
    };
    Some(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_range_has_its_kind() {
        for (address, kind) in [
            ("1.1.1.1", Kind::Public),
            ("172.32.0.1", Kind::Public),
            ("2606:4700::1111", Kind::Public),
            ("127.8.9.1", Kind::Loopback),
            ("::1", Kind::Loopback),
            ("10.0.0.1", Kind::Private),
            ("172.16.0.1", Kind::Private),
            ("172.31.255.255", Kind::Private),
            ("192.168.1.1", Kind::Private),
            ("100.64.0.1", Kind::Private),
            ("fd12::1", Kind::Private),
            ("169.254.169.254", Kind::LinkLocal),
            ("fe80::1", Kind::LinkLocal),
            ("100.100.100.200", Kind::Metadata),
            ("168.63.129.16", Kind::Metadata),
            ("fd00:ec2::254", Kind::Metadata),
            ("0.0.0.0", Kind::Special),
            ("::", Kind::Special),
            ("224.0.0.1", Kind::Special),
            ("255.255.255.255", Kind::Special),
            ("192.0.2.1", Kind::Special),
            ("198.18.0.1", Kind::Special),
            ("2001:db8::1", Kind::Special),
            ("ff02::1", Kind::Special),
        ] {
            assert_eq!(Kind::of(address.parse().unwrap()), kind, "{address}");
        }
    }

    #[test]
    fn an_ipv4_address_cannot_hide_inside_an_ipv6_one() {
        for (address, kind) in [
            ("::ffff:169.254.169.254", Kind::LinkLocal),
            ("::ffff:127.0.0.1", Kind::Loopback),
            ("::10.0.0.1", Kind::Private),
            ("64:ff9b::169.254.169.254", Kind::LinkLocal),
            ("2002:7f00:1::", Kind::Loopback),
            ("::ffff:1.1.1.1", Kind::Public),
            ("::ffff:0.0.0.0", Kind::Special),
        ] {
            assert_eq!(Kind::of(address.parse().unwrap()), kind, "{address}");
        }
    }
}
