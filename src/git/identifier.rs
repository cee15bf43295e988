//! What people call a repository (cli.md 6.1): read, checked, and turned into a URL. Pure: nothing is touched here.

use std::fmt::{self, Display};

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
const LONGEST_OWNER: usize = 39;
const LONGEST_REPO: usize = 100;
const LONGEST_REFERENCE: usize = 250;

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

/// `owner/repo[#ref|@ref]`
fn short(text: &str, usual: Usual<'_>) -> Result<Identifier, String> {
    let (name, reference) = split_reference(text, false)?;
    let Some((owner, repo)) = name.split_once('/') else {
        return Err("the owner is missing: write owner/repo".to_owned());
    };
    if repo.contains('/') {
        return Err("there are too many parts: write owner/repo, or the whole URL".to_owned());
    }
    let repo = repo.strip_suffix(".git").unwrap_or(repo);
    check_owner(owner)?;
    check_repo(repo)?;
    let host = usual.host;
    let url = match usual.protocol {
        Protocol::Https => format!("https://{host}/{owner}/{repo}"),
        Protocol::Ssh => format!("git@{host}:{owner}/{repo}.git"),
    };
    let repository = hosted(url, host, None, &format!("{owner}/{repo}"), usual.protocol);
    Ok(Identifier { repository, reference })
}

/// `https://host[:port]/path[.git][/][#ref|@ref]`
fn web(scheme: &str, rest: &str, allowed: bool) -> Result<Identifier, String> {
    let (authority, path) = rest.split_once('/').ok_or("the path behind the host is missing")?;
    if authority.contains('@') {
        return Err("it carries a user or a password: leave them out, they are asked for or found".to_owned());
    }
    let (host, port) = host_and_port(authority)?;
    if !allowed && !loopback(host) {
        return Err("http:// sends everything unprotected: use https://, or --insecure".to_owned());
    }
    let (path, reference) = split_reference(path, false)?;
    let path = check_path(host, path)?;
    let url = format!("{scheme}://{authority}/{path}");
    Ok(Identifier { repository: hosted(url, host, port, &path, Protocol::Https), reference })
}

/// `ssh://[user@]host[:port]/path[.git][#ref|@ref]`
fn secure_shell(rest: &str) -> Result<Identifier, String> {
    let (authority, path) = rest.split_once('/').ok_or("the path behind the host is missing")?;
    let (user, address) = match authority.split_once('@') {
        Some((user, address)) => (Some(user), address),
        None => (None, authority),
    };
    if let Some(user) = user {
        check_user(user)?;
    }
    let (host, port) = host_and_port(address)?;
    let (path, reference) = split_reference(path, false)?;
    let suffix = path.trim_end_matches('/').strip_suffix(".git").map_or("", |_| ".git");
    let path = check_path(host, path)?;
    let url = format!("ssh://{authority}/{}{suffix}", path.trim_end_matches(".git"));
    Ok(Identifier { repository: hosted(url, host, port, &path, Protocol::Ssh), reference })
}

/// `user@host:path[.git]`, which has no place for a reference.
fn short_ssh(before: &str, path: &str) -> Result<Identifier, String> {
    let Some((user, host)) = before.split_once('@') else {
        return Err("what stands before : is neither a protocol nor user@host".to_owned());
    };
    check_user(user)?;
    check_host(host)?;
    if path.contains('#') {
        return Err("user@host:path takes no reference: use --ui-ref or --core-ref".to_owned());
    }
    let path = path.strip_prefix('/').unwrap_or(path);
    let name = check_path(host, path)?;
    let repository = hosted(format!("{user}@{host}:{path}"), host, None, &name, Protocol::Ssh);
    Ok(Identifier { repository, reference: None })
}

fn local(url: &str, path: &str, reference: Option<String>) -> Result<Identifier, String> {
    if !path.starts_with('/') && !path.starts_with('.') {
        return Err("file:// takes an absolute path, as in file:///srv/ui.git".to_owned());
    }
    let identity = path.trim_end_matches('/').trim_end_matches(".git").to_owned();
    let repository = Repository { url: url.to_owned(), identity, name: path.to_owned(), protocol: None };
    Ok(Identifier { repository, reference })
}

