//! What the Compose files are filled in from, out of the settings (cli.md 5.4).

use std::collections::BTreeMap;
use std::fs;
use std::net::IpAddr;
use std::path::Path;

use super::Project;
use crate::dev::settings::{PROJECT, Service, Settings};

/// The port of the UI's container, which makes room for the gateway (cli.md 5.5).
const UI_CONTAINER_PORT: &str = "ORCHCLI_PORT_UI_CONTAINER";

impl Project {
    /// Puts the variables of our Compose files among those of the environment. What is a setting knows the environment
    /// already; the others stay when they are set, but for what follows from a setting.
    pub fn fill(&self, settings: &Settings, variables: &mut BTreeMap<String, String>) {
        for (name, value) in self.variables(settings) {
            let is_setting = PROJECT.iter().any(|key| key.variables.contains(&name.as_str()));
            if is_setting || name == UI_CONTAINER_PORT {
                variables.insert(name, value);
            } else {
                variables.entry(name).or_insert(value);
            }
        }
    }

    fn variables(&self, settings: &Settings) -> BTreeMap<String, String> {
        let bind = match settings.bind {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => format!("[{address}]"),
        };
        let mut variables = BTreeMap::from([
            ("ORCHCLI_BIND".to_owned(), bind),
            ("ORCHCLI_DATABASE".to_owned(), settings.database.clone()),
        ]);
        for (service, settings) in &settings.services {
            let name = service.as_str().to_uppercase();
            variables.insert(format!("ORCHCLI_PORT_{name}"), settings.port.to_string());
            variables.insert(format!("ORCHCLI_IMAGE_{name}"), settings.image.clone());
        }
        variables.insert(UI_CONTAINER_PORT.to_owned(), self.ui_container_port(settings).to_string());
        let core = self.checkout(Service::Core, settings);
        if let Some(version) = go_version(&core) {
            variables.insert("ORCHCLI_IMAGE_GO".to_owned(), format!("golang:{version}"));
        }
        if let Some(path) = core.to_str() {
            variables.insert("ORCHCLI_PATH_CORE".to_owned(), path.to_owned());
        }
        variables.extend(ids());
        variables
    }
}

/// The user that a container works as on the checkout. Elsewhere than on Linux the engine maps users itself.
fn ids() -> Vec<(String, String)> {
    #[cfg(target_os = "linux")]
    {
        let (user, group) = (rustix::process::getuid(), rustix::process::getgid());
        vec![
            ("ORCHCLI_UID".to_owned(), user.as_raw().to_string()),
            ("ORCHCLI_GID".to_owned(), group.as_raw().to_string()),
        ]
    }
    #[cfg(not(target_os = "linux"))]
    {
        Vec::new()
    }
}

/// The Go that a checkout asks for: its `toolchain` line, else its `go` line.
fn go_version(checkout: &Path) -> Option<String> {
    let text = fs::read_to_string(checkout.join("go.mod")).ok()?;
    let of = |word: &str| {
        let lines = text.lines().filter_map(|line| line.trim().strip_prefix(word));
        lines.map(str::trim).map(str::to_owned).next()
    };
    let version = of("toolchain go").or_else(|| of("go "))?;
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '.';
    (!version.is_empty() && version.len() < 32 && version.chars().all(fits)).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_go_of_a_checkout_is_that_of_its_module() {
        let folder = tempfile::tempdir().unwrap();
        for (text, version) in [
            ("module x\n\ngo 1.25.0\n", Some("1.25.0")),
            ("module x\ngo 1.24\ntoolchain go1.25.3\n", Some("1.25.3")),
            ("module x\n", None),
            ("go 1;rm -rf\n", None),
        ] {
            fs::write(folder.path().join("go.mod"), text).unwrap();
            assert_eq!(go_version(folder.path()).as_deref(), version, "{text}");
        }
    }
}
