//! The files that tell other programs about a running server.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};

/// A file with a line about this process, which goes when this value does.
#[derive(Debug)]
pub struct Sign(PathBuf);

impl Sign {
    /// Writes the line so that nobody ever reads half of it: into a file beside, which then takes the name.
    pub fn put(path: &Path, line: &str) -> Result<Self, Failure> {
        let mut draft = path.as_os_str().to_owned();
        draft.push(format!(".{}", std::process::id()));
        let draft = PathBuf::from(draft);
        fs::write(&draft, format!("{line}\n")).and_then(|()| fs::rename(&draft, path)).map_err(|error| {
            let _ = fs::remove_file(&draft);
            let message = format!("{} cannot be written", path.display());
            Failure::new(ExitCode::Failed, Code::Internal, message).because(&error)
        })?;
        Ok(Self(path.to_owned()))
    }
}

impl Drop for Sign {
    fn drop(&mut self) {
        // Somebody else may have removed it first.
        let _ = fs::remove_file(&self.0);
    }
}
