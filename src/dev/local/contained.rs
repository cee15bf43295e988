//! Core's checkout in a container with Go: built there when its sources change, and started again when that was good
//! (cli.md 3.2). Sources are watched here, as changes do not cross the mount everywhere.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::StreamExt;
use tokio::sync::mpsc::{Receiver, Sender};
use tokio::time::{Instant, sleep};

use super::Places;
use super::news::{News, Order, Waiter};
use super::process::Lines;
use crate::dev::logs::{Log, Origin};
use crate::dev::ready::{answers, question};
use crate::docker::{Command, Engine, Piece, Standing, State, Stdio};

/// The service it is.
const CORE: &str = "core";
/// Builds beside what runs, and takes its place when that was good: what the Compose file of the mode runs.
const BUILD: &str =
    "go build -o /go/build/core.new . && mv /go/build/core.new /go/build/core && rm -f /go/build/stale";
/// Has the container itself build when it starts: one that does not run cannot be asked to.
const STALE: &str = "go/build/stale";
/// How long the container may take to end.
const GRACE: Duration = Duration::from_secs(10);
/// How often it is asked whether it answers.
const PACE: Duration = Duration::from_millis(200);
/// How long it may take to answer after a start.
const PATIENCE: Duration = Duration::from_mins(10);
/// Longest line that is shown in one piece, in bytes.
const LONGEST: usize = 64 * 1024;

/// Core in a container with Go.
#[derive(Debug, Clone)]
pub struct Contained {
    /// Where the container is.
    pub engine: Engine,
    /// Its Compose project.
    pub project: String,
    /// Where core is reached.
    pub host: String,
    /// At which port.
    pub port: u16,
}

/// Why it could not be done, in words.
type Why = String;

/// Looks after the container until it is told to stop, which leaves the container to whoever brought it up.
pub async fn attend(
    contained: Contained,
    places: Places,
    mut orders: Receiver<Order>,
    news: Sender<News>,
) -> io::Result<()> {
    let origin = Arc::new(Origin::Process { service: CORE.to_owned() });
    let log = Arc::new(Mutex::new(Log::open(&places.logs, CORE)?));
    let lines = Lines { origin, log, news: news.clone() };
    while let Some(order) = orders.recv().await {
        let (waiter, build) = match order {
            Order::Restart(waiter) => (waiter, false),
            Order::Rebuild(waiter) => (waiter, true),
            Order::Stop => return Ok(()),
        };
        let work = contained.carry_out(build, &lines, &news);
        tokio::pin!(work);
        // An order to stop does not wait for a build; another build is one later.
        let mut again = None;
        let ended = loop {
            tokio::select! {
                ended = &mut work => break ended,
                order = orders.recv() => match order {
                    Some(Order::Stop) | None => return Ok(()),
                    Some(Order::Restart(waiter) | Order::Rebuild(waiter)) => again = Some(waiter),
                }
            }
        };
        tell(&news, &ended, waiter).await;
        if let Some(waiter) = again {
            let ended = contained.carry_out(true, &lines, &news).await;
            tell(&news, &ended, waiter).await;
        }
    }
    Ok(())
}

async fn tell(news: &Sender<News>, ended: &Result<Duration, Why>, waiter: Waiter) {
    let told = match ended {
        Ok(took) => News::Ready(CORE.to_owned(), *took),
        Err(why) if why.is_empty() => News::BuildFailed(CORE.to_owned()),
        Err(why) => News::Failed(CORE.to_owned(), why.clone()),
    };
    if let Some(waiter) = waiter {
        let how = ended.clone().map(drop);
        // Who left needs no answer.
        let _ =
            waiter.send(how.map_err(|why| if why.is_empty() { "the build failed".to_owned() } else { why }));
    }
    // With nobody left to listen the order to stop is on its way.
    let _ = news.send(told).await;
}

impl Contained {
    /// Builds if that is wanted, starts the container anew, and waits until core answers. A failed build has no words
    /// of its own: the compiler's were shown.
    async fn carry_out(&self, build: bool, lines: &Lines, news: &Sender<News>) -> Result<Duration, Why> {
        let words = |error: crate::docker::Error| error.to_string();
        let found = self.engine.of_project(&self.project).await.map_err(words)?;
        let found = found.into_iter().find(|container| container.service == CORE);
        let container = found.ok_or("its container is gone")?;
        if build {
            // With nobody left to listen the order to stop is on its way.
            let _ = news.send(News::Building(CORE.to_owned())).await;
            match container.state {
                State::Running => {
                    if !self.build(&container.id, lines).await.map_err(words)? {
                        return Err(String::new());
                    }
                }
                State::Created | State::Exited | State::Paused | State::Restarting | State::Gone => {
                    let mark = mark().map_err(|error| error.to_string())?;
                    self.engine.unpack(&container.id, mark).await.map_err(words)?;
                }
            }
        }
        let begun = Instant::now();
        self.engine.restart(&container.id, Some(GRACE)).await.map_err(words)?;
        while begun.elapsed() < PATIENCE {
            if let Some(question) = question(CORE)
                && answers(question, &self.host, self.port).await
            {
                return Ok(begun.elapsed());
            }
            sleep(PACE).await;
        }
        Err(format!("it does not answer after {} s", PATIENCE.as_secs()))
    }

    /// Builds in the container; says whether that was good.
    async fn build(&self, container: &str, lines: &Lines) -> Result<bool, crate::docker::Error> {
        let arguments = ["sh", "-c", BUILD].map(str::to_owned).to_vec();
        let exec = self.engine.prepare(container, &Command { arguments, ..Command::default() }).await?;
        let mut session = self.engine.attach(&exec).await?;
        let mut rest: Vec<u8> = Vec::new();
        while let Some(piece) = session.output.next().await {
            match piece? {
                Piece::Out(bytes) | Piece::Err(bytes) => rest.extend_from_slice(&bytes),
            }
            while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = rest.drain(..=end).collect();
                lines.tell(Stdio::Err, String::from_utf8_lossy(&line).trim_end().to_owned()).await;
            }
            if rest.len() > LONGEST {
                lines
                    .tell(Stdio::Err, String::from_utf8_lossy(&std::mem::take(&mut rest)).into_owned())
                    .await;
            }
        }
        if !rest.is_empty() {
            lines.tell(Stdio::Err, String::from_utf8_lossy(&rest).into_owned()).await;
        }
        loop {
            match self.engine.standing(&exec).await? {
                Standing::Ended { code, .. } => return Ok(code == 0),
                // Its output ended a moment before it.
                Standing::Running { .. } => sleep(PACE).await,
            }
        }
    }
}

/// An empty file that has the container build at its next start.
fn mark() -> io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(0);
    // Whoever the container works as takes it away.
    header.set_mode(0o666);
    archive.append_data(&mut header, STALE, io::empty())?;
    archive.into_inner()
}
