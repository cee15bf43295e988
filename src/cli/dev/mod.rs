//! `dev`: the stack with hot reload, in the foreground (cli.md 3.2).

mod chosen;
mod environment;
mod keys;
mod show;
mod watching;

use std::fmt::Write as _;
use std::net::TcpListener;
use std::path::PathBuf;

use serde_json::json;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::args::{Format, Global};
use super::exit::ExitCode;
use super::failure::{Code, Ended, Failure};
use super::output::Output;
use super::project::{self, Access};
use super::runtime::{self, Interrupt};
use crate::dev::local::{
    self, Embedded, Failed, News, Order, Places, Program, Record, Restarts, Supervisor, Unfit,
};
use crate::dev::project::Project;
use crate::dev::settings::{Overrides, Provider, Service, Settings};
use chosen::{Chosen, Elsewhere};
use environment::Addresses;
use keys::{Key, Keys};
use show::Show;

/// Arguments of `dev`.
#[derive(Debug, clap::Args)]
// Each is a flag of its own.
#[allow(clippy::struct_excessive_bools)]
pub struct Arguments {
    #[command(flatten)]
    mode: chosen::ModeFlags,
    /// Only these services
    #[arg(long, value_name = "SERVICE", value_delimiter = ',')]
    only: Vec<String>,
    /// What provides core where it is not run from its checkout
    #[arg(long, value_enum, value_name = "PROVIDER")]
    core: Option<Elsewhere>,
    /// What provides the UI where it is not run from its checkout
    #[arg(long, value_enum, value_name = "PROVIDER")]
    ui: Option<Elsewhere>,
    /// Leave what was started in the background running
    #[arg(long)]
    keep: bool,
    /// Do not build again when sources change
    #[arg(long)]
    no_watch: bool,
    /// End when a service failed, with exit code 7
    #[arg(long)]
    exit_on_failure: bool,
    /// Another port for a service
    #[arg(long, value_name = "SERVICE=PORT", value_parser = environment::port)]
    port: Vec<(String, u16)>,
    /// A variable of the local processes
    #[arg(long, value_name = "K=V", value_parser = environment::variable)]
    env: Vec<(String, String)>,
}

/// Runs the local processes until they are told to stop.
pub fn run(arguments: &Arguments, global: &Global, output: &mut Output) -> Result<(), Ended> {
    if matches!(output.format(), Format::Json | Format::Yaml) && !global.work.dry_run {
        let failure =
            Failure::new(ExitCode::Usage, Code::Usage, "what goes on has no end, and a document has one");
        return Err(failure.hint("orchcli dev --output ndjson").into());
    }
    let access = Access::Mutating { dry_run: global.work.dry_run };
    let project = project::find(&global.compose, access, None, output)?;
    let settings = project
        .settings(&Overrides::NONE, &|name| std::env::var(name).ok())
        .map_err(|error| project::unfit(&error))?;
    let chosen = Chosen::of(arguments, &project, &settings)?;
    if chosen.core == Provider::Source && !global.work.dry_run {
        let made = project.folder().prepare().and_then(|()| project.ensure_secrets());
        made.map_err(|error| {
            let message = "the keys of the project cannot be kept";
            Failure::new(ExitCode::Failed, Code::Internal, message).because(&error)
        })?;
    }
    let addresses = Addresses::of(&arguments.port, &settings)?;
    let stack = Stack::of(&project, &settings, chosen, addresses, arguments)?;
    if global.work.dry_run {
        return stack.plan(output);
    }
    runtime::run(global.work.timeout, async |interrupt| {
        let lock = project::lock(&project, "dev", global.work.lock_timeout, |_| {}).await?;
        stack.check()?;
        let begun = stack.begin(output).await?;
        drop(lock);
        let ended = begun.supervise(arguments, &interrupt, output).await;
        if !arguments.keep {
            stack.end().await;
        }
        ended
    })
}

/// What is run, and where.
#[derive(Debug)]
struct Stack {
    programs: Vec<Program>,
    embedded: Option<Embedded>,
    places: Places,
    core_checkout: Option<PathBuf>,
    ports: Vec<(String, u16)>,
}

/// What runs.
struct Begun {
    orders: Vec<(String, mpsc::Sender<Order>)>,
    work: JoinSet<std::io::Result<()>>,
    news: mpsc::Receiver<News>,
    core_checkout: Option<PathBuf>,
    ui: Option<u16>,
}

