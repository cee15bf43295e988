//! What SQL lacks.

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

/// Adds `contains_folded(text, needle)`: whether `text` contains the lower-case `needle` in any letter case.
pub fn register(connection: &Connection) -> Result<(), rusqlite::Error> {
    let flags =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    connection.create_scalar_function("contains_folded", 2, flags, |call| {
        let text = call.get_raw(0).as_str().unwrap_or_default();
        let needle = call.get_raw(1).as_str().unwrap_or_default();
        Ok(text.to_lowercase().contains(needle))
    })
}
