//! Pieces of a log to lines: an engine cuts long lines, and a terminal has no frames.

use jiff::Timestamp;

use super::{Line, Stdio};

/// Where engines cut a line, in bytes; each part has a time of its own in front.
const CUT: usize = 16 * 1024;
/// Longest line that is put together again.
const LONGEST: usize = 1024 * 1024;

/// Puts the pieces of each stream together.
#[derive(Debug, Default)]
pub(super) struct Joiner {
    out: Pending,
    err: Pending,
    /// What a terminal wrote since the last end of a line.
    raw: Vec<u8>,
}

/// The beginning of a line.
#[derive(Debug, Default)]
struct Pending {
    time: Option<Timestamp>,
    text: Vec<u8>,
}

impl Joiner {
    /// A frame: one message of one stream, which ends a line when it ends with one.
    pub(super) fn frame(&mut self, stream: Stdio, frame: &[u8], lines: &mut Vec<Line>) {
        let pending = match stream {
            Stdio::Out => &mut self.out,
            Stdio::Err => &mut self.err,
        };
        let (time, text) = stamped(frame);
        pending.time = pending.time.or(time);
        let mut parts = text.split(|byte| *byte == b'\n');
        if let Some(first) = parts.next() {
            pending.text.extend_from_slice(first);
        }
        for part in parts {
            pending.end(stream, lines);
            pending.time = time;
            pending.text.extend_from_slice(part);
        }
        if pending.text.is_empty() {
            pending.time = None;
        } else if pending.text.len() > LONGEST {
            pending.end(stream, lines);
        }
    }

    /// Bytes of a terminal.
    pub(super) fn raw(&mut self, bytes: &[u8], lines: &mut Vec<Line>) {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.raw.extend_from_slice(part);
            if self.raw.ends_with(b"\n") || self.raw.len() > LONGEST {
                self.end_raw(lines);
            }
        }
    }

    fn end_raw(&mut self, lines: &mut Vec<Line>) {
        let bytes = std::mem::take(&mut self.raw);
        let (time, mut rest) = stamped(&bytes);
        let mut text = Vec::with_capacity(rest.len());
        while rest.len() > CUT
            && let (Some(_), next) = stamped(&rest[CUT..])
        {
            text.extend_from_slice(&rest[..CUT]);
            rest = next;
        }
        text.extend_from_slice(rest.strip_suffix(b"\n").unwrap_or(rest));
        lines.push(line(time, Stdio::Out, text));
    }

    /// No more will come: what is there is a line.
    pub(super) fn finish(&mut self, lines: &mut Vec<Line>) {
        for (pending, stream) in [(&mut self.out, Stdio::Out), (&mut self.err, Stdio::Err)] {
            if pending.time.is_some() {
                pending.end(stream, lines);
            }
        }
        if !self.raw.is_empty() {
            self.end_raw(lines);
        }
    }
}

impl Pending {
    fn end(&mut self, stream: Stdio, lines: &mut Vec<Line>) {
        lines.push(line(self.time.take(), stream, std::mem::take(&mut self.text)));
    }
}

fn line(time: Option<Timestamp>, stream: Stdio, mut text: Vec<u8>) -> Line {
    if text.ends_with(b"\r") {
        text.pop();
    }
    Line { time: time.unwrap_or(Timestamp::UNIX_EPOCH), stream, text }
}

/// Takes the time off the front.
fn stamped(bytes: &[u8]) -> (Option<Timestamp>, &[u8]) {
    let end = bytes.iter().take(40).position(|byte| *byte == b' ');
    let time = end.and_then(|end| std::str::from_utf8(&bytes[..end]).ok()?.parse().ok());
    match (time, end) {
        (Some(time), Some(end)) => (Some(time), &bytes[end + 1..]),
        _ => (None, bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T1: &str = "2026-11-25T10:00:00.000000001Z";
    const T2: &str = "2026-11-25T10:00:00.000000002Z";

    fn told(lines: &[Line]) -> Vec<(String, Stdio, String)> {
        let of = |line: &Line| {
            (line.time.to_string(), line.stream, String::from_utf8_lossy(&line.text).into_owned())
        };
        lines.iter().map(of).collect()
    }

    #[test]
    fn parts_of_a_long_line_are_joined_for_each_stream_and_have_the_time_of_the_first() {
        let mut joiner = Joiner::default();
        let mut lines = Vec::new();
        joiner.frame(Stdio::Out, format!("{T1} long ").as_bytes(), &mut lines);
        joiner.frame(Stdio::Err, format!("{T2} other\n").as_bytes(), &mut lines);
        joiner.frame(Stdio::Out, format!("{T2} line\n").as_bytes(), &mut lines);
        joiner.frame(Stdio::Out, format!("{T2} \n").as_bytes(), &mut lines);
        joiner.frame(Stdio::Err, format!("{T1} no end").as_bytes(), &mut lines);
        joiner.finish(&mut lines);
        let line = |time: &str, stream, text: &str| (time.to_owned(), stream, text.to_owned());
        assert_eq!(
            told(&lines),
            [
                line(T2, Stdio::Err, "other"),
                line(T1, Stdio::Out, "long line"),
                line(T2, Stdio::Out, ""),
                line(T1, Stdio::Err, "no end"),
            ]
        );
    }

    #[test]
    fn a_terminal_is_the_same_however_its_bytes_are_cut() {
        let long = "x".repeat(CUT);
        let whole = format!("{T1} a\u{e9} b\r\n{T2} {long}{T2} rest\r\n{T2} last");
        let expected = [
            (T1.to_owned(), Stdio::Out, "a\u{e9} b".to_owned()),
            (T2.to_owned(), Stdio::Out, format!("{long}rest")),
            (T2.to_owned(), Stdio::Out, "last".to_owned()),
        ];
        for cut in (0..100).chain(CUT - 5..whole.len()) {
            let (mut joiner, mut lines) = (Joiner::default(), Vec::new());
            joiner.raw(&whole.as_bytes()[..cut], &mut lines);
            joiner.raw(&whole.as_bytes()[cut..], &mut lines);
            joiner.finish(&mut lines);
            assert_eq!(told(&lines), expected, "cut at {cut}");
        }
    }

    #[test]
    fn a_line_without_an_end_does_not_grow_for_ever() {
        let (mut joiner, mut lines) = (Joiner::default(), Vec::new());
        for _ in 0..=LONGEST / CUT {
            joiner.frame(Stdio::Out, format!("{T1} {}", "x".repeat(CUT)).as_bytes(), &mut lines);
        }
        assert_eq!(lines.len(), 1);
    }
}
