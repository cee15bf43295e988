//! Where an engine is: `unix:///var/run/docker.sock`, `tcp://host:2376`, `ssh://me@host` (cli.md 8.1).

use std::fmt;
use std::path::PathBuf;

use thiserror::Error;
use url::Url;

/// Ports of engines that nobody gave another one: in the clear and by TLS.
const PORTS: (u16, u16) = (2375, 2376);

/// The address of an engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A socket of this machine.
    Unix(PathBuf),
    /// A named pipe of this machine, as Windows writes it: `\\.\pipe\docker_engine`.
    Pipe(String),
    /// A port.
    Tcp {
        /// Name or address; IPv6 in brackets.
        host: String,
        /// The port, when one is named.
        port: Option<u16>,
    },
    /// Through `ssh` to the host the engine runs on.
    Ssh {
        /// Whom to be there, when it is named.
        user: Option<String>,
        /// The host.
        host: String,
        /// The port of its SSH server, when one is named.
        port: Option<u16>,
        /// The engine's socket there, when it is named.
        socket: Option<String>,
    },
}

/// Why a text is no address of an engine. The text is not repeated: it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AddressError {
    /// Not a URL.
    #[error("this is not an address such as unix:///var/run/docker.sock, tcp://host:2376 or ssh://user@host")]
    Shape,
    /// A scheme nobody speaks.
    #[error("engines are reached by unix://, npipe://, tcp:// or ssh://, and by nothing else")]
    Scheme,
    /// A path after the host.
    #[error("the address of an engine at a port ends with the port")]
    Path,
    /// A password.
    #[error("an address holds no password: ssh asks for it, or uses a key")]
    Password,
    /// What `ssh` would take for an option.
    #[error("the host and the user of an engine do not begin with a hyphen")]
    Hyphen,
}

impl Address {
    /// Reads an address.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let (scheme, rest) = text.split_once("://").ok_or(AddressError::Shape)?;
        match scheme {
            "unix" if rest.starts_with('/') => Ok(Self::Unix(rest.into())),
            "npipe" if !rest.is_empty() => Ok(Self::Pipe(rest.replace('/', "\\"))),
            "tcp" | "ssh" => Self::remote(&Url::parse(text).map_err(|_| AddressError::Shape)?),
            "unix" | "npipe" => Err(AddressError::Shape),
            _ => Err(AddressError::Scheme),
        }
    }

    fn remote(url: &Url) -> Result<Self, AddressError> {
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(AddressError::Shape)?.to_owned();
        if url.password().is_some() {
            return Err(AddressError::Password);
        }
        if host.starts_with('-') || url.username().starts_with('-') {
            return Err(AddressError::Hyphen);
        }
        let path = Some(url.path()).filter(|path| !matches!(*path, "" | "/")).map(str::to_owned);
        if url.scheme() == "tcp" {
            return match path {
                Some(_) => Err(AddressError::Path),
                None => Ok(Self::Tcp { host, port: url.port() }),
            };
        }
        let user = Some(url.username()).filter(|user| !user.is_empty()).map(str::to_owned);
        Ok(Self::Ssh { user, host, port: url.port(), socket: path })
    }

    /// The host of another machine, on which published ports are and bind mounts would be.
    pub fn remote_host(&self) -> Option<&str> {
        match self {
            Self::Unix(_) | Self::Pipe(_) => None,
            Self::Tcp { host, .. } if matches!(host.as_str(), "localhost" | "127.0.0.1" | "[::1]") => None,
            Self::Tcp { host, .. } | Self::Ssh { host, .. } => Some(host),
        }
    }

    /// Host and port as HTTP names them; an engine of this machine has none.
    pub(super) fn authority(&self, tls: bool) -> String {
        match self {
            Self::Unix(_) | Self::Pipe(_) | Self::Ssh { .. } => "localhost".to_owned(),
            Self::Tcp { host, port } => {
                format!("{host}:{}", port.unwrap_or(if tls { PORTS.1 } else { PORTS.0 }))
            }
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let port = |port: &Option<u16>| port.map(|port| format!(":{port}")).unwrap_or_default();
        match self {
            Self::Unix(path) => write!(f, "unix://{}", path.display()),
            Self::Pipe(name) => write!(f, "npipe://{}", name.replace('\\', "/")),
            Self::Tcp { host, port: at } => write!(f, "tcp://{host}{}", port(at)),
            Self::Ssh { user, host, port: at, socket } => {
                let user = user.as_ref().map(|user| format!("{user}@")).unwrap_or_default();
                write!(f, "ssh://{user}{host}{}{}", port(at), socket.as_deref().unwrap_or_default())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_written_as_it_was_read() {
        for text in [
            "unix:///var/run/docker.sock",
            "npipe:////./pipe/docker_engine",
            "tcp://10.0.0.4:2376",
            "tcp://[::1]:2375",
            "tcp://engine.example",
            "ssh://me@host:2222/run/user/1000/docker.sock",
            "ssh://host",
        ] {
            assert_eq!(Address::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_address_is_refused_with_the_reason() {
        for (text, why) in [
            ("/var/run/docker.sock", AddressError::Shape),
            ("unix://docker.sock", AddressError::Shape),
            ("ftp://host", AddressError::Scheme),
            ("tcp://host:2375/prefix", AddressError::Path),
            ("tcp://", AddressError::Shape),
            ("ssh://me:secret@host", AddressError::Password),
            ("ssh://-oProxyCommand=x/", AddressError::Hyphen),
            ("ssh://-oProxyCommand=x@host", AddressError::Hyphen),
        ] {
            assert_eq!(Address::parse(text), Err(why), "{text}");
        }
    }

    #[test]
    fn a_port_nobody_names_is_the_one_of_the_protocol() {
        let address = Address::parse("tcp://engine").unwrap();
        assert_eq!(
            (address.authority(false).as_str(), address.authority(true).as_str()),
            ("engine:2375", "engine:2376")
        );
    }

    #[test]
    fn only_another_machine_is_remote() {
        assert_eq!(Address::parse("tcp://127.0.0.1:2375").unwrap().remote_host(), None);
        assert_eq!(Address::parse("ssh://me@far").unwrap().remote_host(), Some("far"));
    }
}
