//! Files come through a reader that the caller gives: nothing here opens one.

use super::finding::Code;

/// Largest file that is read, in bytes.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;

/// What is named to have the file come through standard input.
pub const STDIN: &str = "-";

/// What a file is called.
pub fn called(file: &str) -> &str {
    if file == STDIN { "stdin" } else { file }
}

/// Where files come from.
pub trait Reader {
    /// The bytes of a file, at most one more than [`MAX_BYTES`]; none when there is no such file, and why it cannot be
    /// read otherwise.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String>;
}

/// Without the mark that says in which order the bytes stand.
pub(super) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// The text of a file, within the limits.
pub(super) fn text(reader: &dyn Reader, path: &str) -> Result<Option<String>, (Code, String)> {
    let bytes = match reader.read(path) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Ok(None),
        Err(why) => return Err((Code::File, format!("cannot be read: {why}"))),
    };
    if bytes.len() > MAX_BYTES {
        return Err((Code::Limit, format!("is larger than {} MiB", MAX_BYTES / 1024 / 1024)));
    }
    String::from_utf8(bytes).map(Some).map_err(|_| (Code::Syntax, "is not UTF-8 text".to_owned()))
}
