//! An engine behind `ssh`: its `docker system dial-stdio` is the connection, as for Docker's own client.

use std::io;
use std::pin::Pin;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, Join, ReadBuf};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};

/// How many bytes of what `ssh` complains about are kept.
const SAID: u64 = 4096;

/// The last complaints of `ssh`. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Said(Arc<Mutex<String>>);

impl Said {
    /// The words, in one line.
    pub fn words(&self) -> Option<String> {
        let text = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let words: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        (!words.is_empty()).then(|| words.join("; "))
    }

    async fn listen(self, stderr: ChildStderr) {
        let mut bytes = Vec::new();
        // What could be read before an error is worth as much.
        let _ = stderr.take(SAID).read_to_end(&mut bytes).await;
        let words = String::from_utf8_lossy(&bytes).into_owned();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = words;
    }
}

/// Starts `ssh` to the host; that it got there is seen by what comes through it.
pub fn dial(
    user: Option<&str>,
    host: &str,
    port: Option<u16>,
    socket: Option<&str>,
    said: &Said,
) -> io::Result<Tunnel> {
    let mut command = Command::new("ssh");
    command.args(["-T", "-o", "ConnectTimeout=5"]);
    if let Some(user) = user {
        command.args(["-l", user]);
    }
    if let Some(port) = port {
        command.args(["-p", &port.to_string()]);
    }
    // A host that begins with a dash is no option.
    command.args(["--", host, "docker"]);
    if let Some(socket) = socket {
        command.arg("--host").arg(shell_word(&format!("unix://{socket}")));
    }
    command.args(["system", "dial-stdio"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn()?;
    let (Some(stdin), Some(stdout), Some(stderr)) =
        (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return Err(io::ErrorKind::BrokenPipe.into());
    };
    tokio::spawn(said.clone().listen(stderr));
    Ok(Tunnel { bytes: tokio::io::join(stdout, stdin), _child: child })
}

/// The shell over there splits what it is sent.
fn shell_word(text: &str) -> String {
    shlex::try_quote(text).map(std::borrow::Cow::into_owned).unwrap_or_default()
}

/// A connection through a running `ssh`, which ends with it.
pub struct Tunnel {
    bytes: Join<ChildStdout, ChildStdin>,
    _child: Child,
}

impl AsyncRead for Tunnel {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        to: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.bytes).poll_read(cx, to)
    }
}

impl AsyncWrite for Tunnel {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.bytes).poll_write(cx, from)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.bytes).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.bytes).poll_shutdown(cx)
    }
}
