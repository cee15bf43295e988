//! A server's life: secrets, log, port, signals, end.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::thread::available_parallelism;

use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tokio_util::sync::CancellationToken;

use super::configuration::{self, Unusable};
use super::files::Sign;
use super::logging::Log;
use super::{Arguments, listen, notify};
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Ended, Failure};
use crate::cli::output::Output;
use crate::cli::signals::{Signal, Signals};
use crate::server::{self, Options};
use crate::settings::{ConsolePort, Loaded, LogLevel, Origin, Settings, keep, key};
use crate::store;

/// Runs the server until it is told to stop.
pub fn run(arguments: &Arguments, mut loaded: Loaded, output: &Output) -> Result<(), Ended> {
    let kept = keep::secrets(&mut loaded).map_err(|error| {
        Failure::new(ExitCode::Failed, Code::Internal, "the secrets cannot be kept")
            .because(&error)
            .hint("use a folder this user may write: --data-dir FOLDER, or set JWT_SECRET and ENCRYPTION_KEY")
    })?;
    let log = Log::start(level(&loaded, output), loaded.settings.log_format, output.colors_errors());
    for kept in kept {
        let (name, path) = (kept.secret.key().name, kept.path.display());
        if kept.new {
            tracing::info!("{name} is not set: made one and keep it in {path}");
        } else {
            tracing::info!("{name} is not set: using the one kept in {path}");
        }
    }
    for warning in &loaded.warnings {
        tracing::warn!(code = warning.code, "{}", warning.message);
    }
    // Fails only when there is one already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(available_parallelism().map_or(1, usize::from))
        .enable_all()
        .build()
        .map_err(|error| system(&error))?;
    let ended = runtime.block_on(serve(arguments, loaded, &log, output));
    // What still runs after the drain is left behind.
    runtime.shutdown_background();
    ended
}

async fn serve(arguments: &Arguments, loaded: Loaded, log: &Log, output: &Output) -> Result<(), Ended> {
    let mut signals = Signals::new().map_err(|error| system(&error))?;
    let mut settings = loaded.settings;
    let listener = listen::listen(&settings.host, settings.port).await?;
    let console = match settings.console_port {
        ConsolePort::Own(port) => Some(listen::listen(&settings.host, port).await?),
        ConsolePort::Same | ConsolePort::Off => None,
    };
    let console_address =
        console.as_ref().map(TcpListener::local_addr).transpose().map_err(|error| system(&error))?;
    let address = listener.local_addr().map_err(|error| system(&error))?;
    settings.port = address.port();
    let _pid = sign(arguments.pid_file.as_deref(), &std::process::id().to_string())?;
    let shutdown = CancellationToken::new();
    let (reload, reloads) = watch::channel(settings.clone());
    let (ready, mut opened) = oneshot::channel();
    let server =
        server::run(Options { settings, listener, console, shutdown: shutdown.clone(), ready, reloads });
    tokio::pin!(server);
    let mut ready_sign = None;
    let mut asked = false;
    loop {
        tokio::select! {
            ended = &mut server => return ended.map_err(|error| failed(&error).into()),
            Ok(()) = &mut opened, if ready_sign.is_none() => ready_sign = Some(announce(arguments, address, console_address, output)?),
            signal = signals.next() => match signal {
                Signal::HangUp => take_over(arguments, log, &reload, output),
                Signal::Interrupt | Signal::Terminate if asked => return Err(Ended::Exit(signal.exit())),
                Signal::Interrupt | Signal::Terminate => {
                    asked = true;
                    notify::tell(notify::STOPPING);
                    tracing::info!("stopping");
                    shutdown.cancel();
                }
            },
        }
    }
}

/// Tells everybody who waits that the server answers, and where.
fn announce(
    arguments: &Arguments,
    address: SocketAddr,
    console: Option<SocketAddr>,
    output: &Output,
) -> Result<Option<Sign>, Ended> {
    let url = format!("http://{address}");
    let sign = sign(arguments.ready_file.as_deref(), &url)?;
    let mut text = format!("listening on {url}\n");
    let mut fields = json!({"address": url, "pid": std::process::id()});
    if let Some(console) = console {
        let url = format!("http://{console}");
        text.extend(["console on ", &url, "\n"]);
        fields["console"] = json!(url);
    }
    match output.result("Listening", fields, &text) {
        // A server goes on when nobody reads what it prints.
        Ok(()) | Err(Ended::ReaderGone) => {}
        Err(ended) => return Err(ended),
    }
    notify::tell(notify::READY);
    Ok(sign)
}

fn sign(path: Option<&Path>, line: &str) -> Result<Option<Sign>, Failure> {
    path.map(|path| Sign::put(path, line)).transpose()
}

/// `-q` leaves only errors in the log, unless a level was asked for.
fn level(loaded: &Loaded, output: &Output) -> LogLevel {
    let asked =
        loaded.shown.iter().any(|shown| shown.key == key::LOG_LEVEL && shown.origin != Origin::Default);
    if output.quiet() && !asked { LogLevel::Error } else { loaded.settings.log_level }
}

/// Takes over the log level and the allowed origins; everything else needs a restart.
fn take_over(arguments: &Arguments, log: &Log, reload: &watch::Sender<Settings>, output: &Output) {
    match configuration::load(arguments) {
        Ok(loaded) => {
            log.set_level(level(&loaded, output));
            reload
                .send_modify(|settings| settings.cors_allowed_origins = loaded.settings.cors_allowed_origins);
            tracing::info!("configuration read again");
        }
        Err(Unusable { failure, .. }) => {
            let causes = failure.causes.join("; ");
            tracing::error!(causes, "the configuration stays as it was: {}", failure.message);
        }
    }
}

fn system(error: &io::Error) -> Failure {
    Failure::new(ExitCode::Failed, Code::Internal, "the system does not let the server run").because(error)
}

/// A server that could not start, or fell: the words are its own.
fn failed(error: &server::Error) -> Failure {
    let (exit, code) = match error {
        server::Error::Store(error) => stored(error),
        server::Error::Key(_) | server::Error::Outbound(_) => (ExitCode::Invalid, Code::ConfigInvalid),
        server::Error::Metrics(_) | server::Error::Interrupted(_) => (ExitCode::Failed, Code::Internal),
    };
    Failure::new(exit, code, error.to_string())
}

fn stored(error: &store::Error) -> (ExitCode, Code) {
    use store::Error;
    match error {
        Error::InUse { .. } => (ExitCode::Conflict, Code::LockHeld),
        Error::Busy { .. } => (ExitCode::Unhealthy, Code::Unhealthy),
        Error::Folder { .. } | Error::ReadOnly { .. } | Error::Foreign { .. } | Error::Newer { .. } => {
            (ExitCode::Invalid, Code::ConfigInvalid)
        }
        Error::Corrupt { .. }
        | Error::Full { .. }
        | Error::Duplicate { .. }
        | Error::Stale
        | Error::Unreadable { .. }
        | Error::Unwritable { .. }
        | Error::TooDeep { .. }
        | Error::Closed
        | Error::Database { .. } => (ExitCode::Failed, Code::Internal),
    }
}
