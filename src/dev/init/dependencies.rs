//! Dependencies of a checkout, by its lock file (cli.md 7.4).

use std::collections::VecDeque;
use std::fs;
use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::Command;
use tokio::sync::mpsc;

use super::Error;
use crate::dev::report::Event;
use crate::dev::settings::Service;
use crate::dev::task::{Context, Outcome};

/// How many lines of a failed program are shown.
const TAIL: usize = 40;
/// Longest line that is kept, in characters.
const WIDEST: usize = 2_000;

/// What installs the dependencies of a checkout.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Installer {
    program: &'static str,
    arguments: Vec<&'static str>,
    /// Tried instead when the first one fails.
    otherwise: Option<Vec<&'static str>>,
}

/// Installs them, unless they are up to date.
pub async fn install(
    service: Service,
    checkout: &Path,
    offline: bool,
    context: &Context,
) -> Result<Outcome, Error> {
    let Some(installer) = installer(service, checkout, offline) else {
        return Ok(Outcome::Skipped("there is nothing to install".to_owned()));
    };
    if up_to_date(service, checkout) {
        return Ok(Outcome::Kept("up to date".to_owned()));
    }
    let done =
        |arguments: &[&str]| Ok(Outcome::Done(format!("{} {}", installer.program, arguments.join(" "))));
    match (run(&installer, &installer.arguments, checkout, offline, context).await, &installer.otherwise) {
        (Ok(()), _) => done(&installer.arguments),
        (Err(Error::Command { .. }), Some(arguments)) if !context.cancel.is_cancelled() => {
            run(&installer, arguments, checkout, offline, context).await?;
            done(arguments)
        }
        (Err(error), _) => Err(error),
    }
}

fn installer(service: Service, checkout: &Path, offline: bool) -> Option<Installer> {
    let has = |name: &str| checkout.join(name).is_file();
    let plain = |program, arguments: &[&'static str]| {
        Some(Installer { program, arguments: arguments.to_vec(), otherwise: None })
    };
    match service {
        Service::Mongodb => None,
        Service::Core => has("go.mod").then(|| plain("go", &["mod", "download"])).flatten(),
        Service::Ui if !has("package.json") => None,
        Service::Ui if has("pnpm-lock.yaml") => plain("pnpm", &["install", "--frozen-lockfile"]),
        Service::Ui if has("yarn.lock") => plain("yarn", &["install"]),
        Service::Ui if has("bun.lock") || has("bun.lockb") => plain("bun", &["install"]),
        Service::Ui => {
            let or_offline = |arguments: &[&'static str]| {
                let offline = offline.then_some("--offline");
                arguments.iter().copied().chain(offline).collect::<Vec<_>>()
            };
            let lock = has("package-lock.json");
            let arguments = or_offline(if lock { &["ci"] } else { &["install"] });
            Some(Installer { program: "npm", arguments, otherwise: lock.then(|| or_offline(&["install"])) })
        }
    }
}

/// Whether what was installed last is as new as the lock file.
fn up_to_date(service: Service, checkout: &Path) -> bool {
    let time = |name: &str| fs::metadata(checkout.join(name)).and_then(|found| found.modified()).ok();
    service == Service::Ui
        && matches!(
            (time("node_modules/.package-lock.json"), time("package-lock.json")),
            (Some(installed), Some(locked)) if installed >= locked
        )
}

async fn run(
    installer: &Installer,
    arguments: &[&str],
    checkout: &Path,
    offline: bool,
    context: &Context,
) -> Result<(), Error> {
    let command = format!("{} {}", installer.program, arguments.join(" "));
    let program = which::which(installer.program)
        .map_err(|_| Error::Missing { program: installer.program.to_owned(), command: command.clone() })?;
    let mut child = Command::new(program);
    child.args(arguments).current_dir(checkout).kill_on_drop(true);
    child
        .env("npm_config_progress", "false")
        .env("npm_config_fund", "false")
        .env("npm_config_audit", "false");
    if offline {
        child.env("GOPROXY", "off").env("GOTOOLCHAIN", "local");
    }
    child.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = child.spawn().map_err(Error::io(format!("{command} cannot be run")))?;
    let (lines, mut told) = mpsc::channel(64);
    let readers = [
        child.stdout.take().map(|out| spawn(out, lines.clone())),
        child.stderr.take().map(|e| spawn(e, lines)),
    ];
    let mut tail = VecDeque::new();
    loop {
        tokio::select! {
            biased;
            () = context.cancel.cancelled() => {
                // Gone already, it needs no end.
                let _ = child.kill().await;
                break;
            }
            line = told.recv() => match line {
                Some(text) => {
                    context.reporter.tell(Event::Line { step: context.step.clone(), text: text.clone() });
                    tail.push_back(text);
                    if tail.len() > TAIL {
                        tail.pop_front();
                    }
                }
                None => break,
            },
        }
    }
    for reader in readers.into_iter().flatten() {
        reader.abort();
    }
    let status = child.wait().await.map_err(Error::io(format!("{command} cannot be waited for")))?;
    if status.success() {
        return Ok(());
    }
    let how = status
        .code()
        .map_or_else(|| "was ended by a signal".to_owned(), |code| format!("ended with code {code}"));
    Err(Error::Command { command, folder: checkout.display().to_string(), how, tail: tail.into() })
}

fn spawn(
    stream: impl AsyncRead + Unpin + Send + 'static,
    lines: mpsc::Sender<String>,
) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        let mut stream = BufReader::new(stream);
        let mut bytes = Vec::new();
        while stream.read_until(b'\n', &mut bytes).await.is_ok_and(|read| read > 0) {
            let line: String = String::from_utf8_lossy(&bytes).trim_end().chars().take(WIDEST).collect();
            bytes.clear();
            if lines.send(line).await.is_err() {
                return;
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_says_what_installs() {
        for (files, program, arguments) in [
            (&["package.json"][..], "npm", &["install"][..]),
            (&["package.json", "package-lock.json"], "npm", &["ci"]),
            (&["package.json", "pnpm-lock.yaml"], "pnpm", &["install", "--frozen-lockfile"]),
            (&["package.json", "yarn.lock"], "yarn", &["install"]),
            (&["package.json", "bun.lockb"], "bun", &["install"]),
        ] {
            let folder = tempfile::tempdir().unwrap();
            for file in files {
                fs::write(folder.path().join(file), "{}").unwrap();
            }
            let found = installer(Service::Ui, folder.path(), false).unwrap();
            assert_eq!((found.program, &found.arguments[..]), (program, arguments));
        }
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(installer(Service::Ui, folder.path(), false), None);
        assert_eq!(installer(Service::Core, folder.path(), false), None);
    }

    #[test]
    fn what_is_newer_than_its_lock_is_up_to_date() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("package-lock.json"), "{}").unwrap();
        assert!(!up_to_date(Service::Ui, folder.path()));
        fs::create_dir(folder.path().join("node_modules")).unwrap();
        fs::write(folder.path().join("node_modules/.package-lock.json"), "{}").unwrap();
        assert!(up_to_date(Service::Ui, folder.path()));
    }
}
