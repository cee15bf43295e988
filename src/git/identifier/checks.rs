//! What the parts of an identifier may be.

const LONGEST_OWNER: usize = 39;
const LONGEST_REPO: usize = 100;
const LONGEST_REFERENCE: usize = 250;

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
pub(super) fn check_owner(owner: &str) -> Result<(), String> {
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

pub(super) fn check_repo(repo: &str) -> Result<(), String> {
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
pub(super) fn check_path(host: &str, path: &str) -> Result<String, String> {
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

pub(super) fn check_user(user: &str) -> Result<(), String> {
    if user.contains(':') {
        return Err("it carries a password: leave it out, it is asked for or found".to_owned());
    }
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if !user.is_empty() && !user.starts_with('-') && user.bytes().all(safe) {
        return Ok(());
    }
    Err(format!("the user {user:?} is not allowed"))
}

pub(super) fn host_and_port(authority: &str) -> Result<(&str, Option<u16>), String> {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !authority.ends_with(']') => (host, Some(port)),
        Some(_) | None => (authority, None),
    };
    check_host(host)?;
    let port = port.map(|port| port.parse().map_err(|_| format!("the port {port:?} is no number to 65535")));
    Ok((host, port.transpose()?))
}

pub(super) fn check_host(host: &str) -> Result<(), String> {
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

pub(super) fn loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || address.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}
