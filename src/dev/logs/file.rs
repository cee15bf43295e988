//! The logs of local processes: files of lines with their times (cli.md 3.2).

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::{Entry, Origin, Query};
use crate::dev::record::Record;
use crate::docker::{Line, Stdio};

/// How many older files are kept beside the current one.
pub const KEPT: usize = 3;
/// Longest line that is read, in bytes.
const LONGEST: u64 = 1024 * 1024;
/// How the names of logs end.
const ENDING: &str = ".log";

/// The log of a service.
pub fn path(folder: &Path, service: &str) -> PathBuf {
    folder.join(format!("{service}{ENDING}"))
}

/// The older logs, the oldest last.
pub fn older(log: &Path) -> [PathBuf; KEPT] {
    std::array::from_fn(|index| PathBuf::from(format!("{}.{}", log.display(), index + 1)))
}

/// A line as it is written into a log.
pub fn written(time: Timestamp, stream: Stdio, text: &str) -> String {
    format!("{time:.9} {} {text}\n", stream.as_str())
}

/// The end of a log, and what is written behind it.
#[derive(Debug)]
pub struct Tail {
    origin: Arc<Origin>,
    path: PathBuf,
    folder: PathBuf,
    open: Option<File>,
    /// The beginning of a line.
    rest: Vec<u8>,
    last: Timestamp,
}

/// What the local processes that are wanted wrote.
pub(super) fn read_all(query: &Query) -> Vec<(Arc<Origin>, Vec<Entry>, Tail)> {
    let Some(folder) = &query.folder else { return Vec::new() };
    let Ok(listed) = fs::read_dir(folder) else { return Vec::new() };
    let mut services: Vec<String> = listed
        .filter_map(|entry| {
            entry.ok()?.file_name().into_string().ok()?.strip_suffix(ENDING).map(str::to_owned)
        })
        .filter(|service| query.wants(service))
        .collect();
    services.sort();
    services.into_iter().map(|service| read(folder, service, query)).collect()
}

fn read(folder: &Path, service: String, query: &Query) -> (Arc<Origin>, Vec<Entry>, Tail) {
    let path = path(folder, &service);
    let current = if query.previous {
        Record::read(&runs(folder), &service).map(|record| record.started_at)
    } else {
        None
    };
    let origin = Arc::new(Origin::Process { service });
    let mut tail = Tail {
        origin: Arc::clone(&origin),
        folder: folder.to_owned(),
        open: None,
        rest: Vec::new(),
        last: Timestamp::UNIX_EPOCH,
        path,
    };
    let mut entries = Vec::new();
    for older in older(&tail.path).iter().rev() {
        if let Ok(file) = File::open(older) {
            tail.take(BufReader::new(file), &mut entries);
        }
    }
    entries.extend(tail.more());
    entries.retain(|entry| {
        let time = entry.line.time;
        query.since.is_none_or(|since| time >= since)
            && query.until.is_none_or(|until| time <= until)
            && current.is_none_or(|current| time < current)
    });
    (origin, entries, tail)
}

/// Where the records of local processes lie, beside their logs.
fn runs(folder: &Path) -> PathBuf {
    folder.with_file_name("run")
}

impl Tail {
    /// Whether the process is there.
    pub fn is_alive(&self) -> bool {
        Record::read(&runs(&self.folder), self.origin.service()).is_some_and(|record| record.is_alive())
    }

    /// What was written since the last look, also into a file that was put aside meanwhile.
    pub fn more(&mut self) -> Vec<Entry> {
        let mut entries = Vec::new();
        if let Some(file) = self.open.take() {
            self.take(&file, &mut entries);
            if is_current(&file, &self.path) {
                self.open = Some(file);
                return entries;
            }
        }
        if let Ok(file) = File::open(&self.path) {
            self.take(&file, &mut entries);
            self.open = Some(file);
        }
        entries
    }

