//! The stream of a log, however the network cuts it.
#![allow(clippy::expect_used)]

#[path = "support/scripted.rs"]
mod scripted;

use futures::StreamExt;
use orchcli::docker::discover::{self, Environment, Wanted};
use orchcli::docker::{Line, Reading, Stdio};

fn frame(stream: u8, text: &str) -> Vec<u8> {
    let length = u32::try_from(text.len()).expect("a short frame").to_be_bytes();
    [&[stream, 0, 0, 0][..], &length, text.as_bytes()].concat()
}

/// An answer in two chunks, the first of `cut` bytes.
fn chunked(body: &[u8], cut: usize) -> Vec<u8> {
    let mut answer = b"HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for part in [&body[..cut], &body[cut..]].into_iter().filter(|part| !part.is_empty()) {
        answer.extend_from_slice(format!("{:x}\r\n", part.len()).as_bytes());
        answer.extend_from_slice(part);
        answer.extend_from_slice(b"\r\n");
    }
    answer.extend_from_slice(b"0\r\n\r\n");
    answer
}

#[tokio::test]
async fn frames_are_read_alike_wherever_they_are_cut() {
    let body = [
        frame(1, "2026-11-25T10:00:00.000000001Z one\n"),
        frame(2, "2026-11-25T10:00:00.000000002Z zwei \u{fc}\n"),
        frame(1, "2026-11-25T10:00:00.000000003Z long "),
        frame(2, "2026-11-25T10:00:00.000000004Z \n"),
        frame(1, "2026-11-25T10:00:00.000000005Z line\n"),
        frame(1, "2026-11-25T10:00:00.000000006Z no end"),
    ]
    .concat();
    let expected = [
        (1, Stdio::Out, "one"),
        (2, Stdio::Err, "zwei \u{fc}"),
        (4, Stdio::Err, ""),
        (3, Stdio::Out, "long line"),
        (6, Stdio::Out, "no end"),
    ]
    .map(|(nanosecond, stream, text)| Line {
        time: format!("2026-11-25T10:00:00.00000000{nanosecond}Z").parse().expect("a time"),
        stream,
        text: text.as_bytes().to_vec(),
    });
    let length = body.len();
    let folder = tempfile::tempdir().expect("a folder");
    let socket = folder.path().join("engine.sock");
    let (script, _) = scripted::script(scripted::pong("1.41", "linux", &[]), move |line| {
        let cut = line.split("/containers/cut-").nth(1)?.split('/').next()?.parse().ok()?;
        Some(chunked(&body, cut))
    });
    scripted::at_socket(&socket, script);
    let host = format!("unix://{}", socket.display());
    let wanted = Wanted { docker_host: Some(&host), context: None };
    let engine = discover::connect(wanted, &Environment::default()).await.expect("the engine");
    for cut in 0..=length {
        let lines = engine.lines(&format!("cut-{cut}"), Reading::default());
        let lines: Vec<Line> = lines.map(|line| line.expect("a line")).collect().await;
        assert_eq!(lines, expected, "cut at {cut}");
    }
}
