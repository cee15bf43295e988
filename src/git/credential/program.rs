//! Programs that know secrets: run with a limit, their answers never shown.

use std::io::{IsTerminal, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use secrecy::SecretString;

use crate::git::transfer::Transfer;

/// A helper may open a window and wait for its user.
const PATIENCE: Duration = Duration::from_mins(5);
/// Whoever is not answered by then is told what is waited for.
const SILENCE: Duration = Duration::from_secs(3);
/// How often it is seen whether it is still waited for.
const LOOK: Duration = Duration::from_millis(50);
/// The same, for one that has said all that it says.
const BRIEFLY: Duration = Duration::from_millis(2);
/// More than any login.
const LONGEST: u64 = 64 * 1024;

/// What `program` prints, when it ends well. It is told `input`, and nothing secret in its arguments. `transfer` hears
/// that `what` is waited for, and ends it, with all that it started, when it ends itself.
pub fn output(
    (what, transfer): (&str, &Transfer),
    program: &str,
    arguments: &[&str],
    input: &str,
) -> Option<SecretString> {
    let mut command = Command::new(program);
    command.args(arguments).env("GIT_TERMINAL_PROMPT", "0");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    #[cfg(unix)]
    if !std::io::stdin().is_terminal() {
        // At a terminal it may ask there, which a group in the background cannot, and Ctrl-C reaches all of ours.
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
    }
    let mut child = command.spawn().ok()?;
    // One that does not read its input has no use for it.
    let _ = child.stdin.take()?.write_all(input.as_bytes());
    let mut stdout = child.stdout.take()?.take(LONGEST);
    let (done, read) = mpsc::channel();
    let reader = move || {
        let mut text = String::new();
        let read = stdout.read_to_string(&mut text);
        drop(done.send(read.is_ok().then_some(text)));
    };
    thread::Builder::new().name("credential".to_owned()).spawn(reader).ok()?;
    let mut waiting = Waiting { what, transfer, began: Instant::now(), told: false };
    let ended = transfer.asking(|| {
        let text = loop {
            match read.recv_timeout(LOOK) {
                Ok(text) => break text,
                Err(RecvTimeoutError::Disconnected) => break None,
                Err(RecvTimeoutError::Timeout) if waiting.goes_on() => {}
                Err(RecvTimeoutError::Timeout) => return None,
            }
        };
        loop {
            match child.try_wait() {
                Ok(Some(status)) => return Some(text.filter(|_| status.success())),
                Ok(None) if waiting.goes_on() => thread::sleep(BRIEFLY),
                Ok(None) | Err(_) => return None,
            }
        }
    });
    if ended.is_none() {
        end(&mut child);
    }
    Some(ended??.into())
}

/// How long a program was waited for.
struct Waiting<'a> {
    what: &'a str,
    transfer: &'a Transfer,
    began: Instant,
    told: bool,
}

impl Waiting<'_> {
    /// Whether it is waited for any longer; tells that it is.
    fn goes_on(&mut self) -> bool {
        let waited = self.began.elapsed();
        if !self.told && waited >= SILENCE {
            self.told = true;
            self.transfer.waits(self.what);
        }
        self.transfer.goes_on() && waited < PATIENCE
    }
}

/// Ends it with what it started: a window that it opened would stay.
fn end(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        // A group that is gone hears nothing.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    // It may have ended by itself.
    let _ = child.kill();
    let _ = child.wait();
}