/// A path may well have an `@` or a `#` in the middle: only what stands behind the last `/` counts.
fn local_reference(path: &str) -> Result<(&str, Option<String>), String> {
    let last = path.rfind('/').map_or(0, |at| at + 1);
    let (name, reference) = split_reference(&path[last..], true)?;
    Ok((&path[..last + name.len()], reference))
}

/// Splits `#ref` or `@ref` off.
fn split_reference(text: &str, file_name: bool) -> Result<(&str, Option<String>), String> {
    let Some(at) = text.find(['#', '@']).filter(|at| !file_name || *at > 0) else { return Ok((text, None)) };
    let reference = &text[at + 1..];
    check_reference(reference)?;
    Ok((&text[..at], Some(reference.to_owned())))
}

fn hosted(url: String, host: &str, port: Option<u16>, path: &str, protocol: Protocol) -> Repository {
    let name = path.trim_end_matches('/').trim_end_matches(".git");
    let usual = match (protocol, port) {
        (Protocol::Https, Some(443)) | (Protocol::Ssh, Some(22)) | (_, None) => String::new(),
        (_, Some(port)) => format!(":{port}"),
    };
    let identity = format!("{host}{usual}/{name}").to_ascii_lowercase();
    Repository { url, identity, name: name.to_owned(), protocol: Some(protocol) }
}

/// Whether `reference` may be the name of a branch, a tag or a commit (git-check-ref-format).
pub fn check_reference(reference: &str) -> Result<(), String> {
    let bad = |character: char| {
        character.is_control() || character.is_whitespace() || "~^:?*[\\".contains(character)
    };
    let wrong = if reference.is_empty() {
        "is empty"
    } else if reference.len() > LONGEST_REFERENCE {
        "is too long"
    } else if reference.starts_with('-') {
        "begins with - and would be taken for an option"
    } else if reference.contains(bad)
        || reference.contains("..")
        || reference.contains("@{")
        || reference.contains("//")
        || reference.starts_with('/')
        || reference.ends_with(['/', '.'])
        || reference.split('/').any(|part| part.starts_with('.') || part.strip_suffix(".lock").is_some())
    {
        "cannot be the name of a branch, a tag or a commit"
    } else {
        return Ok(());
    };
    Err(format!("the reference {:?} {wrong}", reference.chars().take(60).collect::<String>()))
}

/// GitHub's rules: 1 to 39 letters, digits and single inner hyphens; managed accounts add `_` and a short name.
fn check_owner(owner: &str) -> Result<(), String> {
    let (name, suffix) = match owner.split_once('_') {
        Some((name, suffix)) => (name, Some(suffix)),
        None => (owner, None),
    };
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let good = name.split('-').all(plain) && suffix.is_none_or(plain);
    if good && owner.len() <= LONGEST_OWNER {
        return Ok(());
    }
    Err(format!(
        "the owner {owner:?} is not 1 to {LONGEST_OWNER} letters, digits and single hyphens between them"
    ))
}

fn check_repo(repo: &str) -> Result<(), String> {
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let good = !repo.is_empty() && repo.len() <= LONGEST_REPO && repo.bytes().all(safe);
    if good && repo != "." && repo != ".." && !repo.starts_with('-') {
        return Ok(());
    }
    Err(format!(
        "the name {repo:?} is not 1 to {LONGEST_REPO} letters, digits, hyphens, underscores and dots"
    ))
}

/// The path of a repository on `host`, checked, without `.git` and the last `/`.
fn check_path(host: &str, path: &str) -> Result<String, String> {
    let path = path.strip_suffix('/').unwrap_or(path);
    let path = path.strip_suffix(".git").unwrap_or(path);
    let parts: Vec<&str> = path.split('/').collect();
    if host.eq_ignore_ascii_case("github.com") {
        let [owner, repo] = parts[..] else {
            return Err("a repository of github.com is owner/repo".to_owned());
        };
        check_owner(owner)?;
        check_repo(repo)?;
        return Ok(path.to_owned());
    }
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~+".contains(&byte);
    for part in parts {
        if part.is_empty() || part == "." || part == ".." || part.starts_with('-') || !part.bytes().all(safe)
        {
            return Err(format!("the part {part:?} of its path is not allowed"));
        }
    }
    Ok(path.to_owned())
}

