//! The socket of a `dev` in `.orchcli/run`: other commands ask it for what it alone can do, one line of JSON each way
//! (cli.md 3.5).

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::{AbortHandle, JoinSet};
use tokio_util::sync::CancellationToken;

use super::news::Order;
use super::session::Orders;

/// Its name.
const NAME: &str = "dev.sock";
/// Longest line that is read, in bytes.
const LONGEST: u64 = 64 * 1024;
/// How many may ask at once.
const GUESTS: usize = 32;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "order", rename_all = "lowercase")]
pub enum Request {
    /// Start a service anew.
    Restart {
        /// Which.
        service: String,
    },
    /// Build a service, and start it anew if that was good.
    Rebuild {
        /// Which.
        service: String,
    },
    /// End everything.
    Stop,
}

/// How that went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Reply {
    ok: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

/// A socket that is listened to as long as this lives.
#[derive(Debug)]
pub struct Socket {
    path: PathBuf,
    listening: AbortHandle,
}

impl Socket {
    /// Listens. `stop` is cancelled when everything is to end.
    pub fn listen(folder: &Path, orders: Orders, stop: CancellationToken) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let path = folder.join(NAME);
        // One that a killed dev left behind answers nobody; one that lives was refused before.
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
        let near = Near::of(folder)?;
        let listener = UnixListener::bind(near.path())?;
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        let listening = tokio::spawn(serve(listener, orders, stop)).abort_handle();
        Ok(Self { path, listening })
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.listening.abort();
        // Left behind, it is taken away by the next one.
        let _ = std::fs::remove_file(&self.path);
    }
}

async fn serve(listener: UnixListener, orders: Orders, stop: CancellationToken) {
    let mut guests = JoinSet::new();
    loop {
        tokio::select! {
            met = listener.accept() => {
                // Nobody more comes in while so many are there.
                let Ok((stream, _)) = met else { continue };
                if guests.len() < GUESTS {
                    guests.spawn(attend(stream, orders.clone(), stop.clone()));
                }
            }
            Some(_) = guests.join_next() => {}
        }
    }
}

async fn attend(stream: UnixStream, orders: Orders, stop: CancellationToken) {
    let (read, mut write) = stream.into_split();
    let how = match line(read).await {
        Ok(line) => match serde_json::from_str(&line) {
            Ok(Request::Restart { service }) => {
                orders.carried_out(&service, |waiter| Order::Restart(Some(waiter))).await
            }
            Ok(Request::Rebuild { service }) => {
                orders.carried_out(&service, |waiter| Order::Rebuild(Some(waiter))).await
            }
            Ok(Request::Stop) => {
                stop.cancel();
                Ok(())
            }
            Err(error) => Err(format!("that is no order: {error}")),
        },
        Err(error) => Err(error.to_string()),
    };
    let reply = Reply { ok: how.is_ok(), why: how.err() };
    if let Ok(text) = serde_json::to_string(&reply) {
        // Who left needs no reply.
        let _ = write.write_all((text + "\n").as_bytes()).await;
    }
}

async fn line(from: impl AsyncRead + Unpin) -> io::Result<String> {
    let mut line = String::new();
    BufReader::new(from).take(LONGEST).read_line(&mut line).await?;
    Ok(line)
}

/// Asks the `dev` of this folder, and waits until it has done it. An error is that there is none, the inner one is why
/// it did not.
pub async fn ask(folder: &Path, request: &Request) -> io::Result<Result<(), String>> {
    let (read, _write) = hand_in(folder, request).await?.into_split();
    let reply: Reply = serde_json::from_str(&line(read).await?)?;
    Ok(if reply.ok { Ok(()) } else { Err(reply.why.unwrap_or_default()) })
}

/// Asks, and does not wait for what comes of it.
pub async fn tell(folder: &Path, request: &Request) -> io::Result<()> {
    hand_in(folder, request).await.map(drop)
}

async fn hand_in(folder: &Path, request: &Request) -> io::Result<UnixStream> {
    let near = Near::of(folder)?;
    let mut stream = UnixStream::connect(near.path()).await?;
    stream.write_all((serde_json::to_string(request)? + "\n").as_bytes()).await?;
    Ok(stream)
}

/// A short way to a socket: its address holds some hundred bytes, and a project may lie deep.
struct Near {
    path: PathBuf,
    #[cfg(target_os = "linux")]
    _folder: std::fs::File,
}

impl Near {
    #[cfg(target_os = "linux")]
    fn of(folder: &Path) -> io::Result<Self> {
        use std::os::fd::AsRawFd;
        let folder = std::fs::File::open(folder)?;
        let path = PathBuf::from(format!("/proc/self/fd/{}", folder.as_raw_fd())).join(NAME);
        Ok(Self { path, _folder: folder })
    }

    #[cfg(not(target_os = "linux"))]
    fn of(folder: &Path) -> io::Result<Self> {
        Ok(Self { path: folder.join(NAME) })
    }

    fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dev::local::Session;

    #[tokio::test]
    async fn an_order_is_carried_out_before_it_is_answered_and_nonsense_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("d".repeat(120)).join("run");
        std::fs::create_dir_all(&deep).unwrap();
        let mut session = Session::default();
        session.add("core", |mut orders, _| async move {
            while let Some(order) = orders.recv().await {
                match order {
                    Order::Restart(Some(waiter)) => waiter.send(Ok(())).unwrap(),
                    Order::Rebuild(Some(waiter)) => waiter.send(Err("no Go".to_owned())).unwrap(),
                    Order::Restart(None) | Order::Rebuild(None) | Order::Stop => {}
                }
            }
            Ok(())
        });
        let stop = CancellationToken::new();
        let socket = Socket::listen(&deep, session.orders(), stop.clone()).unwrap();
        let core = || "core".to_owned();
        assert_eq!(ask(&deep, &Request::Restart { service: core() }).await.unwrap(), Ok(()));
        assert_eq!(ask(&deep, &Request::Rebuild { service: core() }).await.unwrap(), Err("no Go".to_owned()));
        let unknown = ask(&deep, &Request::Restart { service: "x".to_owned() }).await.unwrap();
        assert_eq!(unknown, Err("x does not run here".to_owned()));
        assert_eq!(ask(&deep, &Request::Stop).await.unwrap(), Ok(()));
        assert!(stop.is_cancelled());
        drop(socket);
        assert!(ask(&deep, &Request::Stop).await.is_err() && !deep.join(NAME).exists());
    }
}
