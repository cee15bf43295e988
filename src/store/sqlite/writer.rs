//! The one thread that writes. Writes that wait are committed together, but each succeeds or fails for itself.

use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::thread::JoinHandle;

use rusqlite::{Connection, TransactionBehavior, params_from_iter};
use tokio::sync::{mpsc, oneshot};

use super::fault;
use super::sql::Statement;
use crate::store::{Collection, Error};

/// How many writes may wait before callers do.
const QUEUE: usize = 256;
/// How many writes are committed together at most.
const BATCH: usize = 64;

/// The way to the writing thread.
#[derive(Debug)]
pub struct Writer {
    queue: Option<mpsc::Sender<Request>>,
    thread: Option<JoinHandle<()>>,
}

enum Request {
    Write(Write),
    Close(oneshot::Sender<Result<(), Error>>),
}

struct Write {
    collection: Collection,
    statement: Statement,
    answer: oneshot::Sender<Result<Written, Error>>,
}

/// What a write did.
#[derive(Debug)]
pub struct Written {
    /// How many documents it changed.
    pub changed: u64,
    /// The first row a `RETURNING` clause gave.
    pub body: Option<String>,
}

impl Writer {
    /// Starts the thread. `open` runs on it; what it gives besides the connection (the lock of the folder) is kept
    /// until the thread has ended.
    pub fn start<Lock>(
        file: &Path,
        open: impl FnOnce() -> Result<(Connection, Lock), Error> + Send + 'static,
    ) -> Result<Self, Error> {
        let (queue, requests) = mpsc::channel(QUEUE);
        let (opened, is_open) = sync_channel(1);
        let path = file.to_owned();
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || match open() {
                Ok((connection, lock)) => {
                    let _ = opened.send(Ok(()));
                    run(connection, lock, &path, requests);
                }
                Err(error) => {
                    let _ = opened.send(Err(error));
                }
            })
            .map_err(|source| Error::Folder { path: file.to_owned(), source })?;
        is_open.recv().unwrap_or(Err(Error::Closed))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Runs `statement`, which changes `collection`, and waits until it is committed.
    pub async fn write(&self, collection: Collection, statement: Statement) -> Result<Written, Error> {
        let (answer, written) = oneshot::channel();
        self.send(Request::Write(Write { collection, statement, answer })).await?;
        written.await.unwrap_or(Err(Error::Closed))
    }

    /// Ends the thread after the writes that wait.
    pub async fn close(&self) -> Result<(), Error> {
        let (answer, closed) = oneshot::channel();
        match self.send(Request::Close(answer)).await {
            Ok(()) => closed.await.unwrap_or(Ok(())),
            Err(_) => Ok(()),
        }
    }

    async fn send(&self, request: Request) -> Result<(), Error> {
        let queue = self.queue.as_ref().ok_or(Error::Closed)?;
        queue.send(request).await.map_err(|_| Error::Closed)
    }
}

impl Drop for Writer {
    /// Waits for the thread, so that the folder is free when the store is gone.
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run<Lock>(mut connection: Connection, lock: Lock, file: &Path, mut requests: mpsc::Receiver<Request>) {
    let mut waiting = Vec::with_capacity(BATCH);
    let mut closing = Vec::new();
    while requests.blocking_recv_many(&mut waiting, BATCH) > 0 {
        let mut writes = Vec::with_capacity(waiting.len());
        for request in waiting.drain(..) {
            match request {
                Request::Write(write) => writes.push(write),
                Request::Close(answer) => {
                    requests.close();
                    closing.push(answer);
                }
            }
        }
        commit(&mut connection, file, writes);
    }
    let checkpoint = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    drop(connection);
    drop(lock);
    for answer in closing {
        let _ = answer.send(match &checkpoint {
            Ok(()) => Ok(()),
            Err(error) => Err(fault::explain(file, error)),
        });
    }
}

/// Commits `writes` together; when that fails as a whole, each by itself, so that one that needs more room than the
/// disk has does not fail the others.
fn commit(connection: &mut Connection, file: &Path, writes: Vec<Write>) {
    match attempt(connection, &writes) {
        Ok(results) => {
            for (write, result) in writes.into_iter().zip(results) {
                let result = result.map_err(|error| fault::explain_write(file, write.collection, &error));
                let _ = write.answer.send(result);
            }
        }
        Err(error) if writes.len() == 1 || fault::is_busy(&error) => {
            for write in writes {
                let _ = write.answer.send(Err(fault::explain(file, &error)));
            }
        }
        Err(_) => {
            for write in writes {
                commit(connection, file, vec![write]);
            }
        }
    }
}

type Results = Vec<Result<Written, rusqlite::Error>>;

/// One transaction. A statement that fails undoes only itself, unless the database gave the transaction up.
fn attempt(connection: &mut Connection, writes: &[Write]) -> Result<Results, rusqlite::Error> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut results = Vec::with_capacity(writes.len());
    for write in writes {
        let result = execute(&transaction, &write.statement);
        match result {
            Err(error) if transaction.is_autocommit() => return Err(error),
            result => results.push(result),
        }
    }
    transaction.commit()?;
    Ok(results)
}

fn execute(connection: &Connection, statement: &Statement) -> Result<Written, rusqlite::Error> {
    let mut prepared = connection.prepare_cached(&statement.text)?;
    if prepared.column_count() == 0 {
        let changed = prepared.execute(params_from_iter(&statement.params))?;
        return Ok(Written { changed: changed as u64, body: None });
    }
    let mut rows = prepared.query(params_from_iter(&statement.params))?;
    let mut written = Written { changed: 0, body: None };
    while let Some(row) = rows.next()? {
        written.changed += 1;
        written.body = Some(row.get(0)?);
    }
    Ok(written)
}
