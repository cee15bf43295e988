//! One at a time: a lock of the operating system on a file that tells who holds it (cli.md 2.8, 4.6).
//!
//! A lock whose process is gone is free, whatever the file says. Where the file system knows no locks, a file that can
//! be made only once stands in for them.

mod beside;
mod holder;

pub use holder::Holder;

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rand::RngExt as _;
use thiserror::Error;

/// Shortest and longest pause between two tries, in milliseconds: apart, so that waiters do not move in step.
const PAUSE: std::ops::Range<u64> = 5..40;

/// Why a lock could not be had.
#[derive(Debug, Error)]
pub enum Error {
    /// Somebody else has it, and kept it for as long as we waited.
    #[error("{} is locked by {}", path.display(), holder.as_ref().map_or_else(|| "another process".to_owned(), ToString::to_string))]
    Held {
        /// The lock file.
        path: PathBuf,
        /// Who, when the file tells.
        holder: Option<Holder>,
    },
    /// The lock file cannot be used.
    #[error("the lock {} cannot be used", path.display())]
    Unusable {
        /// The lock file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// A lock that is held, until this value goes.
#[derive(Debug)]
pub struct Lock(Kind);

#[derive(Debug)]
enum Kind {
    /// The system's, on this file.
    System(File),
    /// The stand-in.
    Beside(PathBuf),
}

impl Drop for Lock {
    fn drop(&mut self) {
        // What the file tells goes with the lock. Who comes next writes its own name; an old one would only mislead.
        let _ = match &self.0 {
            Kind::System(file) => file.set_len(0),
            Kind::Beside(path) => fs::remove_file(path),
        };
    }
}

/// Takes the lock, waiting at most `patience`; `waiting` is told whom for, once for each. Many who wait get it one after
/// the other, as the system queues them.
pub fn take(
    path: &Path,
    command: &str,
    patience: Duration,
    mut waiting: impl FnMut(&Holder),
) -> Result<Lock, Error> {
    let mut wait = Wait::new(patience);
    let mut found = attempt(path, command)?;
    loop {
        let left = match wait.after(path, found, &mut waiting)? {
            ControlFlow::Break(lock) => return Ok(lock),
            ControlFlow::Continue(left) => left,
        };
        found = match queue(path, left)? {
            Queued::Locked(file) => claim(path, file, command)?,
            Queued::Timeout => attempt(path, command)?,
            Queued::NoLocks => {
                std::thread::sleep(left.min(pause()));
                attempt(path, command)?
            }
        };
    }
}

/// The same for who must not block a thread.
pub async fn take_async(
    path: &Path,
    command: &str,
    patience: Duration,
    mut waiting: impl FnMut(&Holder),
) -> Result<Lock, Error> {
    let mut wait = Wait::new(patience);
    loop {
        match wait.after(path, attempt(path, command)?, &mut waiting)? {
            ControlFlow::Break(lock) => return Ok(lock),
            ControlFlow::Continue(left) => tokio::time::sleep(left.min(pause())).await,
        }
    }
}

/// Who holds the lock now; nobody when it is free.
pub fn holder(path: &Path) -> Option<Holder> {
    let file = File::open(path).ok()?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => holder::read(path),
        Ok(()) | Err(TryLockError::Error(_)) => None,
    }
}

/// Whether somebody holds the lock, told without writing anything.
pub fn is_held(path: &Path) -> io::Result<bool> {
    let file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        opened => opened?,
    };
    match file.try_lock_shared() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Whether a process that is gone left its lock, where the file system knows no locks.
pub fn is_left(path: &Path) -> bool {
    beside::is_left(path)
}

/// Takes a lock away that a process left which is gone.
pub fn free_left(path: &Path) -> io::Result<()> {
    beside::free_left(path)
}

enum Attempt {
    Taken(Lock),
    Held(Option<Holder>),
}

fn attempt(path: &Path, command: &str) -> Result<Attempt, Error> {
    let unusable = |source| Error::Unusable { path: path.to_owned(), source };
    let file = open(path).map_err(unusable)?;
    match file.try_lock() {
        Ok(()) => claim(path, file, command),
        Err(TryLockError::WouldBlock) => Ok(Attempt::Held(holder::read(path))),
        Err(TryLockError::Error(error)) if no_locks(&error) => match beside::attempt(path, command) {
            Ok(Ok(made)) => Ok(Attempt::Taken(Lock(Kind::Beside(made)))),
            Ok(Err(holder)) => Ok(Attempt::Held(holder)),
            Err(source) => Err(unusable(source)),
        },
        Err(TryLockError::Error(source)) => Err(unusable(source)),
    }
}

/// The lock of a file that is locked: it tells from now on who has it.
fn claim(path: &Path, mut file: File, command: &str) -> Result<Attempt, Error> {
    if !is_still(path, &file) {
        return Ok(Attempt::Held(None));
    }
    let line = Holder::this(command).to_line();
    let written = file
        .set_len(0)
        .and_then(|()| file.seek(SeekFrom::Start(0)))
        .and_then(|_| file.write_all(line.as_bytes()));
    unless_full(written).map_err(|source| Error::Unusable { path: path.to_owned(), source })?;
    Ok(Attempt::Taken(Lock(Kind::System(file))))
}

/// A full disk keeps nobody from the lock, which needs no room: it may be taken to make some.
fn unless_full(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => Ok(()),
        other => other,
    }
}

