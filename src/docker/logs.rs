//! What the containers wrote (cli.md 3.6).

mod joiner;

use bollard::container::LogOutput;
use bollard::query_parameters::LogsOptions;
use futures::stream::{self, BoxStream};
use futures::{Stream, StreamExt};
use jiff::Timestamp;

use super::{Engine, Error};
use joiner::Joiner;

/// A line that a container wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// When, by the engine's clock.
    pub time: Timestamp,
    /// Where to.
    pub stream: Stdio,
    /// Its bytes, without the end of the line.
    pub text: Vec<u8>,
}

/// Where a line was written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stdio {
    /// Standard output, or a terminal.
    Out,
    /// Standard error.
    Err,
}

impl Stdio {
    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Out => "stdout",
            Self::Err => "stderr",
        }
    }
}

/// Which lines are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reading {
    /// None before this second: the engine's client knows whole ones only.
    pub since: Option<Timestamp>,
    /// None after this second.
    pub until: Option<Timestamp>,
    /// Only so many of the last ones.
    pub tail: Option<usize>,
    /// Whether to wait for more.
    pub follow: bool,
}

impl Engine {
    /// The lines of a container, each with its time; those that follow end with the container.
    pub fn lines(&self, container: &str, reading: Reading) -> BoxStream<'static, Result<Line, Error>> {
        let second = |time: Option<Timestamp>, round: i64| {
            time.map_or(0, |time| i32::try_from(time.as_second() + round).unwrap_or(i32::MAX))
        };
        let options = LogsOptions {
            follow: reading.follow,
            stdout: true,
            stderr: true,
            since: second(reading.since, 0),
            until: second(reading.until, 1),
            timestamps: true,
            tail: reading.tail.map_or_else(|| "all".to_owned(), |lines| lines.to_string()),
        };
        joined(self.client.logs(container, Some(options)).map(|piece| Ok(piece?)).boxed()).boxed()
    }
}

/// Pieces to lines.
fn joined(
    pieces: BoxStream<'static, Result<LogOutput, Error>>,
) -> impl Stream<Item = Result<Line, Error>> + Send + 'static {
    let state = (Some(pieces), Joiner::default());
    stream::unfold(state, async |(pieces, mut joiner)| {
        let mut pieces = pieces?;
        let mut lines = Vec::new();
        Some(match pieces.next().await {
            Some(Ok(piece)) => {
                match piece {
                    LogOutput::StdOut { message } | LogOutput::StdIn { message } => {
                        joiner.frame(Stdio::Out, &message, &mut lines);
                    }
                    LogOutput::StdErr { message } => joiner.frame(Stdio::Err, &message, &mut lines),
                    LogOutput::Console { message } => joiner.raw(&message, &mut lines),
                }
                (all(lines), (Some(pieces), joiner))
            }
            Some(Err(error)) => (stream::iter(vec![Err(error)]), (None, joiner)),
            None => {
                joiner.finish(&mut lines);
                (all(lines), (None, joiner))
            }
        })
    })
    .flatten()
}

fn all(lines: Vec<Line>) -> stream::Iter<std::vec::IntoIter<Result<Line, Error>>> {
    stream::iter(lines.into_iter().map(Ok).collect::<Vec<_>>())
}
