//! Connections to an engine: sockets, pipes, ports with and without TLS, and `ssh`.

mod dial;
mod link;
mod ssh;
mod tls;
mod wire;

pub(super) use wire::Wire;