enum Queued {
    Locked(File),
    Timeout,
    NoLocks,
}

/// Waits in the system's queue. A thread does, for the system's own wait has no end; it ends with the process.
fn queue(path: &Path, patience: Duration) -> Result<Queued, Error> {
    let file = open(path).map_err(|source| Error::Unusable { path: path.to_owned(), source })?;
    let (done, locked) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let outcome = file.lock().map(|()| file);
        // Nobody may be waiting any more: the lock goes with the file.
        let _ = done.send(outcome);
    });
    match locked.recv_timeout(patience) {
        Ok(Ok(file)) => Ok(Queued::Locked(file)),
        Ok(Err(_)) => Ok(Queued::NoLocks),
        Err(_) => Ok(Queued::Timeout),
    }
}

/// How long is waited between two tries.
fn pause() -> Duration {
    Duration::from_millis(rand::rng().random_range(PAUSE))
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Whether the file that was locked is the one of that name: somebody may have removed it in between.
fn is_still(path: &Path, file: &File) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        match (fs::metadata(path), file.metadata()) {
            (Ok(named), Ok(locked)) => named.dev() == locked.dev() && named.ino() == locked.ino(),
            _ => false,
        }
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        fs::exists(path).unwrap_or(false)
    }
}

/// Whether the file system has no locks, as some network ones.
fn no_locks(error: &io::Error) -> bool {
    #[cfg(unix)]
    {
        use rustix::io::Errno;
        let known = [Errno::NOLCK, Errno::NOSYS, Errno::OPNOTSUPP, Errno::NOTSUP];
        known.iter().any(|errno| error.raw_os_error() == Some(errno.raw_os_error()))
    }
    #[cfg(not(unix))]
    {
        error.kind() == io::ErrorKind::Unsupported
    }
}

/// How long is waited, and who was told already.
struct Wait {
    until: Instant,
    told: Option<Holder>,
}

impl Wait {
    fn new(patience: Duration) -> Self {
        Self { until: Instant::now() + patience, told: None }
    }

    /// The lock, or how much of the patience is left; with none, who has the lock is the error.
    fn after(
        &mut self,
        path: &Path,
        found: Attempt,
        waiting: &mut impl FnMut(&Holder),
    ) -> Result<ControlFlow<Lock, Duration>, Error> {
        let holder = match found {
            Attempt::Taken(lock) => return Ok(ControlFlow::Break(lock)),
            Attempt::Held(holder) => holder,
        };
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Error::Held { path: path.to_owned(), holder });
        }
        if let Some(holder) = holder
            && self.told.as_ref() != Some(&holder)
        {
            waiting(&holder);
            self.told = Some(holder);
        }
        Ok(ControlFlow::Continue(left))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_who_is_first_and_gets_it_after() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let first = take(&path, "start", Duration::ZERO, |_| {}).unwrap();
        assert_eq!(holder(&path).unwrap().command, "start");
        match take(&path, "stop", Duration::ZERO, |_| {}) {
            Err(Error::Held { holder: Some(holder), .. }) => {
                assert_eq!((holder.pid, holder.command.as_str()), (std::process::id(), "start"));
            }
            other => panic!("{other:?}"),
        }
        let mut told = Vec::new();
        let patience = Duration::from_millis(60);
        assert!(take(&path, "stop", patience, |holder| told.push(holder.command.clone())).is_err());
        assert_eq!(told, ["start"], "each holder is told once");
        assert!(is_held(&path).unwrap());
        drop(first);
        assert!(holder(&path).is_none());
        assert!(!is_held(&path).unwrap() && !is_held(&folder.path().join("none")).unwrap());
        // The thread of a wait that was given up has the lock for a moment when it is free.
        take(&path, "stop", Duration::from_secs(10), |_| {}).unwrap();
    }

    #[test]
    fn what_an_old_holder_left_does_not_lock() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        fs::write(&path, Holder::this("gone").to_line()).unwrap();
        assert!(holder(&path).is_none());
        take(&path, "start", Duration::ZERO, |_| {}).unwrap();
    }

    #[test]
    fn a_lock_file_in_a_folder_that_is_not_there_is_an_error() {
        let missing = Path::new("/no/such/folder/lock");
        assert!(matches!(take(missing, "x", Duration::ZERO, |_| {}), Err(Error::Unusable { .. })));
    }

    #[test]
    fn a_full_disk_keeps_nobody_from_the_lock() {
        for kind in [ErrorKind::StorageFull, ErrorKind::QuotaExceeded] {
            assert!(unless_full(Err(kind.into())).is_ok());
        }
        assert!(unless_full(Err(ErrorKind::PermissionDenied.into())).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn only_errors_that_mean_no_locks_lead_to_the_other_way() {
        use rustix::io::Errno;
        assert!(no_locks(&io::Error::from(Errno::NOLCK)));
        assert!(!no_locks(&io::Error::from(Errno::ACCESS)));
    }
}
