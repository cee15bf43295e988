//! What proves a user to an SSH server (cli.md 6.5).

use std::collections::VecDeque;
use std::fmt::{self, Display};
use std::path::{Path, PathBuf};

use git2::Cred;
use secrecy::{ExposeSecret, SecretString};

use super::{Desk, program};
use crate::git::connect::Question;
use crate::git::ssh;

/// An agent or a key file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// The agent, which offers each of its identities.
    Agent,
    /// A file.
    File(PathBuf),
}

/// Everything there is for a host by this name in its URL: the agent, the files its configuration names, the usual ones.
pub fn all(alias: &str) -> VecDeque<Key> {
    let settings = ssh::Settings::of(alias);
    let mut keys = VecDeque::new();
    let agent = std::env::var_os("SSH_AUTH_SOCK").is_some_and(|socket| !socket.is_empty());
    if agent && !settings.no_agent() && !settings.identities_only {
        keys.push_back(Key::Agent);
    }
    let usual =
        ["id_ed25519", "id_ecdsa", "id_rsa"].map(|name| ssh::folder().map(|folder| folder.join(name)));
    let usual = if settings.identities_only { Vec::new() } else { usual.into_iter().flatten().collect() };
    for file in settings.identity_files.into_iter().chain(usual) {
        let key = Key::File(file.clone());
        if file.is_file() && !keys.contains(&key) {
            keys.push_back(key);
        }
    }
    keys
}

impl Key {
    /// The key as the library takes it; asks for the passphrase of an encrypted one.
    pub fn credential(&self, user: &str, desk: Desk<'_>) -> Option<Cred> {
        match self {
            Self::Agent => Cred::ssh_key_from_agent(user).ok(),
            Self::File(file) => {
                let passphrase = if encrypted(file) { Some(passphrase(file, desk)?) } else { None };
                let passphrase = passphrase.as_ref().map(ExposeSecret::expose_secret);
                Cred::ssh_key(user, None, file, passphrase).ok()
            }
        }
    }
}

impl Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agent => f.write_str("the SSH agent"),
            Self::File(file) => write!(f, "{}", file.display()),
        }
    }
}

fn passphrase(file: &Path, desk: Desk<'_>) -> Option<SecretString> {
    if let Some(set) = std::env::var("ORCHCLI_SSH_PASSPHRASE").ok().filter(|set| !set.is_empty()) {
        return Some(set.into());
    }
    if let Ok(askpass) = std::env::var("SSH_ASKPASS") {
        let question = format!("Enter passphrase for key '{}': ", file.display());
        let answer = program::output(("SSH_ASKPASS", desk.transfer), &askpass, &[question.as_str()], "")?;
        return Some(answer.expose_secret().trim_end_matches(['\r', '\n']).to_owned().into());
    }
    (desk.ask)(&Question::Passphrase { key: file.to_owned() })
}

/// Whether a key file wants a passphrase: by its PEM header, or by the cipher that OpenSSH's own format names.
fn encrypted(file: &Path) -> bool {
    use base64::Engine as _;
    let Ok(text) = std::fs::read_to_string(file) else { return false };
    if text.contains("ENCRYPTED") {
        return true;
    }
    let Some(body) = text.strip_prefix("-----BEGIN OPENSSH PRIVATE KEY-----") else { return false };
    let body: String = body.lines().take_while(|line| !line.starts_with('-')).collect();
    let Ok(bytes) = base64::engine::general_purpose::STANDARD.decode(body) else { return false };
    // "openssh-key-v1\0", then the length of the cipher's name and the name.
    let cipher = bytes.strip_prefix(b"openssh-key-v1\0\0\0\0");
    cipher.is_some_and(|rest| !rest.starts_with(b"\x04none"))
}
