//! The Compose files of the modes, from the templates in the repository's `compose/` (cli.md 5.4).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use indexmap::IndexMap;

use crate::dev::settings::{Mode, Service};

/// What a template is filled with; everything else in it is a variable.
#[derive(Debug, Clone, Copy)]
pub struct Filling<'a> {
    /// Name of the Compose project.
    pub name: &'a str,
    /// Whether the database's port is published.
    pub publish_mongodb: bool,
    /// Variables that `orchcli.yaml` gives the services.
    pub environment: &'a BTreeMap<Service, &'a IndexMap<String, String>>,
}

/// The body of a mode's Compose file.
pub fn body(mode: Mode, filling: &Filling<'_>) -> String {
    let template = match mode {
        Mode::Production => include_str!("../../../../compose/docker-compose.prod.yml"),
        Mode::Development => include_str!("../../../../compose/docker-compose.dev.yml"),
        Mode::UiDev => include_str!("../../../../compose/docker-compose.hybrid-ui.yml"),
        Mode::CoreDev => include_str!("../../../../compose/docker-compose.hybrid-core.yml"),
    };
    let mut text = String::new();
    let mut service = "";
    let mut section = "";
    let mut left_out = false;
    for line in template.lines() {
        if let Some(name) = line
            .strip_prefix("  ")
            .and_then(|line| line.strip_suffix(':'))
            .filter(|name| !name.starts_with(' '))
        {
            service = name;
        }
        if !line.starts_with("      ") {
            section = line;
        }
        let variables =
            filling.environment.iter().find(|(key, _)| key.as_str() == service).map(|(_, given)| *given);
        let is_given = |line: &str| {
            let name = line.trim_start().split_once(':').map(|(name, _)| name);
            variables.zip(name).is_some_and(|(variables, name)| variables.contains_key(name))
        };
        if section == "    environment:" && line != section && is_given(line) {
            continue;
        }
        left_out = match line {
            "    ports:" => service == "mongodb" && !filling.publish_mongodb,
            _ => left_out && line.starts_with("      "),
        };
        if left_out {
            continue;
        }
        if line == "name: kubeorch" {
            let _ = writeln!(text, "name: {}", filling.name);
            continue;
        }
        text.push_str(line);
        text.push('\n');
        if line == "    environment:" {
            for (name, value) in variables.into_iter().flatten() {
                let quoted = |text: &str| serde_json::Value::from(text).to_string();
                let _ = writeln!(text, "      {}: {}", quoted(name), quoted(&value.replace('$', "$$")));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(mode: Mode) -> String {
        let environment = BTreeMap::new();
        body(mode, &Filling { name: "shop", publish_mongodb: true, environment: &environment })
    }

    #[test]
    fn the_name_is_filled_in_and_the_rest_stays() {
        for mode in Mode::ALL {
            let text = plain(mode);
            assert!(text.contains("\nname: shop\n") && !text.contains("name: kubeorch\n"), "{mode}");
            assert!(text.contains("${ORCHCLI_PORT_MONGODB:-27017}:27017"), "{mode}");
        }
    }

    #[test]
    fn a_database_that_is_not_published_has_no_ports_and_the_others_do() {
        let environment = BTreeMap::new();
        let text = body(
            Mode::Production,
            &Filling { name: "shop", publish_mongodb: false, environment: &environment },
        );
        assert!(
            !text.contains("27017}:27017") && text.contains("3000}:3000") && text.contains("3001}}:3001")
        );
        assert_eq!(text.matches("    ports:\n").count(), 2);
    }

    #[test]
    fn variables_of_a_service_are_put_in_as_they_are() {
        let variables = IndexMap::from([
            ("A".to_owned(), "1 $x \"".to_owned()),
            ("MONGO_URI".to_owned(), "elsewhere".to_owned()),
        ]);
        let environment = BTreeMap::from([(Service::Core, &variables)]);
        let text = body(
            Mode::Production,
            &Filling { name: "shop", publish_mongodb: true, environment: &environment },
        );
        assert!(text.contains("    environment:\n      \"A\": \"1 $$x \\\"\"\n      \"MONGO_URI\": \"elsewhere\"\n      KUBEORCH_MONGO_URI"), "{text}");
        assert_eq!(text.matches("\"A\"").count(), 1);
        assert!(!text.contains("\n      MONGO_URI:"), "ours makes room");
    }
}
