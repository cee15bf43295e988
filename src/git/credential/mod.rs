//! What is offered to a host that wants to know who asks (cli.md 6.5).
//!
//! libgit2 asks again after every rejection and knows no limit: the limit, and that nothing is offered twice, is here.

mod helper;
mod keys;
mod netrc;
mod program;
mod secrets;

use std::collections::VecDeque;

use git2::{Cred, CredentialType};
use secrecy::{ExposeSecret, SecretString};

use super::configuration::Configuration;
use super::connect::{Access, Question, stopped};
use super::remote::Place;
use super::transfer::Transfer;
use helper::Helper;
use keys::Key;
use secrets::Source;

/// How many times a host may say no.
const MOST: usize = 12;

/// A user and what proves it.
#[derive(Debug, Clone)]
pub struct Login {
    /// The user.
    pub user: String,
    /// Its password or token.
    pub secret: SecretString,
}

/// Everything that can be offered to one host, in order, each once.
pub struct Candidates {
    host: String,
    url: String,
    user: Option<String>,
    web: VecDeque<Source>,
    ssh: VecDeque<Key>,
    tried: Vec<String>,
    /// The helper whose answer, or whose user's answer, was offered last: it is told what came of it.
    offered: Option<(Vec<Helper>, Login)>,
    helpers: Vec<Helper>,
    exhausted: bool,
}

/// Where somebody can be asked: the user, or a program.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// Answers a question, or not.
    pub ask: &'a dyn Fn(&Question) -> Option<SecretString>,
    /// Hears which program is waited for, and for how long it may be.
    pub transfer: &'a Transfer,
}

impl Candidates {
    /// What there is for `url`.
    pub fn new(url: &str, place: &Place, access: &Access, configuration: &Configuration) -> Self {
        let mut candidates = Self {
            host: String::new(),
            url: url.to_owned(),
            user: None,
            web: VecDeque::new(),
            ssh: VecDeque::new(),
            tried: Vec::new(),
            offered: None,
            helpers: Vec::new(),
            exhausted: false,
        };
        match place {
            Place::Local => {}
            Place::Web { host } => {
                host.clone_into(&mut candidates.host);
                candidates.user = configuration.last("credential", "username");
                candidates.helpers = helper::all(configuration);
                candidates.web = secrets::sources(host, access, &candidates.helpers);
            }
            Place::Ssh { alias, host, user, .. } => {
                host.clone_into(&mut candidates.host);
                candidates.user = Some(user.clone());
                candidates.ssh = keys::all(alias);
            }
        }
        candidates
    }

    /// The next one of a kind that the host takes.
    pub fn next(
        &mut self,
        user: Option<&str>,
        allowed: CredentialType,
        desk: Desk<'_>,
    ) -> Result<Cred, git2::Error> {
        self.rejected(desk.transfer);
        let user = user.map(str::to_owned).or_else(|| self.user.clone());
        if allowed.contains(CredentialType::USERNAME) {
            return Cred::username(user.as_deref().unwrap_or("git"));
        }
        while self.tried.len() < MOST && desk.transfer.goes_on() {
            let found = if allowed.contains(CredentialType::SSH_KEY) {
                let Some(key) = self.ssh.pop_front() else { break };
                let found = key.credential(user.as_deref().unwrap_or("git"), desk);
                found.map(|credential| (key.to_string(), credential))
            } else if allowed.contains(CredentialType::USER_PASS_PLAINTEXT) {
                let Some(source) = self.web.pop_front() else { break };
                let login = source.login(&self.url, &self.host, user.as_deref(), desk);
                login.and_then(|login| {
                    let credential =
                        Cred::userpass_plaintext(&login.user, login.secret.expose_secret()).ok()?;
                    self.offered = Some((source.keepers(&self.helpers), login));
                    Some((source.to_string(), credential))
                })
            } else {
                break;
            };
            if let Some((label, credential)) = found {
                self.tried.push(label);
                return Ok(credential);
            }
        }
        self.exhausted = true;
        Err(stopped())
    }

    /// Whether the host rejected all there was.
    pub fn exhausted(&self) -> bool {
        self.exhausted
    }

    /// What was offered, without the secrets.
    pub fn tried(&self) -> Vec<String> {
        self.tried.clone()
    }

    /// What was offered last is no good: its helper forgets it.
    pub fn rejected(&mut self, transfer: &Transfer) {
        if let Some((helpers, login)) = self.offered.take() {
            for helper in helpers {
                helper.erase(&self.url, &login, transfer);
            }
        }
    }

    /// What was offered last was let in: its helper keeps it.
    pub fn accepted(&mut self, transfer: &Transfer) {
        if let Some((helpers, login)) = self.offered.take() {
            for helper in helpers {
                helper.store(&self.url, &login, transfer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio_util::sync::CancellationToken;

    use super::*;

    fn candidates(sources: usize) -> Candidates {
        let access = Access {
            tokens: Vec::new(),
            proxy: None,
            authorities: None,
            offline: false,
            ask: Arc::new(|_| None),
        };
        let place = Place::Local;
        let url = "https://git.example/a/b";
        let mut candidates = Candidates::new(url, &place, &access, &Configuration::of(url));
        candidates.web = (0..sources).map(|_| Source::Prompt).collect();
        candidates
    }

    #[test]
    fn each_is_offered_once_and_no_more_than_twelve() {
        for (sources, offered) in [(0, 0), (3, 3), (40, 12)] {
            let mut candidates = candidates(sources);
            let ask = |_: &Question| Some(SecretString::from("x"));
            let kind = CredentialType::USER_PASS_PLAINTEXT;
            let transfer = Transfer::new(CancellationToken::new(), |_| ());
            let desk = Desk { ask: &ask, transfer: &transfer };
            let count = std::iter::from_fn(|| candidates.next(None, kind, desk).ok()).take(100).count();
            assert_eq!(count, offered);
            assert!(candidates.exhausted());
            assert_eq!(candidates.tried().len(), offered);
        }
    }

    #[test]
    fn without_an_answer_nothing_is_offered() {
        let mut candidates = candidates(3);
        let transfer = Transfer::new(CancellationToken::new(), |_| ());
        let desk = Desk { ask: &|_| None, transfer: &transfer };
        assert!(candidates.next(None, CredentialType::USER_PASS_PLAINTEXT, desk).is_err());
        assert!(candidates.tried().is_empty());
    }
}
