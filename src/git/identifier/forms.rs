//! The forms that an identifier comes in.

use super::checks::{
    check_host, check_owner, check_path, check_reference, check_repo, check_user, host_and_port, loopback,
};
use super::{Identifier, Protocol, Repository, Usual};

/// `owner/repo[#ref|@ref]`
pub(super) fn short(text: &str, usual: Usual<'_>) -> Result<Identifier, String> {
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
pub(super) fn web(scheme: &str, rest: &str, allowed: bool) -> Result<Identifier, String> {
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
pub(super) fn secure_shell(rest: &str) -> Result<Identifier, String> {
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
pub(super) fn short_ssh(before: &str, path: &str) -> Result<Identifier, String> {
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

pub(super) fn local(url: &str, path: &str, reference: Option<String>) -> Result<Identifier, String> {
    if !path.starts_with('/') && !path.starts_with('.') {
        return Err("file:// takes an absolute path, as in file:///srv/ui.git".to_owned());
    }
    let identity = path.trim_end_matches('/').trim_end_matches(".git").to_owned();
    let repository = Repository { url: url.to_owned(), identity, name: path.to_owned(), protocol: None };
    Ok(Identifier { repository, reference })
}

/// A path may well have an `@` or a `#` in the middle: only what stands behind the last `/` counts.
pub(super) fn local_reference(path: &str) -> Result<(&str, Option<String>), String> {
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
