//! The database's errors in words that say what to do.

use std::path::Path;

use rusqlite::ffi::{self, ErrorCode};

use crate::store::{Collection, Error};

/// What happened to a statement that changed `collection`.
pub fn explain_write(file: &Path, collection: Collection, error: &rusqlite::Error) -> Error {
    duplicate(collection, error).unwrap_or_else(|| explain(file, error))
}

/// What happened to the database `file`.
pub fn explain(file: &Path, error: &rusqlite::Error) -> Error {
    let file = file.to_owned();
    let detail = error.to_string();
    let Some(cause) = error.sqlite_error() else { return Error::Database { file, detail } };
    match (cause.code, cause.extended_code) {
        (ErrorCode::DiskFull, _) | (_, ffi::SQLITE_IOERR_SHMSIZE) => Error::Full { file },
        (ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen, _) => {
            Error::ReadOnly { file, detail }
        }
        (ErrorCode::DatabaseCorrupt, _) => Error::Corrupt { file, detail },
        (ErrorCode::NotADatabase, _) => Error::Foreign { file },
        (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => Error::Busy { file },
        _ => Error::Database { file, detail },
    }
}

/// Whether another program holds the database.
pub fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// Which unique key of `collection` the statement violated, if that is what happened.
fn duplicate(collection: Collection, error: &rusqlite::Error) -> Option<Error> {
    let duplicate = |index| Some(Error::Duplicate { collection: collection.name, index });
    match error.sqlite_error()?.extended_code {
        ffi::SQLITE_CONSTRAINT_PRIMARYKEY => duplicate("_id"),
        ffi::SQLITE_CONSTRAINT_UNIQUE => {
            // "UNIQUE constraint failed: index 'workflows.name'"
            let text = error.to_string();
            let name = text.rsplit_once(&format!("index '{}.", collection.name))?.1.trim_end_matches('\'');
            duplicate(collection.indexes.iter().find(|index| index.name == name)?.name)
        }
        _ => None,
    }
}
