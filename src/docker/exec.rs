//! A command inside a container that runs (cli.md 3.8).

use std::pin::Pin;

use bollard::container::LogOutput;
use bollard::exec::{ResizeExecOptions, StartExecOptions, StartExecResults};
use bollard::models::ExecConfig;
use bytes::Bytes;
use futures::{Stream, StreamExt};
use tokio::io::AsyncWrite;

use super::{Api, Engine, Error};

/// From which version of the API on a terminal can have a size before its command runs.
const SIZED: Api = Api(1, 42);

/// What to run, and how.
#[derive(Debug, Clone, Default)]
pub struct Command {
    /// The program and its arguments.
    pub arguments: Vec<String>,
    /// Variables beside those of the container: `NAME=value`.
    pub environment: Vec<String>,
    /// Another user than the container's.
    pub user: Option<String>,
    /// Another folder than the container's.
    pub directory: Option<String>,
    /// Whether it gets a terminal.
    pub tty: bool,
    /// Rows and columns that its terminal has from the beginning, where the engine can do that.
    pub size: Option<(u16, u16)>,
    /// Whether it can read something.
    pub stdin: bool,
    /// Whether it has every right.
    pub privileged: bool,
}

/// A command that the engine knows and has not started.
#[derive(Debug, Clone)]
pub struct Exec {
    id: String,
    tty: bool,
}

/// A command that runs, and the two ends of its streams.
pub struct Session {
    /// What it writes.
    pub output: Pin<Box<dyn Stream<Item = Result<Piece, Error>> + Send>>,
    /// What it reads; shut down, it reads an end.
    pub input: Pin<Box<dyn AsyncWrite + Send>>,
}

/// Bytes that a command wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// To its standard output, or to its terminal.
    Out(Bytes),
    /// To its standard error.
    Err(Bytes),
}

/// How a command stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is about to run, or runs.
    Running {
        /// Whether its process is known to be there.
        started: bool,
    },
    /// It ended.
    Ended {
        /// Its exit code, 128 and the signal when one ended it.
        code: i64,
        /// Whether there ever was a process.
        started: bool,
    },
}

impl Engine {
    /// Tells the engine of a command; nothing runs yet.
    pub async fn prepare(&self, container: &str, command: &Command) -> Result<Exec, Error> {
        let attach = Some(true);
        let size = command.size.filter(|_| command.tty && self.speaks() >= SIZED);
        let config = ExecConfig {
            attach_stdin: Some(command.stdin),
            attach_stdout: attach,
            attach_stderr: attach,
            tty: Some(command.tty),
            detach_keys: None,
            console_size: size.map(|(rows, columns)| vec![rows.into(), columns.into()]),
            env: Some(command.environment.clone()),
            cmd: Some(command.arguments.clone()),
            privileged: Some(command.privileged),
            user: command.user.clone(),
            working_dir: command.directory.clone(),
        };
        let created = self.client.create_exec(container, config).await?;
        Ok(Exec { id: created.id, tty: command.tty })
    }

    /// Starts a command and is connected with it.
    pub async fn attach(&self, exec: &Exec) -> Result<Session, Error> {
        let options = StartExecOptions { detach: false, tty: exec.tty, output_capacity: None };
        match self.client.start_exec(&exec.id, Some(options)).await? {
            StartExecResults::Attached { output, input } => {
                let output = output.map(|piece| Ok(Piece::from(piece?)));
                Ok(Session { output: Box::pin(output), input })
            }
            StartExecResults::Detached => {
                Ok(Session { output: Box::pin(futures::stream::empty()), input: Box::pin(tokio::io::sink()) })
            }
        }
    }

    /// Starts a command and leaves it alone.
    pub async fn launch(&self, exec: &Exec) -> Result<(), Error> {
        let options = StartExecOptions { detach: true, tty: exec.tty, output_capacity: None };
        self.client.start_exec(&exec.id, Some(options)).await?;
        Ok(())
    }

    /// Gives the terminal of a command its size, in rows and columns.
    pub async fn resize(&self, exec: &Exec, rows: u16, columns: u16) -> Result<(), Error> {
        let size = ResizeExecOptions { height: rows, width: columns };
        Ok(self.client.resize_exec(&exec.id, size).await?)
    }

    /// How a command stands.
    pub async fn standing(&self, exec: &Exec) -> Result<Standing, Error> {
        let seen = self.client.inspect_exec(&exec.id).await?;
        let started = seen.pid.is_some_and(|pid| pid != 0);
        Ok(match seen.exit_code {
            Some(code) if seen.running != Some(true) => Standing::Ended { code, started },
            _ => Standing::Running { started },
        })
    }
}

impl From<LogOutput> for Piece {
    fn from(output: LogOutput) -> Self {
        match output {
            LogOutput::StdErr { message } => Self::Err(message),
            LogOutput::StdOut { message } | LogOutput::StdIn { message } | LogOutput::Console { message } => {
                Self::Out(message)
            }
        }
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Session")
    }
}
