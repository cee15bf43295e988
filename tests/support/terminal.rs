//! `orchcli` on a terminal.
#![allow(dead_code, reason = "each test binary uses its part")]
#![allow(clippy::expect_used, clippy::panic, reason = "a failed expectation is a failed test")]

use std::io::{Read, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::engine;

/// `orchcli` on a terminal.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    _master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    bytes: Receiver<Vec<u8>>,
    shown: String,
    /// The beginning of a sign that has not come whole yet.
    begun: Vec<u8>,
    /// Where what was waited for ends.
    awaited: usize,
}

impl Terminal {
    /// Starts it in the folder `project` of a home.
    pub fn start(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_orchcli"));
        command.args(arguments);
        command.cwd(folder.join("project"));
        command.env_clear();
        let host = engine::host();
        for (name, value) in [
            ("PATH", "/usr/local/bin:/usr/bin:/bin"),
            ("HOME", folder.to_str().expect("UTF-8")),
            ("DOCKER_HOST", &host),
            ("TERM", "xterm"),
            ("LANG", "C.UTF-8"),
        ]
        .iter()
        .chain(variables)
        {
            command.env(name, value);
        }
        Self::run(command)
    }

    /// Starts a command as it is.
    pub fn run(command: CommandBuilder) -> Self {
        let size = PtySize { rows: 24, cols: 100, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a terminal");
        let child = pair.slave.spawn_command(command).expect("orchcli runs");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let writer = pair.master.take_writer().expect("a writer");
        let (told, bytes) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                if told.send(buffer[..read].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            child,
            _master: pair.master,
            writer,
            bytes,
            shown: String::new(),
            begun: Vec::new(),
            awaited: 0,
        }
    }

    /// Waits until the terminal shows `wanted`.
    #[track_caller]
    pub fn until(&mut self, wanted: &str) {
        self.awaited = 0;
        self.then(wanted);
    }

    /// Waits until it shows `wanted` behind what was waited for before.
    #[track_caller]
    pub fn then(&mut self, wanted: &str) {
        loop {
            if let Some(found) = self.shown[self.awaited..].find(wanted) {
                self.awaited += found + wanted.len();
                return;
            }
            let Ok(bytes) = self.bytes.recv_timeout(Duration::from_mins(1)) else {
                panic!("{wanted:?} does not come: {}", self.shown);
            };
            self.show(&bytes);
        }
    }

    /// Forgets what was shown so far.
    pub fn forget(&mut self) {
        self.shown.clear();
        self.awaited = 0;
    }

    /// Presses keys.
    pub fn press(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).expect("written");
        self.writer.flush().expect("written");
    }

    /// Waits for the end; what was shown, and the code.
    pub fn end(mut self) -> (String, u32) {
        let status = self.child.wait().expect("it ends");
        // The terminal ends with the last that has it.
        while let Ok(bytes) = self.bytes.recv() {
            self.show(&bytes);
        }
        (self.shown, status.exit_code())
    }

    fn show(&mut self, bytes: &[u8]) {
        self.begun.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&self.begun) {
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Ok(_) | Err(_) => self.begun.len(),
        };
        let bytes: Vec<u8> = self.begun.drain(..whole).collect();
        self.shown.push_str(&String::from_utf8_lossy(&bytes));
    }
}

/// The cursor is shown at the end: hidden less often, or shown after it was hidden last.
#[track_caller]
pub fn cursor_is_back(shown: &str) {
    let (hidden, back) = (shown.rfind("\x1b[?25l"), shown.rfind("\x1b[?25h"));
    assert!(hidden.is_none() || hidden < back, "{shown:?}");
}
