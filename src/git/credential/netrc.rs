//! `~/.netrc` (curl's and ftp's format).

use std::path::PathBuf;

use super::Login;

/// More than any such file.
const LONGEST: u64 = 1024 * 1024;

/// The login for `host`, of `user` when it is known.
pub fn login(host: &str, user: Option<&str>) -> Option<Login> {
    let home = std::env::home_dir()?;
    let named = std::env::var_os("NETRC").map(PathBuf::from);
    let mut files = named.into_iter().chain([home.join(".netrc"), home.join("_netrc")]);
    let small = |path: &PathBuf| std::fs::metadata(path).is_ok_and(|found| found.len() <= LONGEST);
    let text = std::fs::read_to_string(files.find(small)?).ok()?;
    find(&text, host, user)
}

fn find(text: &str, host: &str, user: Option<&str>) -> Option<Login> {
    let mut words =
        text.lines().filter(|line| !line.trim_start().starts_with('#')).flat_map(str::split_whitespace);
    let mut here = false;
    let (mut found, mut secret): (Option<&str>, Option<&str>) = (None, None);
    let finish = |here: bool, found: Option<&str>, secret: Option<&str>| {
        let found = found.filter(|found| here && user.is_none_or(|user| user == *found))?;
        Some(Login { user: found.to_owned(), secret: secret?.to_owned().into() })
    };
    while let Some(word) = words.next() {
        match word {
            "machine" | "default" => {
                if let Some(login) = finish(here, found, secret) {
                    return Some(login);
                }
                (found, secret) = (None, None);
                here = word == "default" || words.next().is_some_and(|name| name.eq_ignore_ascii_case(host));
            }
            "login" => found = words.next(),
            "password" => secret = words.next(),
            "account" => drop(words.next()),
            _ => {}
        }
    }
    finish(here, found, secret)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn finds_the_machine_and_the_user() {
        let text = "machine other login a password 1\n# machine git.example login x password 0\n\
                    machine git.example\n  login b password 2\nmachine git.example login c password 3\n";
        let found = |host: &str, user: Option<&str>| {
            find(text, host, user).map(|login| format!("{} {}", login.user, login.secret.expose_secret()))
        };
        assert_eq!(found("git.example", None).as_deref(), Some("b 2"));
        assert_eq!(found("Git.Example", Some("c")).as_deref(), Some("c 3"));
        assert_eq!(found("git.example", Some("d")), None);
        assert_eq!(found("none", None), None);
        let default = find("default login d password 4", "any", None).expect("there is a default");
        assert_eq!(default.user, "d");
    }
}
