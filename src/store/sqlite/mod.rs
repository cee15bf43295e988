//! Documents in one SQLite file: a table a collection, the document as JSON, declared indexes as indexes on the
//! expressions that filters are made of.
//!
//! One thread writes; readers have connections of their own. Reading one document by its id takes microseconds and
//! happens where it is asked for; everything that may look at many documents happens on threads made for blocking.

mod body;
mod fault;
mod file;
mod functions;
mod pool;
mod schema;
mod sql;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bson::oid::ObjectId;
use rusqlite::{Connection, OptionalExtension, params_from_iter};
use tokio::sync::Semaphore;

use self::body::{decode, encode};
use self::pool::Pool;
use self::sql::Statement;
use self::writer::Writer;
use super::{Collection, Document, Error, Filter, Patch, Query, Revision};

/// Connections for looking at many documents.
const SCANNERS: usize = 2;
/// A body larger than this is decoded on a thread made for blocking.
const LARGE: usize = 256 * 1024;

/// An open database.
#[derive(Debug)]
pub struct Database {
    file: PathBuf,
    points: Pool,
    scans: Arc<Pool>,
    scanners: Arc<Semaphore>,
    /// Last, so that when the lock of the folder is free nothing reads any more.
    writer: Writer,
}

impl Database {
    /// Opens the database in `dir`, see [`Store::open`](super::Store::open).
    pub fn open(dir: &Path, collections: &[Collection]) -> Result<Self, Error> {
        let path = file::database(dir);
        let writer = {
            let (dir, path, collections) = (dir.to_owned(), path.clone(), collections.to_vec());
            Writer::start(&path.clone(), move || {
                file::folder(&dir)?;
                let lock = file::lock(&dir)?;
                let mut connection = file::read_write(&path)?;
                schema::prepare(&path, &mut connection, &collections)?;
                Ok((connection, lock))
            })?
        };
        let threads = std::thread::available_parallelism().map_or(2, |count| count.get().clamp(2, 8));
        Ok(Self {
            points: Pool::open(&path, threads)?,
            scans: Arc::new(Pool::open(&path, SCANNERS)?),
            scanners: Arc::new(Semaphore::new(SCANNERS)),
            file: path,
            writer,
        })
    }

    pub async fn get<D: Document>(
        &self,
        id: ObjectId,
        live: &Filter,
    ) -> Result<Option<(D, Revision)>, Error> {
        let mut statement =
            Statement::new(format!("SELECT revision, body FROM \"{}\" WHERE id = ?1", D::COLLECTION.name));
        statement.bind(id.to_hex());
        if *live != Filter::All {
            statement.text.push_str(" AND ");
            statement = statement.filter(live);
        }
        let found = self
            .points
            .with(|connection| {
                let mut prepared = connection.prepare_cached(&statement.text)?;
                let row = prepared.query_row(params_from_iter(&statement.params), |row| {
                    Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
                });
                row.optional()
            })
            .map_err(|error| fault::explain(&self.file, &error))?;
        let Some((revision, body)) = found else { return Ok(None) };
        let document = if body.len() > LARGE {
            blocking(move || decode::<D>(id, &body)).await?
        } else {
            decode(id, &body)?
        };
        Ok(Some((document, Revision(revision))))
    }

    pub async fn find<D: Document>(&self, query: &Query) -> Result<Vec<D>, Error> {
        let statement = select(D::COLLECTION, query);
        self.scan(move |connection, file| {
            let explain = |error: rusqlite::Error| fault::explain(file, &error);
            let mut prepared = connection.prepare_cached(&statement.text).map_err(explain)?;
            let mut rows = prepared.query(params_from_iter(&statement.params)).map_err(explain)?;
            let mut documents = Vec::new();
            while let Some(row) = rows.next().map_err(explain)? {
                let id: String = row.get(0).map_err(explain)?;
                let body = row.get_ref(1).map_err(explain)?;
                let body = body.as_str().map_err(|error| explain(error.into()))?;
                documents.push(decode(ObjectId::parse_str(&id).unwrap_or_default(), body)?);
            }
            Ok(documents)
        })
        .await
    }

    pub async fn count(&self, collection: Collection, filter: &Filter) -> Result<u64, Error> {
        let statement =
            Statement::new(format!("SELECT count(*) FROM \"{}\" WHERE ", collection.name)).filter(filter);
        self.scan(move |connection, file| {
            let count = || -> Result<i64, rusqlite::Error> {
                let mut prepared = connection.prepare_cached(&statement.text)?;
                prepared.query_row(params_from_iter(&statement.params), |row| row.get(0))
            };
            count()
                .map(|count| u64::try_from(count).unwrap_or_default())
                .map_err(|error| fault::explain(file, &error))
        })
        .await
    }

    pub async fn insert<D: Document>(&self, document: &D) -> Result<(), Error> {
        let mut statement = Statement::new(format!(
            "INSERT INTO \"{}\" (id, revision, body) VALUES (?1, 1, ?2)",
            D::COLLECTION.name
        ));
        statement.bind(document.id().into().to_hex());
        statement.bind(encode(document)?);
        self.writer.write(D::COLLECTION, statement).await.map(|_| ())
    }

