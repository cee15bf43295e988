//! The streams of a command in a container, joined to ours (cli.md 2.5, 3.8).

use std::io;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::sleep;

use super::ending;
use super::terminal::{self, Raw, Sizes};
use crate::cli::engine;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Ended, Failure};
use crate::cli::output::Output;
use crate::cli::runtime::Interrupt;
use crate::dev::exec as used;
use crate::docker::{Command, Engine, Error, Exec, Piece, Session, Standing};

/// Longest sentence of a runtime that is read.
const SENTENCE: usize = 64 * 1024;
/// How often the size of a terminal is told until the process is there to hear it.
const ATTEMPTS: u32 = 10;

/// Starts the command and stays with it to its end, which becomes ours.
pub async fn hold(
    engine: &Engine,
    exec: &Exec,
    command: &Command,
    interrupt: &Interrupt,
    output: &Output,
) -> Result<(), Ended> {
    let refused = |error: Error| match error {
        Error::Refused { ref message, .. } => ending::refused(message),
        error => engine::failure(&error),
    };
    let raw = command.tty.then(Raw::enter).transpose().map_err(|error| {
        Failure::new(ExitCode::Failed, Code::Internal, "the terminal cannot be used").because(&error)
    })?;
    let Session { output: mut pieces, input } = engine.attach(exec).await.map_err(refused)?;
    let pump = command.stdin.then(|| tokio::spawn(feed(input)));
    let sizes = command.tty.then(|| tokio::spawn(follow_size(engine.clone(), exec.clone())));
    let stream = async {
        let mut ours = Ours::default();
        let Some(first) = pieces.next().await else { return Ok(None) };
        let first = first.map_err(|error| engine::failure(&error))?;
        if let Piece::Out(bytes) = &first
            && used::is_sentence(engine, exec, bytes).await.map_err(|error| engine::failure(&error))?
        {
            return Ok(Some(sentence(bytes.clone(), &mut pieces).await));
        }
        ours.write(first).await?;
        while let Some(piece) = pieces.next().await {
            ours.write(piece.map_err(|error| engine::failure(&error))?).await?;
        }
        Ok::<_, Ended>(None)
    };
    let asked = interrupt.asked();
    let ended = tokio::select! {
        ended = stream => ended,
        () = asked.cancelled() => {
            drop(raw);
            output.warning("detached: the engine cannot stop a command in a container, so it may go on there");
            return Err(interrupt.ended().into());
        }
    };
    for task in [pump, sizes].into_iter().flatten() {
        task.abort();
    }
    drop(raw);
    if let Some(sentence) = ended? {
        return Err(ending::refused(&sentence).into());
    }
    match used::ended(engine, exec).await.map_err(|error| engine::failure(&error))? {
        Standing::Ended { code, started: true } => ending::code(code),
        Standing::Ended { code: 0, started: false } => Ok(()),
        Standing::Ended { code, started: false } => {
            Err(ending::refused(&format!("the engine says nothing but {code}")).into())
        }
        Standing::Running { .. } => {
            let message = "the command closed its streams and goes on in the container";
            Err(Failure::new(ExitCode::Failed, Code::Internal, message).into())
        }
    }
}

/// What the runtime says, to its end.
async fn sentence(
    first: Bytes,
    pieces: &mut (impl StreamExt<Item = Result<Piece, Error>> + Unpin),
) -> String {
    let mut said = first.to_vec();
    while let Some(Ok(Piece::Out(bytes) | Piece::Err(bytes))) = pieces.next().await {
        if said.len() < SENTENCE {
            said.extend_from_slice(&bytes);
        }
    }
    String::from_utf8_lossy(&said).into_owned()
}

/// Our two ends.
struct Ours {
    out: tokio::io::Stdout,
    err: tokio::io::Stderr,
}

impl Default for Ours {
    fn default() -> Self {
        Self { out: tokio::io::stdout(), err: tokio::io::stderr() }
    }
}

impl Ours {
    async fn write(&mut self, piece: Piece) -> Result<(), Ended> {
        let written = match piece {
            Piece::Out(bytes) => put(&mut self.out, &bytes).await,
            Piece::Err(bytes) => {
                // Nobody reads what goes wrong: the command goes on.
                let _ = put(&mut self.err, &bytes).await;
                return Ok(());
            }
        };
        written.map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => Ended::ReaderGone,
            _ => {
                let failure = Failure::new(ExitCode::Failed, Code::Internal, "the output cannot be written");
                failure.because(&error).into()
            }
        })
    }
}

async fn put(to: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> io::Result<()> {
    to.write_all(bytes).await?;
    to.flush().await
}

/// Hands our standard input on; its end is the end of what the command reads.
async fn feed(mut input: Pin<Box<dyn AsyncWrite + Send>>) {
    let mut ours = tokio::io::stdin();
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(read @ 1..) = ours.read(&mut buffer).await {
        if put(&mut input, &buffer[..read]).await.is_err() {
            return;
        }
    }
    // A command that is gone reads nothing anyway.
    let _ = input.shutdown().await;
    // Both directions are one connection: kept until the command ends.
    std::future::pending::<()>().await;
}

/// Tells the terminal of the command how large ours is.
async fn follow_size(engine: Engine, exec: Exec) {
    let mut sizes = Sizes::new();
    for attempt in 1..=ATTEMPTS {
        let Some((rows, columns)) = terminal::size() else { break };
        if engine.resize(&exec, rows, columns).await.is_ok() {
            break;
        }
        sleep(Duration::from_millis(10) * attempt).await;
    }
    loop {
        sizes.changed().await;
        if let Some((rows, columns)) = terminal::size() {
            // A process that is gone has no terminal.
            let _ = engine.resize(&exec, rows, columns).await;
        }
    }
}
