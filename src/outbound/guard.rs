//! The check between a name's resolution and the connection: what is connected to is exactly what was checked.

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::dns::Name;
use tower::Service;

use super::address::Kind;
use crate::settings::Allowed;

/// How far requests may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Public addresses only.
    Public,
    /// Whatever an administrator of clusters may use, this machine included; never link-local and metadata
    /// addresses.
    Internal,
}

impl Reach {
    fn includes(self, kind: Kind) -> bool {
        match kind {
            Kind::Public => true,
            Kind::Loopback | Kind::Private | Kind::Special => self == Self::Internal,
            Kind::LinkLocal | Kind::Metadata => false,
        }
    }
}

/// An address the server may not call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{host} is at the {kind} address {address}, which this server does not call")]
pub struct Refused {
    /// The host as it was asked for.
    pub host: String,
    /// What it resolved to.
    pub address: IpAddr,
    /// Why it was refused.
    pub kind: Kind,
}

/// A resolver that answers only with addresses the server may call.
#[derive(Debug, Clone)]
pub struct Guard {
    reach: Reach,
    allow: Arc<[Allowed]>,
}

impl Guard {
    /// A guard for `reach`, widened by what an administrator allowed.
    pub fn new(reach: Reach, allow: impl Into<Arc<[Allowed]>>) -> Self {
        Self { reach, allow: allow.into() }
    }

    /// Refuses `host` when it is the literal of an address the server may not call. Connectors do not resolve
    /// literals, so this must come before a request is sent.
    pub fn check_literal(&self, host: &str) -> Result<(), Refused> {
        match host.trim_start_matches('[').trim_end_matches(']').parse() {
            Ok(address) => self.check(host, address),
            Err(_) => Ok(()),
        }
    }

    fn check(&self, host: &str, address: IpAddr) -> Result<(), Refused> {
        let kind = Kind::of(address);
        if self.reach.includes(kind) || self.allow.iter().any(|allowed| allowed.covers(host, address)) {
            return Ok(());
        }
        Err(Refused { host: host.to_owned(), address, kind })
    }

    /// The addresses of `host` that may be called (port 0), or the refusal when there is none.
    pub async fn resolve(&self, host: &str) -> Result<Vec<SocketAddr>, BoxError> {
        let mut refused = None;
        let mut addresses = Vec::new();
        for address in tokio::net::lookup_host((host, 0)).await? {
            match self.check(host, address.ip()) {
                Ok(()) => addresses.push(address),
                Err(error) => refused = Some(error),
            }
        }
        match refused {
            Some(error) if addresses.is_empty() => Err(error.into()),
            _ => Ok(addresses),
        }
    }
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Resolving<T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>>;

impl Service<Name> for Guard {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = BoxError;
    type Future = Resolving<Self::Response>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let guard = self.clone();
        Box::pin(async move { Ok(guard.resolve(name.as_str()).await?.into_iter()) })
    }
}

impl reqwest::dns::Resolve for Guard {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let addresses = guard.resolve(name.as_str()).await?;
            Ok(Box::new(addresses.into_iter()) as reqwest::dns::Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_is_checked_without_resolving() {
        let public = Guard::new(Reach::Public, []);
        let internal = Guard::new(Reach::Internal, []);
        assert!(public.check_literal("127.0.0.1").is_err());
        assert!(internal.check_literal("127.0.0.1").is_ok());
        assert!(internal.check_literal("[fe80::1]").is_err());
        assert!(internal.check_literal("169.254.169.254").is_err());
        assert!(public.check_literal("example.com").is_ok());
    }

    #[tokio::test]
    async fn a_name_that_resolves_to_a_refused_address_is_refused() {
        let error = Guard::new(Reach::Public, []).resolve("localhost").await.unwrap_err();
        assert_eq!(error.downcast_ref::<Refused>().unwrap().kind, Kind::Loopback);
    }

    #[tokio::test]
    async fn an_administrator_can_allow_a_host() {
        let guard = Guard::new(Reach::Public, ["localhost".parse::<Allowed>().unwrap()]);
        assert!(!guard.resolve("localhost").await.unwrap().is_empty());
    }
}
