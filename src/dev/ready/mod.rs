//! Whether a service answers on its port: core and the UI by HTTP, the database by its own protocol (cli.md 3.3, 3.7).

mod http;
mod mongo;

use std::net::IpAddr;
use std::time::Duration;

/// How long a service may take to answer.
pub const PATIENCE: Duration = Duration::from_secs(1);

/// How a service is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// `GET` of a path, answered with a status below this one.
    Http {
        /// The path.
        path: &'static str,
        /// The first status that is no good.
        below: u16,
    },
    /// The greeting of MongoDB.
    Mongo,
}

/// How a service of the stack is asked; none for one that is not of the stack.
pub fn question(service: &str) -> Option<Question> {
    match service {
        "core" => Some(Question::Http { path: "/v1/", below: 300 }),
        "ui" => Some(Question::Http { path: "/", below: 500 }),
        "mongodb" => Some(Question::Mongo),
        _ => None,
    }
}

/// Whether the service at this address answers well, within [`PATIENCE`].
pub async fn answers(question: Question, host: &str, port: u16) -> bool {
    let asked = async {
        match question {
            Question::Http { path, below } => {
                http::status(host, port, path).await.is_some_and(|status| status < below)
            }
            Question::Mongo => mongo::greets(host, port).await.unwrap_or(false),
        }
    };
    tokio::time::timeout(PATIENCE, asked).await.unwrap_or(false)
}

/// Host and port to reach what listens at the address of a URL.
pub fn place(url: &str) -> Option<(String, u16)> {
    let url = url::Url::parse(url).ok()?;
    Some((reachable(url.host_str()?.trim_matches(['[', ']'])), url.port_or_known_default()?))
}

/// Where to reach what is published at this address of a host.
pub fn reachable(bind: &str) -> String {
    match bind.parse::<IpAddr>() {
        Ok(address) if address.is_unspecified() => {
            if address.is_ipv4() {
                "127.0.0.1".to_owned()
            } else {
                "::1".to_owned()
            }
        }
        Ok(address) => address.to_string(),
        Err(_) => "127.0.0.1".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_published_everywhere_is_reached_on_loopback() {
        for (bind, host) in
            [("0.0.0.0", "127.0.0.1"), ("::", "::1"), ("", "127.0.0.1"), ("10.0.0.7", "10.0.0.7")]
        {
            assert_eq!(reachable(bind), host);
        }
    }

    #[tokio::test]
    async fn nobody_there_and_nobody_answering_are_not_ready() {
        let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = silent.local_addr().unwrap().port();
        for service in ["core", "ui", "mongodb"] {
            assert!(!answers(question(service).unwrap(), "127.0.0.1", port).await, "{service}");
        }
        drop(silent);
        assert!(!answers(Question::Mongo, "127.0.0.1", port).await);
    }
}
