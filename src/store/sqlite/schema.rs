//! Tables and indexes, and how an older database becomes a current one.

use std::collections::HashMap;
use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::fault;
use super::sql::{indexed, quoted};
use crate::store::{Collection, Error, Index, Only};

/// Marks a file as ours: "orch".
const APPLICATION: i64 = 0x6f72_6368;

/// Each brings a database to the version named with it, which `PRAGMA user_version` tells, from the one before that.
/// Tables and indexes are made from what is declared: a migration changes what is in them.
const MIGRATIONS: &[(i64, &str)] = &[(1, "PRAGMA application_id = 0x6f726368")];

/// The newest version this program knows.
const KNOWN: i64 = MIGRATIONS[MIGRATIONS.len() - 1].0;

/// Refuses what another program or a newer one of ours wrote, before anything is changed in it.
pub fn identify(file: &Path, connection: &Connection) -> Result<(), Error> {
    let explain = |error: rusqlite::Error| fault::explain(file, &error);
    let pragma = |name| connection.pragma_query_value(None, name, |row| row.get(0)).map_err(explain);
    let (application, version): (i64, i64) = (pragma("application_id")?, pragma("user_version")?);
    let empty: bool = connection
        .query_row("SELECT NOT EXISTS (SELECT 1 FROM sqlite_master)", [], |row| row.get(0))
        .map_err(explain)?;
    match (application, version) {
        (APPLICATION, newer) if newer > KNOWN => {
            Err(Error::Newer { file: file.to_owned(), found: newer, known: KNOWN })
        }
        (APPLICATION, _) => Ok(()),
        (0, 0) if empty => Ok(()),
        _ => Err(Error::Foreign { file: file.to_owned() }),
    }
}

/// Brings the database up to date, with tables and indexes for `collections`.
pub fn prepare(file: &Path, connection: &mut Connection, collections: &[Collection]) -> Result<(), Error> {
    let explain = |error: rusqlite::Error| fault::explain(file, &error);
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(explain)?;
    migrate(&transaction).map_err(explain)?;
    for collection in collections {
        transaction.execute_batch(&table(*collection)).map_err(explain)?;
        reconcile(&transaction, *collection)
            .map_err(|error| fault::explain_write(file, *collection, &error))?;
    }
    transaction.commit().map_err(explain)
}

/// Runs the migrations the database has not seen.
fn migrate(connection: &Connection) -> Result<(), rusqlite::Error> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    for (next, migration) in MIGRATIONS.iter().filter(|(next, _)| *next > version) {
        connection.execute_batch(migration)?;
        connection.pragma_update(None, "user_version", next)?;
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    const AGE: &[Index] = &[Index::on("name", &["at.made"]).only_where("state", "it's on")];
    const FIELDS: &[Index] = &[Index::unique("name", &["owner", "name"]).while_missing("deleted")];

    fn prepared(connection: &mut Connection, indexes: &'static [Index]) -> Vec<String> {
        let file = Path::new("orchcli.db");
        identify(file, connection).unwrap();
        prepare(file, connection, &[Collection { name: "things", indexes }]).unwrap();
        let sql = "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name";
        let mut statement = connection.prepare(sql).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn an_empty_database_becomes_a_current_one_and_stays_so() {
        let mut connection = Connection::open_in_memory().unwrap();
        for _ in 0..2 {
            prepared(&mut connection, &[]);
            let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
            assert_eq!(version, KNOWN);
        }
    }

    #[test]
    fn indexes_follow_their_declarations() {
        let mut connection = Connection::open_in_memory().unwrap();
        let name = r#"CREATE UNIQUE INDEX "things.name" ON "things" (json_extract(body, '$."owner"'), json_extract(body, '$."name"')) WHERE json_extract(body, '$."deleted"') IS NULL"#;
        assert_eq!(prepared(&mut connection, FIELDS), [name]);
        assert_eq!(prepared(&mut connection, FIELDS), [name]);
        let age = r#"CREATE INDEX "things.name" ON "things" (json_extract(body, '$."at"."made"'), id) WHERE json_extract(body, '$."state"') = 'it''s on'"#;
        assert_eq!(prepared(&mut connection, AGE), [age]);
        assert!(prepared(&mut connection, &[]).is_empty());
    }

    #[test]
    fn a_unique_index_over_equal_documents_is_refused_by_name() {
        let mut connection = Connection::open_in_memory().unwrap();
        prepared(&mut connection, &[]);
        let body = r#"{"owner": 1, "name": "a"}"#;
        for id in ["1", "2"] {
            connection.execute("INSERT INTO things VALUES (?1, 1, ?2)", [id, body]).unwrap();
        }
        let refused =
            prepare(Path::new("x"), &mut connection, &[Collection { name: "things", indexes: FIELDS }])
                .unwrap_err();
        assert!(matches!(refused, Error::Duplicate { collection: "things", index: "name" }), "{refused:?}");
    }
}
