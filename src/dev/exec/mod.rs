//! A command in a container of the stack: which container, what runs when nothing is named, how it ended (cli.md 3.8).

mod choice;
mod refusal;

pub use choice::{Choice, NotThere, choose};
pub use refusal::{Refusal, refusal};

use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use tokio::time::{Instant, sleep};

use crate::docker::{Command, Engine, Error, Exec, Found, Piece, Session, Standing};

/// How long the engine may take to say how a command stands whose streams said already.
const PATIENCE: Duration = Duration::from_secs(5);
/// How much of what a command writes is kept, in bytes.
const HEARD: usize = 64 * 1024;
/// How often it is asked.
const PACE: Duration = Duration::from_millis(20);

/// The database of the stack, when its container does not name one.
const DATABASE: &str = "kubeorchestra";
/// What starts a new database container with a name for it.
const DATABASE_VARIABLE: &str = "MONGO_INITDB_DATABASE=";
/// The service whose default command is a shell of the database.
const DATABASE_SERVICE: &str = "mongodb";
/// Shells, the most comfortable first.
const SHELLS: [&str; 4] = ["bash", "zsh", "ash", "sh"];

/// What runs in a container when nothing is named: the first of these programs it has.
pub async fn usual(engine: &Engine, container: &Found, command: &Command) -> Result<Vec<String>, Error> {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    if container.service == DATABASE_SERVICE {
        let environment = engine.environment(&container.id).await?;
        let named = environment.iter().find_map(|entry| entry.strip_prefix(DATABASE_VARIABLE));
        let database = named.filter(|name| !name.is_empty()).unwrap_or(DATABASE);
        let first = first_of(engine, container, command, &["mongosh", "mongo", "sh"]).await?;
        return Ok(match first {
            Some("sh") => words(&["sh"]),
            Some(first) => words(&[first, database]),
            None => words(&["mongosh", database]),
        });
    }
    Ok(words(&[first_of(engine, container, command, &SHELLS).await?.unwrap_or("sh")]))
}

/// The first of these programs that the container has; none when it has no shell to look with.
async fn first_of<'p>(
    engine: &Engine,
    container: &Found,
    command: &Command,
    programs: &[&'p str],
) -> Result<Option<&'p str>, Error> {
    let tests: Vec<String> = programs.iter().map(|program| format!("command -v {program}")).collect();
    let look = Command {
        arguments: vec!["sh".to_owned(), "-c".to_owned(), tests.join(" || ")],
        tty: false,
        stdin: false,
        ..command.clone()
    };
    let (standing, said) = heard(engine, &container.id, &look).await?;
    if !matches!(standing, Standing::Ended { code: 0, started: true }) {
        return Ok(None);
    }
    let path = said.trim();
    let name = path.rsplit('/').next().unwrap_or(path);
    Ok(programs.iter().copied().find(|program| *program == name))
}

/// Runs a command to its end: how it stands then, and the beginning of what it wrote.
pub async fn heard(engine: &Engine, container: &str, command: &Command) -> Result<(Standing, String), Error> {
    let exec = engine.prepare(container, command).await?;
    let Session { mut output, input: _input } = engine.attach(&exec).await?;
    let mut said = Vec::new();
    while let Some(piece) = output.next().await {
        let (Piece::Out(bytes) | Piece::Err(bytes)) = piece?;
        if said.len() < HEARD {
            said.extend_from_slice(&bytes);
        }
    }
    Ok((ended(engine, &exec).await?, String::from_utf8_lossy(&said).into_owned()))
}

/// How a command stands once its streams have ended.
pub async fn ended(engine: &Engine, exec: &Exec) -> Result<Standing, Error> {
    let until = Instant::now() + PATIENCE;
    loop {
        let standing = engine.standing(exec).await?;
        if matches!(standing, Standing::Ended { .. }) || Instant::now() > until {
            return Ok(standing);
        }
        sleep(PACE).await;
    }
}

/// Whether the first bytes of a command are not its own but the sentence of a runtime that could not start it, which
/// ends like a line of a terminal. The engine knows whether there ever was a process.
pub async fn is_sentence(engine: &Engine, exec: &Exec, first: &Bytes) -> Result<bool, Error> {
    if !first.ends_with(b"\r\n") {
        return Ok(false);
    }
    let until = Instant::now() + PATIENCE;
    loop {
        match engine.standing(exec).await? {
            Standing::Ended { started, .. } => return Ok(!started),
            Standing::Running { started: true } => return Ok(false),
            Standing::Running { started: false } if Instant::now() > until => return Ok(false),
            Standing::Running { started: false } => sleep(PACE).await,
        }
    }
}
