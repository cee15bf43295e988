//! The labels of a container (cli.md 8.4).

use std::collections::HashMap;

use crate::compose::Service;
use crate::dev::converge::desired::Desired;
use crate::docker::label;

/// The labels of the service, and Compose's and ours over them.
pub(super) fn of(
    desired: &Desired,
    name: &str,
    service: &Service,
    number: u32,
    image: &str,
) -> HashMap<String, String> {
    let origin = &desired.origin;
    let hash = desired.hashes.get(name).cloned().unwrap_or_default();
    let mut labels: HashMap<String, String> =
        service.labels.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    let mut set = |key: &str, value: String| {
        labels.insert(key.to_owned(), value);
    };
    set(label::PROJECT, desired.stack.name.clone());
    set(label::SERVICE, name.to_owned());
    set(label::NUMBER, number.to_string());
    set(label::ONEOFF, "False".to_owned());
    set(label::WORKING_DIR, origin.directory.clone());
    set(label::CONFIG_FILES, origin.files.join(","));
    if !origin.env_files.is_empty() {
        set(label::ENVIRONMENT_FILE, origin.env_files.join(","));
    }
    set(label::DEPENDS_ON, depends_on(service));
    set(label::IMAGE, image.to_owned());
    set(label::CONFIG_HASH, hash.clone());
    set(label::VERSION, env!("CARGO_PKG_VERSION").to_owned());
    set(label::MANAGED, "true".to_owned());
    set(label::OUR_VERSION, env!("CARGO_PKG_VERSION").to_owned());
    set(label::MODE, origin.mode.clone());
    set(label::HASH, format!("1:{hash}"));
    labels
}

/// `service:condition:restart`, sorted, separated by commas.
fn depends_on(service: &Service) -> String {
    let entry = |(name, how): (&String, &crate::compose::Dependency)| {
        format!("{name}:{}:{}", how.condition.as_str(), how.restart)
    };
    let mut entries: Vec<String> = service.depends_on.iter().map(entry).collect();
    entries.sort();
    entries.join(",")
}
