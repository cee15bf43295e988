//! The folder, the lock and the file of a database.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::{fault, functions, schema};
use crate::store::Error;

/// How long to wait for another program that has the file locked.
const PATIENCE: Duration = Duration::from_secs(5);
/// Prepared statements a connection keeps.
const STATEMENTS: usize = 64;
/// Files up to this size are checked as a whole when they are opened; larger ones as they are read.
const CHECKED: u64 = 32 * 1024 * 1024;

/// The database file in `dir`.
pub fn database(dir: &Path) -> PathBuf {
    dir.join("orchcli.db")
}

/// Makes `dir` if it is missing, readable only by this user.
pub fn folder(dir: &Path) -> Result<(), Error> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).map_err(|source| Error::Folder { path: dir.to_owned(), source })
}

/// Takes the lock of `dir`. The system frees it when the file is dropped or the process dies.
pub fn lock(dir: &Path) -> Result<File, Error> {
    let path = dir.join("lock");
    let failed = |source| Error::Folder { path: path.clone(), source };
    let mut file = private(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            let read = file.take(300).read_to_string(&mut holder);
            let holder = match (read, holder.trim()) {
                (Ok(_), named) if !named.is_empty() => named.to_owned(),
                _ => "another process".to_owned(),
            };
            return Err(Error::InUse { dir: dir.to_owned(), holder });
        }
        Err(TryLockError::Error(source)) => return Err(failed(source)),
    }
    let host = gethostname::gethostname();
    let holder = format!("process {} on host {}\n", std::process::id(), host.to_string_lossy());
    file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(holder.as_bytes())).map_err(
        |source| match source.kind() {
            std::io::ErrorKind::StorageFull => Error::Full { file: path.clone() },
            _ => failed(source),
        },
    )?;
    Ok(file)
}

/// Opens `file` for the one writer, making it when it is missing; refuses what is damaged or not ours.
pub fn read_write(file: &Path) -> Result<Connection, Error> {
    private(file).map_err(|source| Error::Folder { path: file.to_owned(), source })?;
    let explain = |error: rusqlite::Error| fault::explain(file, &error);
    let connection = connect(file, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(explain)?;
    schema::identify(file, &connection)?;
    let configure = || -> Result<(), rusqlite::Error> {
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.pragma_update(None, "journal_size_limit", 8 * 1024 * 1024)?;
        connection.pragma_update(None, "cache_size", -2_000)
    };
    configure().map_err(explain)?;
    check(file, &connection)?;
    Ok(connection)
}

/// Opens `file` for reading; the writer must have opened it before.
pub fn read_only(file: &Path) -> Result<Connection, Error> {
    let open = || -> Result<Connection, rusqlite::Error> {
        let connection = connect(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        connection.pragma_update(None, "cache_size", -1_000)?;
        functions::register(&connection)?;
        Ok(connection)
    };
    open().map_err(|error| fault::explain(file, &error))
}

/// Looks for damage, unless the file is too large to do that at every start.
fn check(file: &Path, connection: &Connection) -> Result<(), Error> {
    let size = fs::metadata(file).map_or(0, |metadata| metadata.len());
    if size > CHECKED {
        return Ok(());
    }
    let verdict = connection
        .query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0))
        .map_err(|error| fault::explain(file, &error))?;
    match verdict.as_str() {
        "ok" => Ok(()),
        _ => Err(Error::Corrupt { file: file.to_owned(), detail: verdict.replace('\n', " ") }),
    }
}

fn connect(file: &Path, access: OpenFlags) -> Result<Connection, rusqlite::Error> {
    let connection = Connection::open_with_flags(file, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

/// Opens a file, making it when it is missing, and lets only this user read it.
fn private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if file.metadata()?.permissions().mode() & 0o077 != 0 {
            file.set_permissions(fs::Permissions::from_mode(0o600))?;
        }
    }
    Ok(file)
}
