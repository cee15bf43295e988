//! Whether a port can be had.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, UdpSocket};

use super::{Protocol, Wanted};

/// The first port from the wanted one on that is free and not among `taken`.
pub fn first_free(wanted: &Wanted, taken: &BTreeSet<u16>) -> Option<u16> {
    let free = |port: &u16| !taken.contains(port) && is_free(&Wanted { port: *port, ..wanted.clone() });
    (wanted.port..=u16::MAX).find(free)
}

/// Whether nobody has the port, at any of the addresses it would be reached at.
pub(super) fn is_free(wanted: &Wanted) -> bool {
    let addresses: &[IpAddr] = match wanted.bind {
        None => &[IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::UNSPECIFIED)],
        Some(bind) if bind.is_unspecified() => {
            &[IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::UNSPECIFIED)]
        }
        // `localhost` is either: who listens at the other one would be reached in our place.
        Some(bind) if bind.is_loopback() => {
            &[IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)]
        }
        Some(bind) => &[bind],
    };
    addresses.iter().all(|address| {
        let address = SocketAddr::new(*address, wanted.port);
        let bound = match wanted.protocol {
            Protocol::Tcp => TcpListener::bind(address).map(drop),
            Protocol::Udp => UdpSocket::bind(address).map(drop),
        };
        // A family that is off, a low port, an address of elsewhere: the engine will say what it thinks of it.
        !bound.is_err_and(|error| error.kind() == ErrorKind::AddrInUse)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(bind: Option<&str>, port: u16) -> Wanted {
        let bind = bind.map(|bind| bind.parse().unwrap());
        Wanted { service: "web".to_owned(), bind, port, protocol: Protocol::Tcp }
    }

    #[test]
    fn a_port_is_busy_whichever_family_has_it() {
        for address in ["127.0.0.1:0", "0.0.0.0:0", "[::1]:0", "[::]:0"] {
            let listener = TcpListener::bind(address).unwrap();
            let port = listener.local_addr().unwrap().port();
            for bind in [None, Some("127.0.0.1"), Some("0.0.0.0")] {
                assert!(!is_free(&wanted(bind, port)), "{address} against {bind:?}");
            }
            assert_ne!(first_free(&wanted(None, port), &BTreeSet::new()), Some(port));
        }
    }

    #[test]
    fn the_next_port_that_is_free_and_not_promised_is_taken() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let found = first_free(&wanted(Some("127.0.0.1"), port), &BTreeSet::new()).unwrap();
        assert!(found > port);
        let next = first_free(&wanted(Some("127.0.0.1"), port), &BTreeSet::from([found])).unwrap();
        assert!(next > found);
    }

    #[test]
    fn udp_and_tcp_do_not_meet() {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let port = socket.local_addr().unwrap().port();
        let udp = Wanted { protocol: Protocol::Udp, ..wanted(Some("127.0.0.1"), port) };
        assert!(!is_free(&udp));
    }
}
