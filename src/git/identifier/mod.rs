//! What people call a repository (cli.md 6.1): read, checked, and turned into a URL. Pure: nothing is touched here.

mod checks;
mod forms;

pub use checks::check_reference;

use std::fmt::{self, Display};

use forms::{local, local_reference, secure_shell, short, short_ssh, web};

/// Where `owner/repo` lies, and by which protocol it is reached.
#[derive(Debug, Clone, Copy)]
pub struct Usual<'a> {
    /// The host, such as `github.com`.
    pub host: &'a str,
    /// The protocol.
    pub protocol: Protocol,
}

/// How a host is reached when only `owner/repo` is given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Protocol {
    /// `https://host/owner/repo`.
    #[default]
    Https,
    /// `git@host:owner/repo.git`.
    Ssh,
}

/// A repository, and what is wanted of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifier {
    /// Which one.
    pub repository: Repository,
    /// A branch, tag or commit.
    pub reference: Option<String>,
}

/// Which repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// What Git is told.
    pub url: String,
    /// What tells it from others: host and path in lower case, without `.git`; or the path of a local one.
    identity: String,
    /// `owner/repo`, or the path.
    pub name: String,
    /// The protocol of `owner/repo`, where it has one.
    pub protocol: Option<Protocol>,
}

/// Why a text is no repository.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no repository: {why}")]
pub struct Invalid {
    text: String,
    why: String,
}

/// What a correct one looks like.
pub const EXAMPLE: &str = "KubeOrch/ui, https://github.com/KubeOrch/ui or git@github.com:KubeOrch/ui.git";

const LONGEST: usize = 2048;

impl Repository {
    /// Whether both are the same: host, owner and name, in any case, with or without `.git`.
    pub fn is(&self, other: &Self) -> bool {
        self.identity == other.identity
    }
}

impl Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl Identifier {
    /// Reads what a user typed. Plain `http://` is refused to other machines unless `insecure`.
    pub fn parse(text: &str, usual: Usual<'_>, insecure: bool) -> Result<Self, Invalid> {
        let text = text.trim();
        let wrong = |why: String| Invalid { text: text.chars().take(80).collect(), why };
        read(text, usual, insecure).map_err(wrong)
    }
}

fn read(text: &str, usual: Usual<'_>, insecure: bool) -> Result<Identifier, String> {
    if text.is_empty() {
        return Err("it is empty".to_owned());
    }
    if text.len() > LONGEST {
        return Err(format!("it is longer than {LONGEST} characters"));
    }
    if let Some(found) = text.chars().find(|character| character.is_control() || character.is_whitespace()) {
        return Err(format!("it contains {found:?}"));
    }
    if text.starts_with('-') {
        return Err("it begins with - and would be taken for an option".to_owned());
    }
    if let Some((scheme, rest)) = text.split_once("://") {
        return match scheme.to_ascii_lowercase().as_str() {
            "https" => web("https", rest, true),
            "http" => web("http", rest, insecure),
            "ssh" => secure_shell(rest),
            "file" => {
                let (path, reference) = local_reference(rest)?;
                local(&format!("file://{path}"), path, reference)
            }
            other => Err(format!("{other}:// is not supported: use https://, ssh:// or file://")),
        };
    }
    if text.starts_with('/') || text.starts_with("./") || text.starts_with("../") {
        let (path, reference) = local_reference(text)?;
        return local(path, path, reference);
    }
    match text.split_once(':') {
        Some((host, path)) => short_ssh(host, path),
        None => short(text, usual),
    }
}

#[cfg(test)]
mod tests;