impl Stack {
    fn of(
        project: &Project,
        settings: &Settings,
        chosen: Chosen,
        addresses: Addresses,
        arguments: &Arguments,
    ) -> Result<Self, Failure> {
        let folder = project.folder();
        let environment = |service| addresses.environment(service, project, settings, &arguments.env);
        let mut programs = Vec::new();
        let mut ports = Vec::new();
        let mut core_checkout = None;
        let mut embedded = None;
        let wanted =
            |service: &str| arguments.only.is_empty() || arguments.only.iter().any(|only| only == service);
        if wanted("core") {
            ports.push(("core".to_owned(), addresses.core));
            match chosen.core {
                Provider::Source => {
                    let checkout = project.checkout(Service::Core, settings);
                    let mut variables = environment(Service::Core);
                    let said = |name: &str| arguments.env.iter().any(|(asked, _)| asked == name);
                    let database = addresses.database(settings).into_iter();
                    variables.extend(database.filter(|(name, _)| !said(name)));
                    let program = local::core(&checkout, &folder.build(), addresses.core, variables);
                    programs.push(program.map_err(|error| unfit(&error))?);
                    core_checkout = Some(checkout);
                }
                Provider::Embedded => {
                    embedded = Some(Embedded {
                        program: std::env::current_exe().map_err(|error| {
                            Failure::new(
                                ExitCode::Failed,
                                Code::Internal,
                                "this program does not know where it is",
                            )
                            .because(&error)
                        })?,
                        folder: project.root().to_owned(),
                        data: folder.path().join("data"),
                        port: addresses.core,
                        console: (wanted("ui") && chosen.ui == Provider::Embedded).then_some(addresses.ui),
                        environment: environment(Service::Core),
                        supervisor: (!arguments.keep).then(Supervisor::here),
                    });
                }
                Provider::None | Provider::Image => {}
            }
        }
        if wanted("ui") && chosen.ui != Provider::None {
            ports.push(("ui".to_owned(), addresses.ui));
        }
        if wanted("ui") && chosen.ui == Provider::Source {
            let program =
                local::ui(&project.checkout(Service::Ui, settings), addresses.ui, environment(Service::Ui));
            programs.push(program.map_err(|error| unfit(&error))?);
        }
        let places = Places { run: folder.run(), logs: folder.logs() };
        Ok(Self { programs, embedded, places, core_checkout, ports })
    }

    /// What would be done.
    fn plan(&self, output: &Output) -> Result<(), Ended> {
        let mut steps = Vec::new();
        let mut text = String::new();
        if let Some(embedded) = &self.embedded {
            let _ = writeln!(text, "+ start core, embedded, on port {}", embedded.port);
            steps.push(json!({"id": "start.core", "action": "create", "target": "core",
                "reason": "embedded", "dependsOn": []}));
        }
        for program in &self.programs {
            let _ = writeln!(
                text,
                "+ run {} on port {}: {}",
                program.service,
                program.port,
                program.command.join(" ")
            );
            steps.push(json!({"id": format!("run.{}", program.service), "action": "create",
                "target": program.service, "reason": "source", "dependsOn": []}));
        }
        output.result("Plan", json!({"steps": steps}), &text)
    }

    /// Refuses what runs already, and ports that are taken.
    fn check(&self) -> Result<(), Failure> {
        for (service, port) in &self.ports {
            if let Some(record) = Record::read(&self.places.run, service).filter(Record::is_alive) {
                let message = format!("{service} is already running (pid {})", record.pid);
                return Err(Failure::new(ExitCode::Conflict, Code::LockHeld, message)
                    .hint("end the other orchcli dev, or orchcli stop"));
            }
            if let Err(error) = TcpListener::bind(("127.0.0.1", *port)) {
                let message = format!("port {port} ({service}) cannot be used");
                let failure = Failure::new(ExitCode::Conflict, Code::PortBusy, message).because(&error);
                return Err(
                    failure.hint(format!("stop what uses it, or take another: --port {service}=PORT"))
                );
            }
        }
        Ok(())
    }

