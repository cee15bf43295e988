//! `security_opt`: a seccomp profile travels as what is in its file.

use crate::dev::converge::error::Error;

/// Largest profile.
const MAX_BYTES: u64 = 1 << 20;

/// What is left of the options for the engine, and whether the paths of the system are not hidden.
pub(super) fn options(service: &[String], directory: &str) -> Result<(Vec<String>, bool), Error> {
    let mut options = Vec::new();
    let mut open = false;
    for option in service {
        let (key, value) = match option.split_once('=').or_else(|| option.split_once(':')) {
            Some((key, value)) => (key, value),
            None => (option.as_str(), ""),
        };
        match (key, value) {
            ("systempaths", "unconfined") => open = true,
            ("seccomp", "unconfined" | "builtin") => options.push(format!("seccomp={value}")),
            ("seccomp", file) => options.push(format!("seccomp={}", profile(file, directory)?)),
            (key, "") => options.push(key.to_owned()),
            (key, value) => options.push(format!("{key}={value}")),
        }
    }
    Ok((options, open))
}

fn profile(file: &str, directory: &str) -> Result<String, Error> {
    let path = crate::compose::join(directory, file);
    let wrong = |why: String| Error::Source { what: format!("the seccomp profile {file}"), why };
    let size = std::fs::metadata(&path).map_err(|error| wrong(error.to_string()))?.len();
    if size > MAX_BYTES {
        return Err(wrong("it is larger than 1 MiB".to_owned()));
    }
    let text = std::fs::read_to_string(&path).map_err(|error| wrong(error.to_string()))?;
    let value: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| wrong(format!("it is no JSON: {error}")))?;
    Ok(value.to_string())
}
