//! Where passwords and tokens for web servers come from (cli.md 6.5).

use std::collections::VecDeque;
use std::fmt::{self, Display};

use secrecy::{ExposeSecret, SecretString};

use super::helper::Helper;
use super::{Desk, Login, netrc, program};
use crate::git::connect::{Access, Question};

/// A place that may know a login.
#[derive(Debug, Clone)]
pub enum Source {
    /// An environment variable with a token.
    Variable {
        /// Its name.
        name: String,
        /// The user it is for.
        user: Option<String>,
    },
    /// A credential helper.
    Helper(Helper),
    /// `~/.netrc`.
    Netrc,
    /// `gh auth token`.
    Gh,
    /// The program that an environment variable names.
    Askpass(String),
    /// The user.
    Prompt,
}

/// Everything that may know a login for `host`. Tokens go to the host they belong to and to no other.
pub fn sources(host: &str, access: &Access, helpers: &[Helper]) -> VecDeque<Source> {
    let variable = |name: &str| Source::Variable { name: name.to_owned(), user: None };
    let set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let of_host: &[&str] = match host.to_ascii_lowercase().as_str() {
        "github.com" => &["ORCHCLI_GIT_TOKEN", "GH_TOKEN", "GITHUB_TOKEN"],
        "gitlab.com" => &["ORCHCLI_GIT_TOKEN", "GITLAB_TOKEN"],
        _ => &["ORCHCLI_GIT_TOKEN"],
    };
    let mut sources: VecDeque<Source> =
        of_host.iter().filter(|name| set(name)).map(|name| variable(name)).collect();
    let own = access.tokens.iter().filter(|token| token.host.eq_ignore_ascii_case(host));
    sources
        .extend(own.map(|token| Source::Variable { name: token.variable.clone(), user: token.user.clone() }));
    sources.extend(helpers.iter().cloned().map(Source::Helper));
    sources.push_back(Source::Netrc);
    if host.eq_ignore_ascii_case("github.com") {
        sources.push_back(Source::Gh);
    }
    let askpass = ["GIT_ASKPASS", "SSH_ASKPASS"].into_iter().find(set);
    sources.extend(askpass.map(|name| Source::Askpass(name.to_owned())));
    sources.push_back(Source::Prompt);
    sources
}

impl Source {
    /// What it knows.
    pub fn login(&self, url: &str, host: &str, user: Option<&str>, desk: Desk<'_>) -> Option<Login> {
        let label = self.to_string();
        let told = (label.as_str(), desk.transfer);
        match self {
            Self::Variable { name, user: owner } => {
                let secret = std::env::var(name).ok().filter(|secret| !secret.is_empty())?;
                let user = owner.as_deref().or(user).unwrap_or(match host {
                    "gitlab.com" => "oauth2",
                    _ => "x-access-token",
                });
                Some(Login { user: user.to_owned(), secret: secret.into() })
            }
            Self::Helper(helper) => helper.get(url, user, desk.transfer),
            Self::Netrc => netrc::login(host, user),
            Self::Gh => {
                let secret = program::output(told, "gh", &["auth", "token"], "")?;
                let secret = secret.expose_secret().trim();
                (!secret.is_empty())
                    .then(|| Login { user: "x-access-token".to_owned(), secret: secret.to_owned().into() })
            }
            Self::Askpass(variable) => {
                let program = std::env::var(variable).ok()?;
                let answer = |question: String| {
                    let answer = program::output(told, &program, &[question.as_str()], "")?;
                    let line = answer.expose_secret().lines().next()?.to_owned();
                    (!line.is_empty()).then(|| SecretString::from(line))
                };
                let user = match user {
                    Some(user) => user.to_owned(),
                    None => answer(format!("Username for 'https://{host}': "))?.expose_secret().to_owned(),
                };
                let secret = answer(format!("Password for 'https://{user}@{host}': "))?;
                Some(Login { user, secret })
            }
            Self::Prompt => {
                let host = host.to_owned();
                let user = match user {
                    Some(user) => user.to_owned(),
                    None => (desk.ask)(&Question::User { host: host.clone() })?.expose_secret().to_owned(),
                };
                let secret = (desk.ask)(&Question::Password { host, user: user.clone() })?;
                Some(Login { user, secret })
            }
        }
    }

    /// The helpers that are told what came of its answer: for what the user typed, all of them.
    pub fn keepers(&self, helpers: &[Helper]) -> Vec<Helper> {
        match self {
            Self::Helper(helper) => vec![helper.clone()],
            Self::Prompt => helpers.to_vec(),
            Self::Variable { .. } | Self::Netrc | Self::Gh | Self::Askpass(_) => Vec::new(),
        }
    }
}

impl Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable { name, .. } => f.write_str(name),
            Self::Helper(helper) => helper.fmt(f),
            Self::Netrc => f.write_str("~/.netrc"),
            Self::Gh => f.write_str("gh auth token"),
            Self::Askpass(variable) => f.write_str(variable),
            Self::Prompt => f.write_str("what was typed in"),
        }
    }
}
