//! Whether a port can be had.

use std::collections::BTreeSet;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use tokio::net::TcpSocket;

use super::{Protocol, Wanted};

/// The first port from the wanted one on that is free and not among `taken`.
pub fn first_free(wanted: &Wanted, taken: &BTreeSet<u16>) -> Option<u16> {
    first_free_of_all(std::slice::from_ref(wanted), taken)
}

/// The same for some that want one port, each in its way.
pub(super) fn first_free_of_all(together: &[Wanted], taken: &BTreeSet<u16>) -> Option<u16> {
    let at = |port| together.iter().map(move |wanted| Wanted { port, ..wanted.clone() });
    let free = |port: &u16| !taken.contains(port) && at(*port).all(|wanted| is_free(&wanted));
    (together.first()?.port..=u16::MAX).find(free)
}

/// Whether nobody has the port, at any of the addresses it would be reached at.
pub(super) fn is_free(wanted: &Wanted) -> bool {
    let addresses: &[IpAddr] = match wanted.bind {
        None => &[IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::UNSPECIFIED)],
        Some(bind) if bind.is_unspecified() => {
            &[IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::UNSPECIFIED)]
        }
        // `localhost` is either: who listens at the other one would be reached in our place.
        Some(IpAddr::V4(Ipv4Addr::LOCALHOST) | IpAddr::V6(Ipv6Addr::LOCALHOST)) => {
            &[IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)]
        }
        Some(bind) => &[bind],
    };
    addresses.iter().all(|address| {
        let address = SocketAddr::new(*address, wanted.port);
        let bound = match wanted.protocol {
            Protocol::Tcp => bind(address),
            Protocol::Udp => UdpSocket::bind(address).map(drop),
        };
        // A family that is off, a low port, an address of elsewhere: the engine will say what it thinks of it.
        !bound.is_err_and(|error| error.kind() == ErrorKind::AddrInUse)
    })
}

/// Takes an address and leaves it again. It does not listen: whoever looks at the same moment is not in the way then.
fn bind(address: SocketAddr) -> io::Result<()> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // Elsewhere than on Unix it would take the address away from who has it.
    socket.set_reuseaddr(cfg!(unix))?;
    socket.bind(address)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

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

    #[tokio::test]
    async fn who_only_looks_whether_a_port_is_free_does_not_have_it() {
        let looking = TcpSocket::new_v4().unwrap();
        looking.set_reuseaddr(true).unwrap();
        looking.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let port = looking.local_addr().unwrap().port();
        assert!(is_free(&wanted(Some("127.0.0.1"), port)));
        let _listener = looking.listen(1).unwrap();
        assert!(!is_free(&wanted(Some("127.0.0.1"), port)));
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
    fn another_loopback_address_is_looked_at_for_itself() {
        let listener = TcpListener::bind("127.0.0.2:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(!is_free(&wanted(Some("127.0.0.2"), port)));
        assert!(is_free(&wanted(Some("127.0.0.3"), port)));
    }

    #[test]
    fn udp_and_tcp_do_not_meet() {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let port = socket.local_addr().unwrap().port();
        let udp = Wanted { protocol: Protocol::Udp, ..wanted(Some("127.0.0.1"), port) };
        assert!(!is_free(&udp));
    }
}
