//! Files of this machine for the Compose loader.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read};

use crate::compose::{MAX_BYTES, Reader};

/// Reads files as they are.
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
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.to_string()),
        };
        let mut bytes = Vec::new();
        let most = MAX_BYTES as u64 + 1;
        file.take(most).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        Ok(Some(bytes))
    }
}
