//! Where a URL really leads, and what may be reached there.

use std::path::Path;

use git2::{Remote, Repository};

use super::connect::{Access, Link};
use super::error::Error;
use super::ssh;
use super::transfer::Transfer;

/// What a URL leads to, after `url.<base>.insteadOf`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A folder of this machine.
    Local,
    /// A web server.
    Web {
        /// Its name.
        host: String,
    },
    /// An SSH server.
    Ssh {
        /// Its name in the URL, by which the user's configuration knows it.
        alias: String,
        /// Its name, as `known_hosts` spells it.
        host: String,
        /// Its port.
        port: u16,
        /// Who logs in.
        user: String,
        /// The path of the repository.
        path: String,
    },
}

/// Reads where `url` leads.
pub fn place(url: &str) -> Place {
    if let Ok(parsed) = url::Url::parse(url) {
        let host = parsed.host_str().unwrap_or_default().to_owned();
        match parsed.scheme() {
            "http" | "https" => return Place::Web { host },
            "ssh" => {
                let user = if parsed.username().is_empty() { "" } else { parsed.username() };
                let (port, path) = (parsed.port().unwrap_or(0), parsed.path().to_owned());
                return Place::Ssh { alias: host.clone(), host, port, user: user.to_owned(), path };
            }
            _ => return Place::Local,
        }
    }
    match url.split_once(':').and_then(|(before, path)| Some((before.split_once('@')?, path))) {
        Some(((user, host), path)) if !url.starts_with(['/', '.']) => {
            let (alias, user, path) = (host.to_owned(), user.to_owned(), path.to_owned());
            Place::Ssh { host: alias.clone(), alias, port: 0, user, path }
        }
        Some(_) | None => Place::Local,
    }
}

/// A nameless remote of `repository` for `url`: what it is told goes where git's and ssh's configuration lead.
pub fn anonymous<'r>(
    repository: &'r Repository,
    url: &str,
    access: &Access,
) -> Result<(Remote<'r>, Place, String), Error> {
    let refused = || Error::repository(format!("cannot use {}", crate::redact::text(url)));
    let remote = repository.remote_anonymous(url).map_err(refused())?;
    let led = remote.url().map_err(refused())?.to_owned();
    let place = place(&led);
    if access.offline && !near(&place) {
        return Err(Error::Offline { url: crate::redact::text(url) });
    }
    if place == Place::Local {
        let there = |url: &str| Path::new(url.strip_prefix("file://").unwrap_or(url)).exists();
        if there(&led) {
            return Ok((remote, place, led));
        }
        // As Git has it: the name of a repository may leave its .git out.
        let whole = format!("{}.git", led.trim_end_matches('/'));
        if !there(&whole) {
            // The library would take it for a protocol that it does not know.
            return Err(Error::not_found(url));
        }
        return Ok((repository.remote_anonymous(&whole).map_err(refused())?, place, whole));
    }
    let Place::Ssh { alias, port, user, path, .. } = &place else { return Ok((remote, place, led)) };
    let settings = ssh::Settings::of(alias);
    let host = settings.host.clone().unwrap_or_else(|| alias.clone());
    let port = if *port == 0 { settings.port.unwrap_or(22) } else { *port };
    let user = match (user.as_str(), &settings.user) {
        ("", Some(user)) => user.clone(),
        ("", None) => "git".to_owned(),
        (user, _) => user.to_owned(),
    };
    let url = if path.starts_with('/') {
        format!("ssh://{user}@{host}:{port}{path}")
    } else {
        // Relative to the home of the user on the host, which only this form can say.
        format!("[{user}@{host}:{port}]:{path}")
    };
    let remote = repository.remote_anonymous(&url).map_err(refused())?;
    let (alias, path) = (alias.clone(), path.clone());
    Ok((remote, Place::Ssh { alias, host, port, user, path }, url))
}

/// Whether it can be reached without the network.
fn near(place: &Place) -> bool {
    let host = match place {
        Place::Local => return true,
        Place::Web { host } | Place::Ssh { host, .. } => host.trim_start_matches('[').trim_end_matches(']'),
    };
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Asks whether `url` can be read, as a plan does: nothing is transferred.
pub async fn reachable(url: String, access: Access, transfer: &Transfer) -> Result<(), Error> {
    let named = url.clone();
    transfer
        .run(&named, move |transfer| {
            let folder = std::env::temp_dir();
            let nowhere = Repository::discover(&folder).or_else(|_| {
                // Only its configuration is needed, which is the user's.
                Repository::init_bare(folder.join(format!("orchcli-{}", std::process::id())))
            });
            let nowhere = nowhere.map_err(Error::repository("cannot look at the host"))?;
            let result = anonymous(&nowhere, &url, &access).and_then(|(mut remote, place, led)| {
                let link = Link::new(&url, &led, place, &access, transfer);
                link.greet(&mut remote).map_err(|error| link.explain(&error))
            });
            let made = folder.join(format!("orchcli-{}", std::process::id()));
            if nowhere.path().starts_with(&made) {
                // Left behind, it is an empty folder among temporary ones.
                let _ = std::fs::remove_dir_all(&made);
            }
            result
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_leads_to_a_kind_of_place() {
        let ssh = |host: &str, port, path: &str| Place::Ssh {
            alias: host.to_owned(),
            host: host.to_owned(),
            port,
            user: "git".to_owned(),
            path: path.to_owned(),
        };
        assert_eq!(place("git@h:a/b.git"), ssh("h", 0, "a/b.git"));
        assert_eq!(place("ssh://git@h:2222/a/b"), ssh("h", 2222, "/a/b"));
        assert_eq!(place("https://h/a/b"), Place::Web { host: "h".to_owned() });
        assert_eq!(place("file:///srv/a@b:c"), Place::Local);
        assert_eq!(place("/srv/a@b:c"), Place::Local);
        assert_eq!(place("./a@b:c"), Place::Local);
    }
}
