//! Programs that a test makes and runs.
//!
//! Others write them: what this process has open for writing, a program that another test starts at the same moment has
//! open too, and a file that somebody may write to cannot be run.
#![allow(dead_code, reason = "each test binary uses its part")]
#![allow(clippy::expect_used, reason = "a failed expectation is a failed test")]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Writes a script that everybody may run.
#[track_caller]
pub fn script(path: &Path, text: &str) {
    let mut shell = Command::new("sh");
    shell.args(["-c", "cat >\"$0\" && chmod 755 \"$0\""]).arg(path).stdin(Stdio::piped());
    let mut child = shell.spawn().expect("sh runs");
    child.stdin.take().expect("stdin").write_all(text.as_bytes()).expect("written");
    assert!(child.wait().expect("it ends").success());
}

/// Copies a program.
#[track_caller]
pub fn copy(from: impl AsRef<Path>, to: &Path) {
    assert!(Command::new("cp").arg(from.as_ref()).arg(to).status().expect("cp runs").success());
}
