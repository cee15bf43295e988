//! What the user's git configuration says about a URL, where libgit2 does not look itself (cli.md 6.4).

use git2::Config;

/// Values of `http.*`, `credential.*` for one URL.
pub struct Configuration {
    config: Option<Config>,
    url: String,
}

impl Configuration {
    /// The user's configuration, as it applies to `url`. One that cannot be read is empty, as Git's own commands
    /// would complain of it soon enough.
    pub fn of(url: &str) -> Self {
        let config = Config::open_default().ok().and_then(|mut config| config.snapshot().ok());
        Self { config, url: url.to_owned() }
    }

    /// Every value of `section.name` and of `section.<url>.name` for a URL that this one lies below, in the order
    /// of the files.
    pub fn all(&self, section: &str, name: &str) -> Vec<String> {
        let mut found = Vec::new();
        let Some(config) = &self.config else { return found };
        let Ok(entries) = config.entries(Some(&format!("^{section}\\..*{name}$"))) else { return found };
        // A broken entry hides those behind it, as it does for Git.
        let _ = entries.for_each(|entry| {
            let (Ok(key), Ok(value)) = (entry.name(), entry.value()) else { return };
            let middle = key.strip_prefix(section).and_then(|rest| rest.strip_suffix(name));
            let applies = match middle {
                Some(".") => true,
                Some(middle) => middle
                    .strip_prefix('.')
                    .and_then(|middle| middle.strip_suffix('.'))
                    .is_some_and(|pattern| below(&self.url, pattern)),
                None => false,
            };
            if applies {
                found.push(value.to_owned());
            }
        });
        found
    }

    /// The last of them, which wins.
    pub fn last(&self, section: &str, name: &str) -> Option<String> {
        self.all(section, name).pop()
    }
}

/// Whether `url` lies below `pattern`: same scheme, host and port, and a path that begins with it.
fn below(url: &str, pattern: &str) -> bool {
    let (Ok(url), Ok(pattern)) = (url::Url::parse(url), url::Url::parse(pattern)) else { return false };
    let path = pattern.path().trim_end_matches('/');
    url.scheme() == pattern.scheme()
        && url.host_str() == pattern.host_str()
        && url.port_or_known_default() == pattern.port_or_known_default()
        && (path.is_empty() || url.path() == path || url.path().starts_with(&format!("{path}/")))
}

#[cfg(test)]
mod tests {
    use super::below;

    #[test]
    fn a_section_is_for_what_lies_below_its_url() {
        let url = "https://git.example/group/ui";
        for (pattern, expected) in [
            ("https://git.example", true),
            ("https://git.example/", true),
            ("https://git.example:443/group", true),
            ("https://git.example/group/ui", true),
            ("https://git.example/gro", false),
            ("http://git.example", false),
            ("https://git.example.evil", false),
            ("nonsense", false),
        ] {
            assert_eq!(below(url, pattern), expected, "{pattern}");
        }
    }
}
