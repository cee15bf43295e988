//! Documents: typed collections over SQLite.
