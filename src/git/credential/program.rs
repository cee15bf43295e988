//! Programs that know secrets: run with a limit, their answers never shown.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use secrecy::SecretString;

/// A helper may open a window and wait for its user.
const PATIENCE: Duration = Duration::from_mins(5);
/// More than any login.
const LONGEST: u64 = 64 * 1024;

/// What `program` prints, when it ends well. It is told `input`, and nothing secret in its arguments.
pub fn output(program: &str, arguments: &[&str], input: &str) -> Option<SecretString> {
    let mut command = Command::new(program);
    command.args(arguments).env("GIT_TERMINAL_PROMPT", "0");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
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
    let Ok(text) = read.recv_timeout(PATIENCE) else {
        let _ = child.kill();
        let _ = child.wait();
        return None;
    };
    child.wait().ok()?.success().then_some(text?.into())
}
