//! Tables and indexes, and how an older database becomes a current one.

use std::collections::HashMap;
use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::fault;
use super::sql::{indexed, quoted};
use crate::store::{Collection, Error, Index, Only};

/// Each brings a database from the version of its position to the next; `PRAGMA user_version` counts them.
const MIGRATIONS: &[&str] = &[
    // The mark of our databases: "orch".
    "PRAGMA application_id = 0x6f726368",
];

/// Brings the database up to date, with tables and indexes for `collections`.
pub fn prepare(file: &Path, connection: &mut Connection, collections: &[Collection]) -> Result<(), Error> {
    let explain = |error: rusqlite::Error| fault::explain(file, &error);
    let version: i64 =
        connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(explain)?;
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    if version > known {
        return Err(Error::Newer { file: file.to_owned(), found: version, known });
    }
    if version == 0 && !is_empty(connection).map_err(explain)? {
        return Err(Error::Foreign { file: file.to_owned() });
    }
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(explain)?;
    for migration in MIGRATIONS.iter().skip(usize::try_from(version).unwrap_or_default()) {
        transaction.execute_batch(migration).map_err(explain)?;
    }
    if version < known {
        transaction.pragma_update(None, "user_version", known).map_err(explain)?;
    }
    for collection in collections {
        transaction.execute_batch(&table(*collection)).map_err(explain)?;
        reconcile(&transaction, *collection)
            .map_err(|error| fault::explain_write(file, *collection, &error))?;
    }
    transaction.commit().map_err(explain)
}

fn is_empty(connection: &Connection) -> Result<bool, rusqlite::Error> {
    connection.query_row("SELECT NOT EXISTS (SELECT 1 FROM sqlite_master)", [], |row| row.get(0))
}

fn table(collection: Collection) -> String {
    format!(
        "CREATE TABLE IF NOT EXISTS \"{}\" (id TEXT PRIMARY KEY NOT NULL, revision INTEGER NOT NULL, \
         body TEXT NOT NULL CHECK (json_valid(body)))",
        collection.name
    )
}

/// Makes the indexes of `collection` those it declares: a changed one anew, one no longer declared not at all.
fn reconcile(connection: &Connection, collection: Collection) -> Result<(), rusqlite::Error> {
    let mut wanted: HashMap<String, String> = collection
        .indexes
        .iter()
        .map(|index| (name(collection, index), definition(collection, index)))
        .collect();
    let mut statement = connection.prepare(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?1",
    )?;
    let present: Vec<(String, String)> = statement
        .query_map([collection.name], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for (name, sql) in present {
        if wanted.get(&name) == Some(&sql) {
            wanted.remove(&name);
        } else {
            connection.execute_batch(&format!("DROP INDEX \"{name}\""))?;
        }
    }
    wanted.values().try_for_each(|sql| connection.execute_batch(sql))
}

fn name(collection: Collection, index: &Index) -> String {
    format!("{}.{}", collection.name, index.name)
}

/// The statement that makes `index`. One that is not unique ends with the id, the last key of every sort.
fn definition(collection: Collection, index: &Index) -> String {
    let mut columns: Vec<String> = index.fields.iter().map(|field| indexed(field)).collect();
    if !index.unique {
        columns.push("id".to_owned());
    }
    let condition = match index.only {
        None => String::new(),
        Some(Only::Missing(field)) => format!(" WHERE {} IS NULL", indexed(field)),
        Some(Only::Is(field, value)) => format!(" WHERE {} = {}", indexed(field), quoted(value)),
    };
    format!(
        "CREATE {}INDEX \"{}\" ON \"{}\" ({}){condition}",
        if index.unique { "UNIQUE " } else { "" },
        name(collection, index),
        collection.name,
        columns.join(", "),
    )
}
