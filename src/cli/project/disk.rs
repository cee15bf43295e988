//! Files of this machine for the Compose loader.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read};

use super::stdin;
use crate::compose::{MAX_BYTES, Reader, STDIN};

/// Reads files as they are, and standard input where that is named.
pub struct Disk;

/// Reads files as they would be: what would be written first is there already.
#[derive(Debug, Default)]
pub struct Foreseen(BTreeMap<String, String>);

impl Foreseen {
    /// With a file as it would be.
    pub fn put(&mut self, path: String, text: String) {
        self.0.insert(path, text);
    }
}

impl Reader for Foreseen {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        self.0.get(path).map_or_else(|| Disk.read(path), |text| Ok(Some(text.clone().into_bytes())))
    }
}

impl Reader for Disk {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        if path == STDIN {
            return stdin::read().map(Some);
        }
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.to_string()),
        };
        within_limit(file).map(Some)
    }
}

/// All that is read, up to one byte more than a file may have.
pub(super) fn within_limit(from: impl Read) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    from.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}
