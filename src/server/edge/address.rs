//! Which address a request counts under: the socket's, unless a trusted proxy speaks for somebody.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::request::Parts;
use ipnet::IpNet;

use crate::server::App;

/// The other end of the socket.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

#[derive(Debug, Clone, Copy)]
struct Client(IpAddr);

/// Finds the client's address once, for limits and logs.
pub async fn resolve_client(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |Peer(address)| *address);
    let forwarded =
        request.headers().get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let client = client_behind(peer, forwarded, &app.rules.load().trusted_proxies);
    request.extensions_mut().insert(Client(client));
    next.run(request).await
}

/// The client's address, as [`resolve_client`] found it.
pub fn client_address(parts: &Parts) -> IpAddr {
    parts.extensions.get().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |Client(address)| *address)
}

/// The nearest address no trusted proxy vouches beyond: a forged header cannot reach past it.
fn client_behind<'a>(peer: IpAddr, forwarded: impl Iterator<Item = &'a str>, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(&address.to_canonical()));
    let hops: Vec<&str> = forwarded.flat_map(|line| line.split(',')).map(str::trim).collect();
    let mut client = peer.to_canonical();
    for hop in hops.into_iter().rev() {
        if !is_trusted(&client) {
            break;
        }
        match address_of(hop) {
            Some(address) => client = address.to_canonical(),
            None => break,
        }
    }
    client
}

/// Some proxies name the client's port too.
fn address_of(hop: &str) -> Option<IpAddr> {
    hop.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, header: &str, trusted: &[&str]) -> String {
        let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().unwrap()).collect();
        client_behind(peer.parse().unwrap(), std::iter::once(header), &trusted).to_string()
    }

    #[test]
    fn a_header_from_an_untrusted_peer_is_ignored() {
        assert_eq!(client("203.0.113.9", "198.51.100.1", &[]), "203.0.113.9");
        assert_eq!(client("203.0.113.9", "198.51.100.1", &["10.0.0.0/8"]), "203.0.113.9");
    }

    #[test]
    fn a_trusted_proxy_speaks_for_the_client_nearest_to_it() {
        assert_eq!(client("10.0.0.1", "1.2.3.4, 198.51.100.1", &["10.0.0.0/8"]), "198.51.100.1");
        assert_eq!(client("10.0.0.1", "198.51.100.1, 10.0.0.7", &["10.0.0.0/8"]), "198.51.100.1");
        assert_eq!(client("::ffff:10.0.0.1", "198.51.100.1", &["10.0.0.0/8"]), "198.51.100.1");
    }

    #[test]
    fn a_port_beside_the_address_is_left_out() {
        assert_eq!(client("10.0.0.1", "198.51.100.1:50712", &["10.0.0.0/8"]), "198.51.100.1");
        assert_eq!(client("10.0.0.1", "[2001:db8::1]:443", &["10.0.0.0/8"]), "2001:db8::1");
    }

    #[test]
    fn a_header_that_is_no_address_stops_the_walk() {
        assert_eq!(client("10.0.0.1", "unknown", &["10.0.0.0/8"]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", "", &["10.0.0.0/8"]), "10.0.0.1");
    }
}
