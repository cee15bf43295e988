//! `gateway`: the process before the UI of a local stack. `start` and `dev` run it; nobody types it (cli.md 5.5).

use std::path::PathBuf;

use tokio_util::sync::CancellationToken;

use super::exit::ExitCode;
use super::failure::{Code, Ended, Failure};
use super::output::Output;
use super::serve::{Log, Sign, leave, listen};
use super::signals::{Signal, Signals};
use crate::server::gateway::{self, Behind};
use crate::settings::{LogFormat, LogLevel};

/// Arguments of `gateway`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Address to listen on
    #[arg(long, value_name = "ADDR")]
    host: String,
    /// Port to listen on
    #[arg(long, value_name = "N")]
    port: u16,
    /// Where core is
    #[arg(long, value_name = "HOST:PORT")]
    core: String,
    /// Where the container of the UI is; without it the console of this program is served
    #[arg(long, value_name = "HOST:PORT")]
    ui: Option<String>,
    /// Write the address into this file once it listens
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,
    /// Leave the terminal and whoever started it
    #[arg(long)]
    own_session: bool,
}

/// Stands there until it is told to stop.
pub fn run(arguments: &Arguments, output: &Output) -> Result<(), Ended> {
    if arguments.own_session {
        leave();
    }
    Log::start(LogLevel::Info, LogFormat::Text, output.colors_errors());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let ended = runtime.map_err(|error| system(&error))?.block_on(stand(arguments));
    Ok(ended?)
}

async fn stand(arguments: &Arguments) -> Result<(), Failure> {
    let mut signals = Signals::new().map_err(|error| system(&error))?;
    let listener = listen(&arguments.host, arguments.port).await?;
    let address = listener.local_addr().map_err(|error| system(&error))?;
    let sign = |path| Sign::put(path, &format!("http://{address}"));
    let _sign = arguments.ready_file.as_deref().map(sign).transpose()?;
    let behind = Behind { core: arguments.core.clone(), ui: arguments.ui.clone() };
    tracing::info!(
        "gateway on http://{address}, before {} and core at {}",
        behind.ui.as_ref().map_or_else(|| "the console".to_owned(), |ui| format!("the UI at {ui}")),
        behind.core
    );
    let stop = CancellationToken::new();
    let serving = gateway::run(listener, behind, stop.clone());
    tokio::pin!(serving);
    loop {
        tokio::select! {
            () = &mut serving => return Ok(()),
            signal = signals.next() => match signal {
                // The terminal it was started on is not its own.
                Signal::HangUp => {}
                Signal::Interrupt | Signal::Terminate => stop.cancel(),
            },
        }
    }
}

fn system(error: &std::io::Error) -> Failure {
    Failure::new(ExitCode::Failed, Code::Internal, "the system does not let the gateway run").because(error)
}
