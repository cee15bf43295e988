//! Opens connections to one address.

use std::io;
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use http::Uri;
use tokio::net::TcpStream;
use tower::Service;

use super::link::Link;
use super::ssh::{self, Said};
use crate::docker::Address;

/// Opens a connection to its address, whatever the URL of the request says.
#[derive(Debug, Clone)]
pub struct Dial {
    /// Where to.
    pub address: Address,
    /// What `ssh` says meanwhile.
    pub said: Said,
}

impl Service<Uri> for Dial {
    type Response = Link;
    type Error = io::Error;
    type Future = BoxFuture<'static, io::Result<Link>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let Self { address, said } = self.clone();
        Box::pin(async move {
            match address {
                #[cfg(unix)]
                Address::Unix(path) => Ok(Link::new(tokio::net::UnixStream::connect(path).await?)),
                #[cfg(windows)]
                Address::Pipe(name) => {
                    Ok(Link::new(tokio::net::windows::named_pipe::ClientOptions::new().open(name)?))
                }
                #[cfg(not(unix))]
                Address::Unix(_) => Err(io::Error::from(io::ErrorKind::Unsupported)),
                #[cfg(not(windows))]
                Address::Pipe(_) => Err(io::Error::from(io::ErrorKind::Unsupported)),
                Address::Tcp { .. } => {
                    let authority = uri.authority().map(http::uri::Authority::as_str).unwrap_or_default();
                    let stream = TcpStream::connect(authority).await?;
                    stream.set_nodelay(true)?;
                    Ok(Link::new(stream))
                }
                Address::Ssh { user, host, port, socket } => {
                    ssh::dial(user.as_deref(), &host, port, socket.as_deref(), &said).map(Link::new)
                }
            }
        })
    }
}
