//! Whether the key of a host is the one it had (sshd(8), `known_hosts`).

use std::io::Write;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use ring::hmac;
use sha2::{Digest, Sha256};

use super::config::{Settings, wildcard};
use crate::git::connect::Question;
use crate::git::error::Error;

/// The keys of github.com, as it publishes them.
const GITHUB: [&str; 3] = [
    "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU",
    "SHA256:p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM",
    "SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDx9p9PzQBQ5BFPKMo",
];

/// What the files say about a key.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Known {
    /// It is the one.
    Same,
    /// There is another one of its kind; where.
    Other(String),
    /// It was revoked; where.
    Revoked(String),
    /// Nothing.
    Nothing,
}

/// Whether `key`, which `host` shows, is trusted; its name in the URL is `alias`. Unknown ones are trusted when `trust`
/// says so, and written down.
pub fn check(
    alias: &str,
    host: &str,
    port: u16,
    key: &[u8],
    trust: &dyn Fn(&Question) -> bool,
) -> Result<(), Error> {
    let settings = Settings::of(alias);
    let own = if settings.known_hosts.is_empty() {
        super::folder()
            .into_iter()
            .flat_map(|folder| [folder.join("known_hosts"), folder.join("known_hosts2")])
            .collect()
    } else {
        settings.known_hosts.clone()
    };
    let shown = fingerprint(key);
    let host = || host.to_owned();
    let name = spelled(&host(), port);
    let files = own.iter().cloned().chain([PathBuf::from("/etc/ssh/ssh_known_hosts")]);
    let mut known = Known::Nothing;
    for file in files {
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        match look(&text, &name, key, &file) {
            Known::Same => return Ok(()),
            Known::Nothing => {}
            found @ (Known::Other(_) | Known::Revoked(_)) => known = found,
        }
    }
    match known {
        Known::Other(known) | Known::Revoked(known) => {
            Err(Error::HostKeyChanged { host: name, fingerprint: shown, known })
        }
        Known::Same | Known::Nothing => {
            let published = host().eq_ignore_ascii_case("github.com") && GITHUB.contains(&shown.as_str());
            let yes = match settings.strict.as_deref() {
                Some("yes") => published,
                Some("accept-new" | "no" | "off") => true,
                Some(_) | None => {
                    published || trust(&Question::Trust { host: name.clone(), fingerprint: shown.clone() })
                }
            };
            if !yes {
                return Err(Error::HostKeyUnknown { host: host(), fingerprint: shown });
            }
            if let Some(file) = own.first() {
                remember(file, &name, key);
            }
            Ok(())
        }
    }
}

/// How `known_hosts` spells a host: with its port, unless it is the usual one.
fn spelled(host: &str, port: u16) -> String {
    if port == 22 { host.to_ascii_lowercase() } else { format!("[{}]:{port}", host.to_ascii_lowercase()) }
}

/// As `ssh-keygen -l` shows a key.
fn fingerprint(key: &[u8]) -> String {
    format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(key)))
}

fn look(text: &str, name: &str, key: &[u8], file: &Path) -> Known {
    let shown = kind(key);
    let mut found = Known::Nothing;
    for (number, line) in text.lines().enumerate() {
        let mut words = line.split_whitespace();
        let Some(mut hosts) = words.next().filter(|word| !word.starts_with('#')) else { continue };
        let mark = hosts.strip_prefix('@');
        if mark.is_some() {
            let Some(next) = words.next() else { continue };
            hosts = next;
        }
        let (Some(_), Some(body)) = (words.next(), words.next()) else { continue };
        let Ok(known) = STANDARD.decode(body) else { continue };
        if !names(hosts, name) {
            continue;
        }
        let place = || format!("{}:{}", file.display(), number + 1);
        match mark {
            Some("revoked") if known == key => return Known::Revoked(place()),
            None if known == key => found = Known::Same,
            None if kind(&known) == shown && found == Known::Nothing => found = Known::Other(place()),
            // Certificates of hosts are not read by the library; keys of another kind say nothing.
            Some(_) | None => {}
        }
    }
    found
}

