//! Everything that helps somebody else to find out what is wrong, in one archive, without secrets.

use std::fs::File;
use std::io;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use super::Scene;
use crate::archive::{self, Access};
use crate::redact;

/// How many of the last lines of each container go along.
const LINES: usize = 500;
/// What the name of a secret ends with.
const SECRET: [&str; 6] = ["key", "secret", "token", "password", "passwd", "credentials"];

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
    let mut files = vec![("diagnosis.json".to_owned(), text(bundle.diagnosis))];
    if let Some(model) = bundle.model {
        files.push(("compose.json".to_owned(), text(model)));
    }
    if let Ok(engine) = &scene.engine {
        for (_, container) in &scene.containers {
            let lines = engine.last_lines(&container.name, LINES).await;
            let lines = lines.unwrap_or_else(|error| vec![error.to_string()]).join("\n");
            // A program may print what it was given.
            let given = container.environment.iter().filter(|(name, _)| is_secret(name));
            let known = redact::known(&lines, given.map(|(_, value)| value.as_str()));
            files.push((format!("logs/{}.log", container.name), redact::text(&known)));
        }
    }
    let file = File::create_new(path)?;
    let mut tar = tar::Builder::new(GzEncoder::new(file, Compression::default()));
    for (name, content) in files {
        archive::put(&mut tar, &name, content.as_bytes(), Access::of_root(0o600))?;
    }
    tar.into_inner()?.finish()?.sync_all()
}

fn text(mut value: Value) -> String {
    mask(&mut value);
    redact::text(&format!("{value:#}\n"))
}

/// Takes out every value whose name says that it is a secret.
fn mask(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if is_secret(name) => "***".clone_into(text),
                    value => mask(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    SECRET.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_masked_by_their_names_at_any_depth() {
        let value = json!({"services": [{"environment": {"ENCRYPTION_KEY": "s3cret", "PORT": "3000"}}]});
        let text = text(value);
        assert!(text.contains("3000") && text.contains("***") && !text.contains("s3cret"), "{text}");
    }
}