    pub async fn replace<D: Document>(&self, document: &D, expected: Revision) -> Result<Revision, Error> {
        let mut statement = Statement::new(format!(
            "UPDATE \"{}\" SET revision = revision + 1, body = ?3 WHERE id = ?1 AND revision = ?2",
            D::COLLECTION.name
        ));
        statement.bind(document.id().into().to_hex());
        statement.bind(expected.0);
        statement.bind(encode(document)?);
        match self.writer.write(D::COLLECTION, statement).await?.changed {
            0 => Err(Error::Stale),
            _ => Ok(Revision(expected.0 + 1)),
        }
    }

    pub async fn patch(&self, collection: Collection, filter: &Filter, patch: &Patch) -> Result<u64, Error> {
        let statement = update(collection, filter, patch)?;
        Ok(self.writer.write(collection, statement).await?.changed)
    }

    pub async fn patch_returning<D: Document>(
        &self,
        id: ObjectId,
        condition: Filter,
        patch: &Patch,
    ) -> Result<Option<D>, Error> {
        let mut statement = update(D::COLLECTION, &Filter::eq("_id", id).and(condition), patch)?;
        statement.text.push_str(" RETURNING body");
        let written = self.writer.write(D::COLLECTION, statement).await?;
        written.body.map(|body| decode(id, &body)).transpose()
    }

    /// Deletes what meets `filter`, at most `limit` documents.
    pub async fn delete(
        &self,
        collection: Collection,
        filter: &Filter,
        limit: Option<u64>,
    ) -> Result<u64, Error> {
        let table = collection.name;
        let statement = match limit {
            None => Statement::new(format!("DELETE FROM \"{table}\" WHERE ")).filter(filter),
            Some(limit) => {
                let text = format!("DELETE FROM \"{table}\" WHERE id IN (SELECT id FROM \"{table}\" WHERE ");
                let mut statement = Statement::new(text).filter(filter);
                let limit = statement.bind(i64::try_from(limit).unwrap_or(i64::MAX));
                statement.text.extend([" LIMIT ", &limit, ")"]);
                statement
            }
        };
        Ok(self.writer.write(collection, statement).await?.changed)
    }

    pub async fn close(&self) -> Result<(), Error> {
        self.writer.close().await
    }

    /// Does `work` where it may take its time.
    async fn scan<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection, &Path) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let permit = Arc::clone(&self.scanners).acquire_owned().await.map_err(|_| Error::Closed)?;
        let (scans, file) = (Arc::clone(&self.scans), self.file.clone());
        blocking(move || {
            let result = scans.with(|connection| work(connection, &file));
            drop(permit);
            result
        })
        .await
    }
}

/// The statement that finds ids and bodies.
fn select(collection: Collection, query: &Query) -> Statement {
    Statement::new(format!("SELECT id, body FROM \"{}\" WHERE ", collection.name))
        .filter(&query.filter)
        .page(query)
}

/// The statement that patches what meets `filter`.
fn update(collection: Collection, filter: &Filter, patch: &Patch) -> Result<Statement, Error> {
    let mut statement = Statement::default();
    let (body, guard) = statement.patched(collection.name, patch)?;
    statement.text =
        format!("UPDATE \"{}\" SET revision = revision + 1, body = {body} WHERE ", collection.name);
    let mut statement = statement.filter(filter);
    statement.text.extend([" AND ", &guard]);
    Ok(statement)
}

/// Runs `work` on a thread made for blocking.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(failed) => match failed.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Error::Closed),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::UserId;
    use crate::store::{Index, Order};

    #[test]
    fn a_page_of_a_list_is_read_off_its_index() {
        const WORKFLOWS: Collection = Collection {
            name: "workflows",
            indexes: &[
                Index::unique("name", &["owner_id", "name"]).while_missing("deleted_at"),
                Index::on("recent", &["owner_id", "updated_at"]),
            ],
        };
        let mut connection = Connection::open_in_memory().unwrap();
        schema::prepare(Path::new("orchcli.db"), &mut connection, &[WORKFLOWS]).unwrap();
        let plan = |query: Query| {
            let statement = select(WORKFLOWS, &query);
            let mut explained =
                connection.prepare(&format!("EXPLAIN QUERY PLAN {}", statement.text)).unwrap();
            let rows =
                explained.query_map(params_from_iter(&statement.params), |row| row.get::<_, String>(3));
            rows.unwrap().map(Result::unwrap).collect::<Vec<_>>().join("; ")
        };
        let mine = Filter::eq("owner_id", UserId::new()).and(Filter::missing("deleted_at"));
        let newest = Query::filter(mine.clone()).sort("updated_at", Order::Descending).limit(20);
        assert_eq!(plan(newest), "SEARCH workflows USING INDEX workflows.recent (<expr>=?)");
        let named = plan(Query::filter(mine.and(Filter::eq("name", "shop"))));
        assert!(
            named.starts_with("SEARCH workflows USING INDEX workflows.name (<expr>=? AND <expr>=?)"),
            "{named}"
        );
    }
}
