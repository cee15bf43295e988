//! A local process from its start to its end: built, started, asked whether it is ready, started again (cli.md 3.2).

use std::fs;
use std::io;
use std::process::ExitStatus;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc::{Receiver, Sender};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, sleep_until};

use super::Places;
use super::news::{News, Order};
use super::process::{Lines, Process};
use super::program::{Build, Ends, Program, Restarts};
use crate::dev::logs::{Log, Origin};
use crate::dev::ready::answers;
use crate::dev::record::{Record, Supervisor, birth_of};

/// How long a process may take to end by itself.
const GRACE: Duration = Duration::from_secs(10);
/// How often it is asked whether it is ready.
const PACE: Duration = Duration::from_millis(200);

/// A supervisor at work.
struct Work {
    program: Program,
    places: Places,
    lines: Lines,
    news: Sender<News>,
    process: Option<Process>,
    build: Option<Process>,
    /// Whether another build is wanted after this one.
    build_again: bool,
    ends: Ends,
    rules: Restarts,
    begun: Instant,
    started: Instant,
    ready: bool,
    again: Option<Instant>,
    restarts: u32,
    waiting: Vec<oneshot::Sender<Result<(), String>>>,
}

/// Supervises a program until it is told to stop.
pub async fn supervise(
    program: Program,
    places: Places,
    rules: Restarts,
    mut orders: Receiver<Order>,
    news: Sender<News>,
) -> io::Result<()> {
    let origin = Arc::new(Origin::Process { service: program.service.clone() });
    let log = Arc::new(Mutex::new(Log::open(&places.logs, &program.service)?));
    let lines = Lines { origin, log, news: news.clone() };
    let now = Instant::now();
    let mut work = Work {
        program,
        places,
        lines,
        news,
        process: None,
        build: None,
        build_again: false,
        ends: Ends::default(),
        rules,
        begun: now,
        started: now,
        ready: false,
        again: None,
        restarts: 0,
        waiting: Vec::new(),
    };
    if work.program.build.is_some() {
        work.rebuild().await;
    } else {
        work.start().await;
    }
    loop {
        tokio::select! {
            order = orders.recv() => match order {
                Some(Order::Restart(waiter)) => {
                    work.waiting.extend(waiter);
                    work.ends.forget();
                    work.halt().await;
                    work.start().await;
                }
                Some(Order::Rebuild(waiter)) => {
                    work.waiting.extend(waiter);
                    work.rebuild().await;
                }
                Some(Order::Stop) | None => {
                    work.halt().await;
                    if let Some(build) = work.build.take() {
                        build.stop(GRACE).await;
                    }
                    work.tell(News::Stopped(work.program.service.clone())).await;
                    return Ok(());
                }
            },
            status = ended(&mut work.build) => work.built(status).await,
            status = ended(&mut work.process) => work.crashed(status).await,
            () = until(work.again) => work.start().await,
            () = sleep(PACE), if work.process.is_some() && !work.ready => work.ask().await,
        }
    }
}

async fn ended(process: &mut Option<Process>) -> io::Result<ExitStatus> {
    match process {
        Some(process) => process.ended().await,
        None => std::future::pending().await,
    }
}

async fn until(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}

impl Work {
    async fn tell(&mut self, news: News) {
        match &news {
            News::Ready(..) => self.answer(&Ok(())),
            News::Ended(_, how, _) => self.answer(&Err(format!("it ended with {how}"))),
            News::Failed(_, why) => self.answer(&Err(why.clone())),
            News::BuildFailed(_) => self.answer(&Err("the build failed".to_owned())),
            News::Stopped(_) => self.answer(&Err("it was stopped".to_owned())),
            News::Line(_) | News::Building(_) | News::Started(..) => {}
        }
        // Nobody listens any more: the order to stop is on its way.
        let _ = self.news.send(news).await;
    }

    fn answer(&mut self, how: &Result<(), String>) {
        for waiter in self.waiting.drain(..) {
            // Who left needs no answer.
            let _ = waiter.send(how.clone());
        }
    }

    async fn start(&mut self) {
        self.again = None;
        let program = &self.program;
        let name = program.service.clone();
        match Process::start(&program.command, &program.folder, &program.environment, &self.lines) {
            Ok(process) => {
                let pid = process.pid;
                self.record(pid);
                self.process = Some(process);
                self.started = Instant::now();
                self.ready = false;
                self.tell(News::Started(name, pid)).await;
            }
            Err(error) => {
                let what = program.command.first().map_or("", String::as_str);
                self.tell(News::Failed(name, format!("{what} cannot be started: {error}"))).await;
            }
        }
    }

    fn record(&self, pid: u32) {
        let program = &self.program;
        let record = Record {
            service: program.service.clone(),
            provider: "source".to_owned(),
            pid,
            birth: birth_of(pid),
            started_at: Timestamp::now(),
            command: program.command.join(" "),
            port: Some(program.port),
            url: Some(format!("http://localhost:{}", program.port)),
            restarts: self.restarts,
            before: None,
            stays: false,
            supervisor: Some(Supervisor::here()),
        };
        if let Err(error) = record.write(&self.places.run) {
            tracing::warn!(%error, "other commands do not see {}", program.service);
        }
    }

    async fn halt(&mut self) {
        self.again = None;
        if let Some(process) = self.process.take() {
            process.stop(GRACE).await;
        }
        Record::remove(&self.places.run, &self.program.service);
    }

    async fn crashed(&mut self, status: io::Result<ExitStatus>) {
        self.process = None;
        Record::remove(&self.places.run, &self.program.service);
        let how = status.map_or_else(|error| error.to_string(), |status| status.to_string());
        let name = self.program.service.clone();
        match self.ends.another(self.begun.elapsed(), &self.rules) {
            Some(pause) => {
                self.restarts += 1;
                self.again = Some(Instant::now() + pause);
                self.tell(News::Ended(name, how, pause)).await;
            }
            None => self.tell(News::Failed(name, format!("it ended too often, at last with {how}"))).await,
        }
    }

    async fn rebuild(&mut self) {
        let Some(build) = &self.program.build else {
            return self.answer(&Err("there is nothing to build".to_owned()));
        };
        if self.build.is_some() {
            self.build_again = true;
            return;
        }
        let name = self.program.service.clone();
        self.build_again = false;
        let started =
            Process::start(&build.command, &self.program.folder, &self.program.environment, &self.lines);
        match started {
            Ok(process) => {
                self.build = Some(process);
                self.tell(News::Building(name)).await;
            }
            Err(error) => {
                let what = build.command.first().map_or("", String::as_str);
                self.tell(News::Failed(name, format!("{what} cannot be started: {error}"))).await;
            }
        }
    }

    async fn built(&mut self, status: io::Result<ExitStatus>) {
        self.build = None;
        if self.build_again {
            return self.rebuild().await;
        }
        let good = status.is_ok_and(|status| status.success());
        let is_put = |build: &Build| fs::rename(&build.product, &build.program).is_ok();
        if good && self.program.build.as_ref().is_some_and(is_put) {
            self.ends.forget();
            self.halt().await;
            self.start().await;
        } else {
            self.tell(News::BuildFailed(self.program.service.clone())).await;
        }
    }

    async fn ask(&mut self) {
        if answers(self.program.question, "127.0.0.1", self.program.port).await {
            self.ready = true;
            self.tell(News::Ready(self.program.service.clone(), self.started.elapsed())).await;
        }
    }
}
