//! One request to a server of this machine, in the clear.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// Longest answer that is read, in bytes.
const MOST: u64 = 256 * 1024;

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The lines of the head.
    head: String,
    /// The beginning of the body.
    pub body: String,
}

impl Answer {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }
}

/// Asks. What goes wrong is told in words.
pub async fn ask(method: &str, host: &str, port: u16, path: &str, headers: &str) -> Result<Answer, String> {
    let asked = async {
        let bare = host.trim_matches(['[', ']']);
        let mut stream = TcpStream::connect((bare, port)).await.map_err(|error| error.to_string())?;
        let request = format!("{method} {path} HTTP/1.0\r\nHost: {host}:{port}\r\n{headers}\r\n");
        stream.write_all(request.as_bytes()).await.map_err(|error| error.to_string())?;
        let mut bytes = Vec::new();
        // What came before a broken end is an answer too.
        let read = stream.take(MOST).read_to_end(&mut bytes).await;
        parse(&String::from_utf8_lossy(&bytes))
            .ok_or_else(|| read.err().map_or_else(|| "no HTTP answer".to_owned(), |error| error.to_string()))
    };
    tokio::time::timeout(PATIENCE, asked).await.unwrap_or_else(|_| Err("no answer in time".to_owned()))
}

fn parse(text: &str) -> Option<Answer> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    let (first, rest) = head.split_once("\r\n").unwrap_or((head, ""));
    let status = first.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()?;
    Some(Answer { status, head: rest.to_owned(), body: body.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_its_status_its_headers_and_its_body() {
        let answer = parse("HTTP/1.1 204 No Content\r\nA-b: c: d\r\n\r\nbody").unwrap();
        assert_eq!((answer.status, answer.header("a-B"), answer.body.as_str()), (204, Some("c: d"), "body"));
        assert!(parse("SSH-2.0-OpenSSH\r\n\r\n").is_none());
    }
}
