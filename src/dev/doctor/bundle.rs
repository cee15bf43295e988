//! Everything that helps somebody else to find out what is wrong, in one archive, without secrets.

use std::fs::File;
use std::io;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use super::{Scene, masked};
use crate::archive::{self, Access};
use crate::redact;

/// How many of the last lines of each container go along.
const LINES: usize = 500;

/// What goes into it.
#[derive(Debug)]
pub struct Bundle {
    /// The diagnosis.
    pub diagnosis: Value,
    /// The resolved model.
    pub model: Option<Value>,
}

/// Writes the archive; an existing file is not replaced.
pub async fn write(path: &Path, bundle: Bundle, scene: &Scene) -> io::Result<()> {
    // A program may print what it was given.
    let mut known = bundle.model.as_ref().map(masked::secrets).unwrap_or_default();
    let given = scene.containers.iter().flat_map(|(_, container)| &container.environment);
    known.extend(given.filter(|(name, _)| redact::is_secret(name)).map(|(_, value)| value.clone()));
    let written = |mut value: Value| {
        masked::document(&mut value, &known);
        format!("{value:#}\n")
    };

    let mut files = vec![("diagnosis.json".to_owned(), written(bundle.diagnosis))];
    if let Some(mut model) = bundle.model {
        masked::contents(&mut model);
        files.push(("compose.json".to_owned(), written(model)));
    }
    if let Ok(engine) = &scene.engine {
        for (_, container) in &scene.containers {
            let lines = engine.last_lines(&container.name, LINES).await;
            let lines = lines.unwrap_or_else(|error| vec![error.to_string()]).join("\n");
            files.push((format!("logs/{}.log", container.name), masked::text(&lines, &known)));
        }
    }
    let file = File::create_new(path)?;
    let mut tar = tar::Builder::new(GzEncoder::new(file, Compression::default()));
    for (name, content) in files {
        archive::put(&mut tar, &name, content.as_bytes(), Access::of_root(0o600))?;
    }
    tar.into_inner()?.finish()?.sync_all()
}
