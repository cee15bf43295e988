//! The part of `~/.ssh/config` that concerns a connection (`ssh_config(5)`).

use std::path::{Path, PathBuf};

/// How deep files may include each other, as OpenSSH has it.
const DEEPEST: u8 = 16;

/// What the configuration says about a host. The first value counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// `HostName`.
    pub host: Option<String>,
    /// `User`.
    pub user: Option<String>,
    /// `Port`.
    pub port: Option<u16>,
    /// `IdentityFile`s, in order.
    pub identity_files: Vec<PathBuf>,
    /// `IdentitiesOnly`.
    pub identities_only: bool,
    /// `IdentityAgent`.
    pub identity_agent: Option<String>,
    /// `UserKnownHostsFile`s.
    pub known_hosts: Vec<PathBuf>,
    /// `StrictHostKeyChecking`.
    pub strict: Option<String>,
}

impl Settings {
    /// What the user's configuration says about `host`.
    pub fn of(host: &str) -> Self {
        let Some(folder) = super::folder() else { return Self::default() };
        let mut settings = Self::default();
        read(&folder.join("config"), host, &folder, DEEPEST, &mut settings);
        settings
    }

    /// Whether the agent is not to be asked.
    pub fn no_agent(&self) -> bool {
        self.identity_agent.as_deref() == Some("none")
    }
}

fn read(file: &Path, host: &str, folder: &Path, deepest: u8, settings: &mut Settings) {
    if let Ok(text) = std::fs::read_to_string(file) {
        apply(&text, host, folder, deepest, settings);
    }
}

fn apply(text: &str, host: &str, folder: &Path, deepest: u8, settings: &mut Settings) {
    let mut here = true;
    let mut only: Option<bool> = None;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (key, value) = line.split_once(|c: char| c.is_whitespace() || c == '=').unwrap_or((line, ""));
        let value = value.trim_start_matches(|c: char| c.is_whitespace() || c == '=');
        let words = shlex::split(value).unwrap_or_default();
        let first = words.first().cloned();
        match key.to_ascii_lowercase().as_str() {
            "host" => here = matches(&words, host),
            // Conditions are programs and states of a session, which there is none of.
            "match" => here = words.iter().any(|word| word == "all"),
            _ if !here => {}
            "include" => {
                let Some(deepest) = deepest.checked_sub(1) else { continue };
                for pattern in words {
                    let path = expand(&pattern, host, folder);
                    let path = if path.is_absolute() { path } else { folder.join(path) };
                    for file in glob(&path) {
                        read(&file, host, folder, deepest, settings);
                    }
                }
            }
            "hostname" => keep(&mut settings.host, first.map(|name| name.replace("%h", host))),
            "user" => keep(&mut settings.user, first),
            "port" => keep(&mut settings.port, first.and_then(|port| port.parse().ok())),
            "identityfile" => settings.identity_files.extend(first.map(|path| expand(&path, host, folder))),
            "identitiesonly" => only = only.or(Some(value.eq_ignore_ascii_case("yes"))),
            "identityagent" => keep(&mut settings.identity_agent, first),
            "userknownhostsfile" if settings.known_hosts.is_empty() => {
                settings.known_hosts.extend(words.iter().map(|path| expand(path, host, folder)));
            }
            "stricthostkeychecking" => {
                keep(&mut settings.strict, first.map(|word| word.to_ascii_lowercase()));
            }
            _ => {}
        }
    }
    settings.identities_only |= only.unwrap_or(false);
}

fn keep<T>(place: &mut Option<T>, value: Option<T>) {
    if place.is_none() {
        *place = value;
    }
}

/// Whether `host` matches one of the patterns, and none that is negated.
fn matches(patterns: &[String], host: &str) -> bool {
    let matching = |pattern: &str| wildcard(pattern, host);
    !patterns.iter().any(|pattern| pattern.strip_prefix('!').is_some_and(matching))
        && patterns.iter().any(|pattern| matching(pattern))
}

/// `*` is any text, `?` any character; case does not count.
pub fn wildcard(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.to_lowercase().chars().collect();
    let text: Vec<char> = text.to_lowercase().chars().collect();
    let (mut at, mut star, mut mark) = (0, None, 0);
    let mut next = 0;
    while next < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some(at);
                mark = next;
                at += 1;
            }
            Some(&character) if character == '?' || character == text[next] => {
                at += 1;
                next += 1;
            }
            _ => match star {
                Some(star) => {
                    at = star + 1;
                    mark += 1;
                    next = mark;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|character| *character == '*')
}

/// `~/`, `%d` the home folder, `%h` the host, `%%`.
fn expand(path: &str, host: &str, folder: &Path) -> PathBuf {
    let home = folder.parent().unwrap_or(folder).to_string_lossy();
    let path = path.strip_prefix("~/").map_or_else(|| path.to_owned(), |rest| format!("{home}/{rest}"));
    PathBuf::from(path.replace("%d", &home).replace("%h", host).replace("%%", "%"))
}

/// The files whose last part matches, in the order of their names.
fn glob(path: &Path) -> Vec<PathBuf> {
    let Some(pattern) = path.file_name().and_then(|name| name.to_str()) else { return Vec::new() };
    if !pattern.contains(['*', '?']) {
        return vec![path.to_owned()];
    }
    let entries = path.parent().and_then(|parent| std::fs::read_dir(parent).ok());
    let mut found: Vec<PathBuf> = entries
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.file_name().to_str().is_some_and(|name| wildcard(pattern, name)))
        .map(|entry| entry.path())
        .collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str, host: &str) -> Settings {
        let mut settings = Settings::default();
        apply(text, host, Path::new("/home/me/.ssh"), 3, &mut settings);
        settings
    }

    #[test]
    fn the_first_value_of_a_matching_section_counts() {
        let text = "# mine\nHost work *.corp !bad.corp\n  HostName %h.example\n  Port 2222\n  User=dev\n\
                    IdentityFile ~/.ssh/work\nHost *\n  Port 22\n  IdentityFile \"~/.ssh/all keys\"\n\
                    StrictHostKeyChecking Accept-New\n  IdentitiesOnly yes\n";
        let work = settings(text, "work");
        assert_eq!(
            (work.host.as_deref(), work.port, work.user.as_deref()),
            (Some("work.example"), Some(2222), Some("dev"))
        );
        assert_eq!(
            work.identity_files,
            [PathBuf::from("/home/me/.ssh/work"), "/home/me/.ssh/all keys".into()]
        );
        assert!(work.identities_only);
        assert_eq!(work.strict.as_deref(), Some("accept-new"));
        assert_eq!(settings(text, "a.corp").port, Some(2222));
        assert_eq!(settings(text, "bad.corp").port, Some(22));
        assert_eq!(settings(text, "else").host, None);
    }

    #[test]
    fn files_are_included() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("a.conf"), "Port 1\nInclude config\n").expect("a file");
        std::fs::write(folder.path().join("config"), "Include *.conf\nPort 2\nUser x\n").expect("a file");
        let mut settings = Settings::default();
        read(&folder.path().join("config"), "h", folder.path(), DEEPEST, &mut settings);
        assert_eq!((settings.port, settings.user.as_deref()), (Some(1), Some("x")));
    }

    #[test]
    fn wildcards() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("a*c", "abbc", true),
            ("a*c", "abb", false),
            ("?", "x", true),
            ("A", "a", true),
            ("a", "ab", false),
        ] {
            assert_eq!(wildcard(pattern, text), expected, "{pattern} {text}");
        }
    }
}