/// The kind of a key: the first field of its body.
fn kind(key: &[u8]) -> Option<&[u8]> {
    let (length, rest) = key.split_first_chunk::<4>()?;
    rest.get(..usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

/// Whether the first field of a line means `name`: patterns, or a salted hash of the name.
fn names(hosts: &str, name: &str) -> bool {
    if let Some(hashed) = hosts.strip_prefix("|1|") {
        let Some((salt, hash)) = hashed.split_once('|') else { return false };
        let (Ok(salt), Ok(hash)) = (STANDARD.decode(salt), STANDARD.decode(hash)) else { return false };
        // OpenSSH hashes names with HMAC-SHA1.
        let salt = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &salt);
        return hmac::verify(&salt, name.as_bytes(), &hash).is_ok();
    }
    let mut matching = false;
    for pattern in hosts.split(',') {
        match pattern.strip_prefix('!') {
            Some(pattern) if wildcard(pattern, name) => return false,
            Some(_) => {}
            None => matching |= wildcard(pattern, name),
        }
    }
    matching
}

/// Writes a key down that was trusted. Where it cannot be, it is asked for again next time.
fn remember(file: &Path, name: &str, key: &[u8]) {
    let Some(kind) = kind(key).and_then(|kind| std::str::from_utf8(kind).ok()) else { return };
    let Ok(mut file) = std::fs::OpenOptions::new().append(true).create(true).open(file) else { return };
    let _ = writeln!(file, "{name} {kind} {}", STANDARD.encode(key));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key of `kind` with this body.
    fn key(kind: &str, body: u8) -> Vec<u8> {
        let mut key = u32::try_from(kind.len()).expect("short").to_be_bytes().to_vec();
        key.extend(kind.as_bytes());
        key.extend([0, 0, 0, 1, body]);
        key
    }

    fn found(text: &str, name: &str, key: &[u8]) -> Known {
        look(text, name, key, Path::new("known_hosts"))
    }

    #[test]
    fn a_key_is_the_same_another_or_unknown() {
        let (mine, other) = (key("ssh-ed25519", 1), key("ssh-ed25519", 2));
        let line =
            |hosts: &str, key: &[u8]| format!("{hosts} ssh-ed25519 {} comment\n", STANDARD.encode(key));
        let text = format!(
            "# comment\n\n{}{}",
            line("git.example,10.0.0.1", &mine),
            line("[git.example]:2222", &other)
        );
        assert_eq!(found(&text, "git.example", &mine), Known::Same);
        assert_eq!(found(&text, "10.0.0.1", &mine), Known::Same);
        assert_eq!(found(&text, "git.example", &other), Known::Other("known_hosts:3".to_owned()));
        assert_eq!(found(&text, "[git.example]:2222", &other), Known::Same);
        assert_eq!(found(&text, "else.example", &mine), Known::Nothing);
        let rsa = key("ssh-rsa", 1);
        assert_eq!(found(&text, "git.example", &rsa), Known::Nothing, "a key of another kind says nothing");
        let revoked = format!("@revoked {}", line("*", &mine));
        assert_eq!(found(&revoked, "git.example", &mine), Known::Revoked("known_hosts:1".to_owned()));
        let negated = line("*.example,!git.example", &mine);
        assert_eq!(found(&negated, "git.example", &mine), Known::Nothing);
        assert_eq!(found(&negated, "a.example", &mine), Known::Same);
    }

    #[test]
    fn a_hashed_name_is_found() {
        let salt = b"01234567890123456789";
        let signed = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, salt), b"git.example");
        let hosts = format!("|1|{}|{}", STANDARD.encode(salt), STANDARD.encode(signed));
        let mine = key("ssh-ed25519", 1);
        let text = format!("{hosts} ssh-ed25519 {}", STANDARD.encode(&mine));
        assert_eq!(found(&text, "git.example", &mine), Known::Same);
        assert_eq!(found(&text, "git.exampl", &mine), Known::Nothing);
    }

    #[test]
    fn hosts_are_spelled_with_an_unusual_port() {
        assert_eq!((spelled("H", 22), spelled("h", 2222)), ("h".to_owned(), "[h]:2222".to_owned()));
    }
}