    fn take(&mut self, reader: impl Read, entries: &mut Vec<Entry>) {
        let mut reader = BufReader::new(reader);
        loop {
            let read = (&mut reader).take(LONGEST).read_until(b'\n', &mut self.rest).unwrap_or(0);
            let whole = self.rest.ends_with(b"\n");
            if !whole && (self.rest.len() as u64) < LONGEST {
                return;
            }
            let bytes = std::mem::take(&mut self.rest);
            let line = parsed(bytes.strip_suffix(b"\n").unwrap_or(&bytes), self.last);
            self.last = line.time;
            entries.push(Entry { origin: Arc::clone(&self.origin), line });
            if read == 0 {
                return;
            }
        }
    }
}

/// Whether an open file is the one of this name still, and has not been cut.
fn is_current(mut file: &File, path: &Path) -> bool {
    let (Ok(open), Ok(named), Ok(at)) = (file.metadata(), fs::metadata(path), file.stream_position()) else {
        return false;
    };
    if open.len() < at {
        return file.seek(SeekFrom::Start(0)).is_ok() && same(&open, &named);
    }
    same(&open, &named)
}

#[cfg(unix)]
fn same(open: &fs::Metadata, named: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (open.dev(), open.ino()) == (named.dev(), named.ino())
}

#[cfg(not(unix))]
fn same(open: &fs::Metadata, named: &fs::Metadata) -> bool {
    open.created().ok() == named.created().ok()
}

/// A line of ours has its time and stream in front. A server that writes its log itself has a time of its own; a line
/// without any is of the time of the one before it.
fn parsed(bytes: &[u8], last: Timestamp) -> Line {
    let text = String::from_utf8_lossy(bytes);
    let mut words = text.splitn(3, ' ');
    let time = words.next().and_then(|word| word.parse::<Timestamp>().ok());
    let stream = match words.next() {
        Some("stdout") => Some(Stdio::Out),
        Some("stderr") => Some(Stdio::Err),
        Some(_) | None => None,
    };
    if let (Some(time), Some(stream)) = (time, stream) {
        let text = words.next().unwrap_or_default().as_bytes().to_vec();
        return Line { time, stream, text };
    }
    let named = || {
        let fields: Value = text.starts_with('{').then(|| serde_json::from_str(&text).ok())??;
        fields.get("timestamp")?.as_str()?.parse().ok()
    };
    let time = time.or_else(named).unwrap_or(last);
    Line { time, stream: Stdio::Out, text: bytes.to_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_read_on_through_being_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        let logs = folder.path().join("logs");
        fs::create_dir(&logs).unwrap();
        let log = path(&logs, "core");
        let time: Timestamp = "2026-11-25T10:00:00Z".parse().unwrap();
        let append = |text: &str| {
            use std::io::Write as _;
            File::options().create(true).append(true).open(&log).unwrap().write_all(text.as_bytes()).unwrap();
        };
        append(&written(time, Stdio::Out, "one"));
        append("2026-11-25T10:00:01Z  INFO of a server\n  behind it\n");
        append("2026-11-25T10:00:02Z stderr be");
        let query = Query { folder: Some(logs.clone()), ..Query::default() };
        let (_, entries, mut tail) = read_all(&query).remove(0);
        let texts = |entries: &[Entry]| -> Vec<String> {
            let of = |entry: &Entry| {
                let text = String::from_utf8_lossy(&entry.line.text).into_owned();
                format!("{} {} {text}", entry.line.time, entry.line.stream.as_str())
            };
            entries.iter().map(of).collect()
        };
        assert_eq!(
            texts(&entries),
            [
                "2026-11-25T10:00:00Z stdout one",
                "2026-11-25T10:00:01Z stdout 2026-11-25T10:00:01Z  INFO of a server",
                "2026-11-25T10:00:01Z stdout   behind it",
            ]
        );
        append("gun\n");
        fs::rename(&log, &older(&log)[0]).unwrap();
        append(&written(time, Stdio::Err, "new file"));
        assert_eq!(
            texts(&tail.more()),
            ["2026-11-25T10:00:02Z stderr begun", "2026-11-25T10:00:00Z stderr new file"]
        );
        assert!(tail.more().is_empty());
        assert!(!tail.is_alive());
    }
}
