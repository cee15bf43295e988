//! The log of a local process: lines with their times, put aside when it grows (cli.md 3.2).

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::file::{older, path, written};
use crate::docker::Stdio;

/// Size from which a log is put aside, in bytes.
const LARGE: u64 = 10 * 1024 * 1024;

/// A log that is written.
#[derive(Debug)]
pub struct Log {
    path: PathBuf,
    file: File,
    size: u64,
}

impl Log {
    /// Opens the log of a service, to write behind what is there.
    pub fn open(folder: &Path, service: &str) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let path = path(folder, service);
        let file = File::options().create(true).append(true).open(&path)?;
        let size = file.metadata()?.len();
        Ok(Self { path, file, size })
    }

    /// Writes a line.
    pub fn write(&mut self, time: Timestamp, stream: Stdio, text: &str) -> io::Result<()> {
        if self.size > LARGE {
            self.put_aside()?;
        }
        let line = written(time, stream, text);
        self.size += line.len() as u64;
        self.file.write_all(line.as_bytes())
    }

    fn put_aside(&mut self) -> io::Result<()> {
        let older = older(&self.path);
        for pair in older.windows(2).rev() {
            match fs::rename(&pair[0], &pair[1]) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                Ok(()) | Err(_) => {}
            }
        }
        fs::rename(&self.path, &older[0])?;
        self.file = File::options().create(true).append(true).open(&self.path)?;
        self.size = 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_log_is_put_aside_three_times_over() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = Log::open(folder.path(), "core").unwrap();
        for text in ["one", "two", "three", "four", "five"] {
            log.write(Timestamp::UNIX_EPOCH, Stdio::Out, text).unwrap();
            log.size = LARGE + 1;
        }
        let of = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap_or_default();
        let shown = ["core.log", "core.log.1", "core.log.2", "core.log.3", "core.log.4"].map(of);
        for (shown, text) in shown.iter().zip(["five", "four", "three", "two"]) {
            assert_eq!(*shown, format!("1970-01-01T00:00:00.000000000Z stdout {text}\n"));
        }
        assert_eq!(shown[4], "");
    }
}
