//! A server's life: put together, serve, take over changed settings, stop.

use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tokio_util::sync::CancellationToken;

use super::app::App;
use super::assemble::{assemble, collections};
use super::edge::Rules;
use super::not_started::Error;
use super::serve::serve;
use super::{page, routes, stream};
use crate::clock::Clock;
use crate::connection::Monitor;
use crate::settings::{ConsolePort, Settings};
use crate::store::{self, Store};
use crate::supervisor::Supervisor;

/// How long background work may take to end.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often expired documents are deleted.
const SWEEP_EVERY: Duration = Duration::from_mins(1);

/// What a server needs to live.
#[derive(Debug)]
pub struct Options {
    /// The settings, secrets included.
    pub settings: Settings,
    /// Where requests come in.
    pub listener: TcpListener,
    /// Where requests for the console come in, when it has a port of its own.
    pub console: Option<TcpListener>,
    /// Ends the server.
    pub shutdown: CancellationToken,
    /// Told once, when the first request can be answered.
    pub ready: oneshot::Sender<()>,
    /// Changed settings; those that a running server can take over.
    pub reloads: watch::Receiver<Settings>,
}

/// Runs a server until it is told to stop, and everything it had begun has ended or had its time.
pub async fn run(options: Options) -> Result<(), Error> {
    let Options { settings, listener, console, shutdown, ready, reloads } = options;
    let supervisor = Supervisor::new();
    let store = open(&settings).await?;
    let app = assemble(&settings, store.clone(), &supervisor)?;
    app.deployer.close_interrupted().await?;
    sweep(&supervisor, &store);
    watch_clusters(&supervisor, &app);
    app.live.keep_up();
    stream::end_with_sessions(&supervisor, &app);
    take_over(&supervisor, &app, reloads);
    // Nobody waits for it when the server runs inside another program.
    let _ = ready.send(());

    let api = match settings.console_port {
        ConsolePort::Same => routes::router().merge(page::router()),
        ConsolePort::Off | ConsolePort::Own(_) => routes::router(),
    };
    let drain = settings.shutdown_timeout;
    let doors = [(Some(listener), api), (console, page::router())];
    let serving = doors.into_iter().filter_map(|(listener, routes)| {
        Some(serve(app.clone(), routes, listener?, shutdown.clone(), drain))
    });
    let ending = async {
        shutdown.cancelled().await;
        app.hub.shut_down("the server stops");
    };
    futures::future::join(ending, futures::future::join_all(serving)).await;
    drop(app);
    if !supervisor.shut_down(PATIENCE).await {
        tracing::warn!("background work did not end in time");
    }
    store.close().await?;
    Ok(())
}

async fn open(settings: &Settings) -> Result<Store, Error> {
    let dir = settings.data_dir.clone();
    let collections = collections();
    let opened = tokio::task::spawn_blocking(move || Store::open(&dir, Clock::system(), &collections)).await;
    Ok(opened.unwrap_or(Err(store::Error::Closed))?)
}

fn watch_clusters(supervisor: &Supervisor, app: &App) {
    let monitor = Monitor::new(app.connections.clone());
    supervisor.spawn("cluster monitor", move |stop| {
        let monitor = monitor.clone();
        async move { monitor.run(stop).await }
    });
}

fn sweep(supervisor: &Supervisor, store: &Store) {
    let store = store.clone();
    supervisor.spawn("sweep", move |stop| {
        let store = store.clone();
        async move {
            let mut tick = tokio::time::interval(SWEEP_EVERY);
            while stop.run_until_cancelled(tick.tick()).await.is_some() {
                store.sweep(Clock::system().now()).await?;
            }
            Ok::<(), store::Error>(())
        }
    });
}

fn take_over(supervisor: &Supervisor, app: &App, reloads: watch::Receiver<Settings>) {
    let app = app.clone();
    supervisor.spawn("reload", move |stop| {
        let (app, mut reloads) = (app.clone(), reloads.clone());
        async move {
            while let Some(Ok(())) = stop.run_until_cancelled(reloads.changed()).await {
                let settings = reloads.borrow_and_update().clone();
                app.identity.reconfigure((&settings).into());
                app.reconfigure(Rules::from(&settings));
            }
            Ok::<(), std::convert::Infallible>(())
        }
    });
}
