//! Git's credential helpers, run directly (gitcredentials(7)).

use std::fmt::{self, Display};
use std::path::Path;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{Login, program};
use crate::git::configuration::Configuration;
use crate::git::transfer::Transfer;

/// One helper of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Helper {
    command: String,
    whole_path: bool,
}

/// The helpers for the URL of `configuration`, in order. An empty value forgets those before it.
pub fn all(configuration: &Configuration) -> Vec<Helper> {
    let whole_path = configuration.last("credential", "usehttppath").is_some_and(|value| value == "true");
    let mut helpers = Vec::new();
    for command in configuration.all("credential", "helper") {
        if command.is_empty() {
            helpers.clear();
        } else {
            helpers.push(Helper { command, whole_path });
        }
    }
    helpers
}

impl Helper {
    /// What it knows of `url`.
    pub fn get(&self, url: &str, user: Option<&str>, transfer: &Transfer) -> Option<Login> {
        let answer = self.run("get", &self.question(url, user, None)?, transfer)?;
        let (mut found, mut secret) = (user.map(str::to_owned), None);
        for line in answer.expose_secret().lines() {
            match line.split_once('=') {
                Some(("username", value)) => found = Some(value.to_owned()),
                Some(("password", value)) => secret = Some(SecretString::from(value)),
                Some(_) | None => {}
            }
        }
        Some(Login { user: found?, secret: secret? })
    }

    /// Tells it to keep a login that was let in.
    pub fn store(&self, url: &str, login: &Login, transfer: &Transfer) {
        self.tell("store", url, login, transfer);
    }

    /// Tells it to forget a login that was not.
    pub fn erase(&self, url: &str, login: &Login, transfer: &Transfer) {
        self.tell("erase", url, login, transfer);
    }

    /// A helper that cannot keep or forget is asked again next time, which is all that is lost.
    fn tell(&self, action: &str, url: &str, login: &Login, transfer: &Transfer) {
        if let Some(question) = self.question(url, Some(&login.user), Some(&login.secret)) {
            let _ = self.run(action, &question, transfer);
        }
    }

    fn question(&self, url: &str, user: Option<&str>, secret: Option<&SecretString>) -> Option<String> {
        let url = Url::parse(url).ok()?;
        let mut host = url.host_str()?.to_owned();
        if let Some(port) = url.port() {
            host = format!("{host}:{port}");
        }
        let mut lines = vec![format!("protocol={}", url.scheme()), format!("host={host}")];
        if self.whole_path {
            lines.push(format!("path={}", url.path().trim_start_matches('/')));
        }
        lines.extend(user.map(|user| format!("username={user}")));
        lines.extend(secret.map(|secret| format!("password={}", secret.expose_secret())));
        // A line break would let a value speak for another field.
        (!lines.iter().any(|line| line.contains(['\n', '\0']))).then(|| lines.join("\n") + "\n\n")
    }

    fn run(&self, action: &str, input: &str, transfer: &Transfer) -> Option<SecretString> {
        let label = self.to_string();
        let told = (label.as_str(), transfer);
        if let Some(command) = self.command.strip_prefix('!') {
            return program::output(told, "sh", &["-c", &format!("{command} {action}")], input);
        }
        let words = shlex::split(&self.command)?;
        let (name, arguments) = words.split_first()?;
        let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        arguments.push(action);
        if Path::new(name).is_absolute() {
            return program::output(told, name, &arguments, input);
        }
        let program = format!("git-credential-{name}");
        let found = which::which(&program).ok().or_else(|| {
            let homes = ["/usr/lib/git-core", "/usr/libexec/git-core", "/opt/homebrew/libexec/git-core"];
            homes.iter().map(|home| Path::new(home).join(&program)).find(|path| path.exists())
        });
        program::output(told, found?.to_str()?, &arguments, input)
    }
}

impl Display for Helper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Only its first word: the rest is the user's own and may be secret.
        write!(f, "the credential helper {}", self.command.split_whitespace().next().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use tokio_util::sync::CancellationToken;

    use super::*;

    fn helper(command: &str) -> Helper {
        Helper { command: command.to_owned(), whole_path: false }
    }

    fn quiet() -> Transfer {
        Transfer::new(CancellationToken::new(), |_| ())
    }

    #[test]
    fn a_shell_helper_answers() {
        let helper = helper("!f() { cat >/dev/null; echo username=me; echo password=s3cret; }; f");
        let login = helper.get("https://git.example:8443/a/b", None, &quiet()).expect("it answers");
        assert_eq!((login.user.as_str(), login.secret.expose_secret()), ("me", "s3cret"));
    }

    #[test]
    fn a_helper_is_told_host_and_port_and_no_path() {
        let question = helper("store").question("https://git.example:8443/a/b", Some("me"), None);
        assert_eq!(question.as_deref(), Some("protocol=https\nhost=git.example:8443\nusername=me\n\n"));
        let whole = Helper { command: String::new(), whole_path: true };
        let question = whole.question("https://git.example/a/b", None, None);
        assert_eq!(question.as_deref(), Some("protocol=https\nhost=git.example\npath=a/b\n\n"));
    }

    #[test]
    fn a_line_break_does_not_make_a_field() {
        assert_eq!(helper("store").question("https://h/a", Some("me\nhost=evil"), None), None);
    }

    #[test]
    fn a_failing_helper_knows_nothing() {
        assert!(helper("!false").get("https://h/a", None, &quiet()).is_none());
        assert!(helper("there-is-no-such-helper").get("https://h/a", None, &quiet()).is_none());
        assert!(helper("!echo password=x").get("https://h/a", None, &quiet()).is_none(), "no user");
    }
}
