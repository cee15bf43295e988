//! Connections that only read. Each is used by one thread at a time; readers never wait for the writer.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, TryLockError};

use rusqlite::Connection;

use super::file;
use crate::store::Error;

/// A fixed number of connections.
#[derive(Debug)]
pub struct Pool {
    connections: Vec<Mutex<Connection>>,
    next: AtomicUsize,
}

impl Pool {
    /// Opens `size` connections to the database `file`.
    pub fn open(file: &Path, size: usize) -> Result<Self, Error> {
        let connections =
            (0..size).map(|_| file::read_only(file).map(Mutex::new)).collect::<Result<Vec<_>, Error>>()?;
        Ok(Self { connections, next: AtomicUsize::new(0) })
    }

    /// Does `work` with a connection that is free, or with the first that becomes so.
    pub fn with<T>(&self, work: impl FnOnce(&Connection) -> T) -> T {
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.connections.len();
        let (before, from) = self.connections.split_at(turn);
        for connection in from.iter().chain(before) {
            match connection.try_lock() {
                Ok(connection) => return work(&connection),
                Err(TryLockError::Poisoned(connection)) => return work(&connection.into_inner()),
                Err(TryLockError::WouldBlock) => {}
            }
        }
        work(&self.connections[turn].lock().unwrap_or_else(PoisonError::into_inner))
    }
}
