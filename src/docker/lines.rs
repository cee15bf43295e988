//! Answers that are lines of JSON, one as soon as it is known: pulls and builds.

use std::future::ready;

use bollard::errors::Error as Bollard;
use futures::{Stream, StreamExt};

/// What bollard's reader says at the end of an answer when it holds something back.
const LEFT_OVER: &str = "bytes remaining on stream";

/// The same answer, whole when the engine ended it. Where the end of a line comes in a piece of its own, the reader takes it
/// for the beginning of the next line, and complains in the end that this did not come. An answer that breaks off in the
/// middle is another error.
pub fn whole<T>(answer: impl Stream<Item = Result<T, Bollard>>) -> impl Stream<Item = Result<T, Bollard>> {
    answer.take_while(|line| {
        ready(!matches!(line, Err(Bollard::IOError { err }) if err.to_string() == LEFT_OVER))
    })
}