fn check_user(user: &str) -> Result<(), String> {
    if user.contains(':') {
        return Err("it carries a password: leave it out, it is asked for or found".to_owned());
    }
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if !user.is_empty() && !user.starts_with('-') && user.bytes().all(safe) {
        return Ok(());
    }
    Err(format!("the user {user:?} is not allowed"))
}

fn host_and_port(authority: &str) -> Result<(&str, Option<u16>), String> {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !authority.ends_with(']') => (host, Some(port)),
        Some(_) | None => (authority, None),
    };
    check_host(host)?;
    let port = port.map(|port| port.parse().map_err(|_| format!("the port {port:?} is no number to 65535")));
    Ok((host, port.transpose()?))
}

fn check_host(host: &str) -> Result<(), String> {
    let address = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let good = match address {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            let label = |label: &str| {
                (1..=63).contains(&label.len())
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            };
            host.len() <= 253 && host.split('.').all(label)
        }
    };
    if good { Ok(()) } else { Err(format!("the host {host:?} is no host name")) }
}

fn loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || address.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTTPS: Usual<'_> = Usual { host: "github.com", protocol: Protocol::Https };
    const SSH: Usual<'_> = Usual { host: "github.com", protocol: Protocol::Ssh };

    fn parse(text: &str) -> Result<Identifier, Invalid> {
        Identifier::parse(text, HTTPS, false)
    }

    #[test]
    fn what_is_accepted_and_the_url_it_becomes() {
        let long_owner = "o".repeat(39);
        let long_repo = "r".repeat(100);
        let longest = format!("{long_owner}/{long_repo}");
        let longest_url = format!("https://github.com/{longest}");
        for (text, url, reference) in [
            ("KubeOrch/ui", "https://github.com/KubeOrch/ui", None),
            ("  me/ui\n", "https://github.com/me/ui", None),
            ("me/ui.git", "https://github.com/me/ui", None),
            ("me/.github", "https://github.com/me/.github", None),
            ("me/_ui", "https://github.com/me/_ui", None),
            ("a-b-c/x.y_z-1", "https://github.com/a-b-c/x.y_z-1", None),
            ("octo_corp/ui", "https://github.com/octo_corp/ui", None),
            ("me/ui#dev", "https://github.com/me/ui", Some("dev")),
            ("me/ui@feature/x", "https://github.com/me/ui", Some("feature/x")),
            (&longest, &longest_url, None),
            ("https://github.com/me/ui", "https://github.com/me/ui", None),
            ("https://github.com/me/ui.git/", "https://github.com/me/ui", None),
            ("HTTPS://git.example:8443/a/b/c.git#v1", "https://git.example:8443/a/b/c", Some("v1")),
            ("http://127.0.0.1:9/ui.git", "http://127.0.0.1:9/ui", None),
            ("http://[::1]:9/ui", "http://[::1]:9/ui", None),
            ("http://localhost/ui", "http://localhost/ui", None),
            ("ssh://git@git.example:2222/me/ui.git", "ssh://git@git.example:2222/me/ui.git", None),
            ("ssh://git.example/me/ui@v1", "ssh://git.example/me/ui", Some("v1")),
            ("git@github.com:me/ui.git", "git@github.com:me/ui.git", None),
            ("git@github.com:me/ui", "git@github.com:me/ui", None),
            ("file:///srv/ui.git", "file:///srv/ui.git", None),
            ("/srv/a@b/ui.git#dev", "/srv/a@b/ui.git", Some("dev")),
            ("./ui", "./ui", None),
            ("../ui@v2", "../ui", Some("v2")),
        ] {
            let found = parse(text).unwrap_or_else(|invalid| panic!("{invalid}"));
            assert_eq!(
                (found.repository.url.as_str(), found.reference.as_deref()),
                (url, reference),
                "{text}"
            );
        }
        let found = Identifier::parse("me/ui", SSH, false).expect("valid");
        assert_eq!(found.repository.url, "git@github.com:me/ui.git");
        let found = Identifier::parse("http://git.example/me/ui", HTTPS, true).expect("allowed");
        assert_eq!(found.repository.url, "http://git.example/me/ui");
    }

    #[test]
    fn what_is_refused_and_why() {
        let long_owner = format!("{}/ui", "o".repeat(40));
        let long_repo = format!("me/{}", "r".repeat(101));
        let long = format!("https://git.example/{}", "a/".repeat(1200));
        for (text, why) in [
            ("", "empty"),
            ("   ", "empty"),
            ("ui", "owner is missing"),
            ("a/b/c", "too many parts"),
            ("/", "absolute"),
            ("me/", "name"),
            ("me/.", "name"),
            ("me/..", "name"),
            ("-me/ui", "option"),
            ("me-/ui", "owner"),
            ("me--x/ui", "owner"),
            ("me_/ui", "owner"),
            (&long_owner, "owner"),
            (&long_repo, "name"),
            (&long, "longer"),
            ("mé/ui", "owner"),
            ("me/üi", "name"),
            ("me/u\u{202e}i", "name"),
            ("--upload-pack=touch /tmp/x", "contains"),
            ("--upload-pack=x/y", "option"),
            ("me/-ui", "name"),
            ("me/ui\nx", "contains"),
            ("me/ui x", "contains"),
            ("me/ui\0", "contains"),
            ("me/ui#", "reference"),
            ("me/ui#-x", "option"),
            ("me/ui#a..b", "reference"),
            ("me/ui@x.lock", "reference"),
            ("ext::sh -c x", "contains"),
            ("ext::x", "before :"),
            ("ftp://h/a/b", "ftp"),
            ("git://h/a/b", "git"),
            ("https://h", "path"),
            ("https://h/", "part"),
            ("https://h/../b", "part"),
            ("https://h/a/%2e%2e", "part"),
            ("https://h/-x/b", "part"),
            ("https://bob:hunter2@h/a/b", "password"),
            ("https://bob@h/a/b", "user"),
            ("https://-h/a/b", "host"),
            ("https://h_/a/b", "host"),
            ("https://h:99999/a/b", "port"),
            ("https://[::g]/a/b", "host"),
            ("https://github.com/a", "owner/repo"),
            ("https://github.com/a/b/c", "owner/repo"),
            ("http://git.example/a/b", "--insecure"),
            ("http://127.0.0.1.evil.example/a/b", "--insecure"),
            ("ssh://bob:pw@h/a/b", "password"),
            ("ssh://-oProxyCommand=x/a/b", "host"),
            ("-oProxyCommand=x@h:a/b", "option"),
            ("git@-h:a/b", "host"),
            ("git@h:../b", "part"),
            ("git@h:a/b#dev", "--ui-ref"),
            ("file://srv/x", "absolute"),
        ] {
            match parse(text) {
                Ok(found) => assert_eq!((text, why), ("/", "absolute"), "{found:?}"),
                Err(invalid) => assert!(invalid.to_string().contains(why), "{text:?}: {invalid}"),
            }
        }
    }

    #[test]
    fn a_secret_in_a_url_is_not_repeated() {
        let invalid = parse("https://bob:hunter2@h/a/b").expect_err("refused");
        assert!(!crate::redact::text(&invalid.to_string()).contains("hunter2"));
    }

    #[test]
    fn the_same_repository_has_many_spellings() {
        let official = parse("KubeOrch/ui").expect("valid").repository;
        for text in [
            "kubeorch/UI",
            "https://github.com/KubeOrch/ui.git",
            "https://GitHub.com:443/kubeorch/ui/",
            "git@github.com:KubeOrch/ui.git",
            "ssh://git@github.com/KubeOrch/ui",
            "ssh://git@github.com:22/KubeOrch/ui",
        ] {
            assert!(official.is(&parse(text).expect("valid").repository), "{text}");
        }
        for text in [
            "me/ui",
            "KubeOrch/core",
            "https://gitlab.com/KubeOrch/ui",
            "https://github.com:8443/KubeOrch/ui",
        ] {
            assert!(!official.is(&parse(text).expect("valid").repository), "{text}");
        }
    }
}