    async fn begin(&self, output: &Output) -> Result<Begun, Failure> {
        if let Some(embedded) = &self.embedded {
            let record = embedded.start(&self.places).await.map_err(|error| unstarted(&error))?;
            if let Some(url) = &record.url {
                show::notice(output, "core", &format!("embedded, at {url}"));
            }
        }
        let folder = self.places.run.with_file_name("build");
        std::fs::create_dir_all(&folder).map_err(|error| {
            let message = format!("{} cannot be made", folder.display());
            Failure::new(ExitCode::Failed, Code::Internal, message).because(&error)
        })?;
        let (told, news) = mpsc::channel(1024);
        let mut orders = Vec::new();
        let mut work = JoinSet::new();
        for program in &self.programs {
            let (order, ordered) = mpsc::channel(8);
            orders.push((program.service.clone(), order));
            let (program, places, told) = (program.clone(), self.places.clone(), told.clone());
            work.spawn(local::supervise(program, places, Restarts::default(), ordered, told));
        }
        let ui = self.ports.iter().find(|(service, _)| service == "ui").map(|(_, port)| *port);
        Ok(Begun { orders, work, news, core_checkout: self.core_checkout.clone(), ui })
    }

    /// Ends what was started in the background.
    async fn end(&self) {
        if self.embedded.is_some()
            && let Some(record) = Record::read(&self.places.run, "core")
        {
            local::stop_embedded(&record, &self.places).await;
        }
    }
}

impl Begun {
    /// Shows what happens, and does what the keys say, until everything has ended.
    async fn supervise(
        mut self,
        arguments: &Arguments,
        interrupt: &Interrupt,
        output: &Output,
    ) -> Result<(), Ended> {
        let mut keys = Keys::new();
        let watch = if arguments.no_watch { None } else { self.core_checkout.as_deref() };
        let mut watch = watching::start(watch, output);
        let mut show = Show::new(self.orders.iter().map(|(service, _)| service.as_str()), output);
        let asked = interrupt.asked();
        if self.work.is_empty() {
            // Everything is in the background.
            asked.cancelled().await;
            return Ok(());
        }
        let mut stopping = false;
        let mut failed = None;
        loop {
            tokio::select! {
                news = self.news.recv() => match news {
                    Some(news) => {
                        if let News::Failed(service, why) = &news
                            && arguments.exit_on_failure
                            && failed.is_none()
                        {
                            failed = Some(format!("{service}: {why}"));
                            stopping = true;
                            self.tell(None, Order::Stop).await;
                        }
                        show.news(&news, output)?;
                    }
                    None => break,
                },
                () = asked.cancelled(), if !stopping => {
                    stopping = true;
                    self.tell(None, Order::Stop).await;
                }
                () = watching::changed(&mut watch) => self.tell(Some("core"), Order::Rebuild).await,
                key = keys.next() => match key {
                    Key::Restart => self.tell(None, Order::Restart).await,
                    Key::Rebuild => self.tell(Some("core"), Order::Rebuild).await,
                    Key::Quit if stopping => {}
                    Key::Quit => {
                        stopping = true;
                        self.tell(None, Order::Stop).await;
                    }
                    Key::Clear => show::clear(output)?,
                    Key::Filter => show.filter(output)?,
                    Key::Status => show.status(output)?,
                    Key::Open => show::open(self.ui, output)?,
                    Key::Help => show::help(output)?,
                },
                Some(ended) = self.work.join_next() => {
                    if let Ok(Err(error)) = ended {
                        let failure = Failure::new(ExitCode::Failed, Code::Internal, "a log cannot be written");
                        return Err(failure.because(&error).into());
                    }
                    if self.work.is_empty() {
                        // What was told before is shown.
                        while let Ok(news) = self.news.try_recv() {
                            show.news(&news, output)?;
                        }
                        break;
                    }
                }
            }
        }
        match failed {
            Some(message) => Err(Failure::new(ExitCode::Unhealthy, Code::Exited, message).into()),
            None => Ok(()),
        }
    }

    async fn tell(&self, service: Option<&str>, order: Order) {
        for (name, orders) in &self.orders {
            if service.is_none_or(|service| service == name) {
                // One that has ended needs no order.
                let _ = orders.send(order).await;
            }
        }
    }
}

fn unfit(error: &Unfit) -> Failure {
    match error {
        Unfit::Missing(_) => Failure::new(ExitCode::NoProject, Code::InitIncomplete, error.to_string())
            .hint("get the checkout: orchcli init"),
        Unfit::Unreadable { .. } | Unfit::NoScript(_) => {
            Failure::new(ExitCode::Invalid, Code::ConfigInvalid, error.to_string())
        }
    }
}

fn unstarted(error: &Failed) -> Failure {
    let failure = Failure::new(ExitCode::Unhealthy, Code::Unhealthy, "core cannot be started").because(error);
    match error {
        Failed::Ended { words, .. } => failure.details(json!({"log": words})).hint("orchcli logs core"),
        Failed::Files(_) | Failed::Slow => failure,
    }
}
