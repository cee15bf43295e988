//! What can go wrong in the store, and what to do about it.

use std::io;
use std::path::PathBuf;

use bson::oid::ObjectId;

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A unique index (or the id, named `_id`) already holds these values.
    #[error("{collection} already holds a document with the same {index}")]
    Duplicate {
        /// The collection's name.
        collection: &'static str,
        /// The index's name.
        index: &'static str,
    },
    /// The document is no longer at the expected revision, or is gone.
    #[error("the document was changed in between: read it again and repeat the change")]
    Stale,
    /// The disk is full.
    #[error(
        "no space left on the disk of {file}: free some, then repeat; what was saved before is safe",
        file = .file.display()
    )]
    Full {
        /// The database.
        file: PathBuf,
    },
    /// The folder or the database may not be written.
    #[error(
        "{file} cannot be written ({detail}): make it and its folder writable for this user, or choose another folder with --data-dir",
        file = .file.display()
    )]
    ReadOnly {
        /// The database.
        file: PathBuf,
        /// The system's words.
        detail: String,
    },
    /// The folder or a file in it cannot be made or opened.
    #[error("cannot use {path}: {source}; choose a folder this user may write with --data-dir", path = .path.display())]
    Folder {
        /// The folder or file.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// The database is damaged.
    #[error(
        "{file} is damaged ({detail}): stop the server, put a backup in its place, or save what is readable with `sqlite3 {file} .recover`",
        file = .file.display()
    )]
    Corrupt {
        /// The database.
        file: PathBuf,
        /// What was found.
        detail: String,
    },
    /// The file is a database of another program, or none at all.
    #[error("{file} is not a database of orchcli: move it away, or choose another folder with --data-dir", file = .file.display())]
    Foreign {
        /// The file.
        file: PathBuf,
    },
    /// A newer orchcli wrote the database.
    #[error(
        "{file} was written by a newer orchcli (schema {found}, this one knows {known}): upgrade orchcli, or choose another folder with --data-dir",
        file = .file.display()
    )]
    Newer {
        /// The database.
        file: PathBuf,
        /// Its schema version.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },
    /// Another server uses the folder.
    #[error("{dir} is in use by {holder}: stop that one, or choose another folder with --data-dir", dir = .dir.display())]
    InUse {
        /// The folder.
        dir: PathBuf,
        /// Who holds it: `process 4711 on host build-1`.
        holder: String,
    },
    /// Another program, such as a database browser, holds the database for too long.
    #[error("{file} is locked by another program: close it, then repeat", file = .file.display())]
    Busy {
        /// The database.
        file: PathBuf,
    },
    /// A stored document does not have the shape this program expects.
    #[error("{collection}/{id} cannot be read: wrong or missing value at {at}")]
    Unreadable {
        /// The collection's name.
        collection: &'static str,
        /// The document's id.
        id: ObjectId,
        /// Where in the document; never the value itself.
        at: String,
    },
    /// A document has no JSON form, such as a map with keys that are not texts.
    #[error("{what} cannot be stored: {source}")]
    Unwritable {
        /// The collection's name, or what it was.
        what: &'static str,
        /// Why.
        source: serde_json::Error,
    },
    /// A document, or what a patch makes of it, would be nested too deeply to be read again.
    #[error("{what} cannot be stored: lists and maps in it are nested more than {limit} levels deep")]
    TooDeep {
        /// The collection's name.
        what: &'static str,
        /// How deep they may be.
        limit: usize,
    },
    /// The store was closed, which happens when the server stops.
    #[error("the store is closed because the server is stopping")]
    Closed,
    /// Anything else the database said.
    #[error("{file}: {detail}", file = .file.display())]
    Database {
        /// The database.
        file: PathBuf,
        /// The database's words.
        detail: String,
    },
}
