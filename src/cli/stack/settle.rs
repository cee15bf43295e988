//! The ports of a stack: which ones, and what is done when somebody has them (cli.md 3.3.1).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::cli::engine;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Ended, Failure};
use crate::cli::prompt::Prompter;
use crate::dev::ports::process::Holder;
use crate::dev::ports::{Conflict, Owner, Wanted, check, first_free};
use crate::dev::project::{Project, State};
use crate::docker::Engine;
use crate::redact;

/// Keeps the ports that were chosen, to choose them again.
pub fn keep(project: &Project, chosen: &BTreeMap<String, u16>) -> Result<(), Failure> {
    let folder = project.folder();
    let mut state = State::read(&folder);
    state.ports.extend(chosen.iter().map(|(service, port)| (service.clone(), *port)));
    state.write(&folder).map_err(|error| {
        let message = format!("{} cannot be written", folder.state().display());
        Failure::new(ExitCode::Failed, Code::Internal, message).because(&error)
    })
}

/// Looks for who has these ports, of containers and of local processes. Returned are the ports to use instead, by
/// service. Without an engine no container has one.
pub async fn settle(
    auto_port: bool,
    engine: Option<&Engine>,
    project: &str,
    all: &[Wanted],
    prompter: &Prompter,
) -> Result<BTreeMap<String, u16>, Ended> {
    let conflicts = check(engine, project, all).await.map_err(|error| engine::failure(&error))?;
    if conflicts.is_empty() {
        return Ok(BTreeMap::new());
    }
    if !auto_port {
        if !prompter.may_ask() {
            return Err(busy(&conflicts).into());
        }
        ask(&conflicts, prompter).await?;
    }
    let mut taken: BTreeSet<u16> = all.iter().map(|port| port.port).collect();
    let mut chosen = BTreeMap::new();
    for conflict in &conflicts {
        let port = first_free(&conflict.wanted, &taken).ok_or_else(|| busy(&conflicts))?;
        taken.insert(port);
        // A service is moved by one port: with a second one that is taken the user has to decide.
        if chosen.insert(conflict.wanted.service.clone(), port).is_some() {
            return Err(busy(&conflicts).into());
        }
    }
    Ok(chosen)
}

/// Asks what to do, until it is another port or the end.
async fn ask(conflicts: &[Conflict], prompter: &Prompter) -> Result<(), Ended> {
    let question = conflicts.iter().map(line).collect::<Vec<_>>().join("; ");
    let ways = ["use the next free port", "stop here, and show who has it"].map(str::to_owned).to_vec();
    match prompter.select(&question, ways, 1, "--auto-port").await? {
        0 => Ok(()),
        _ => Err(busy(conflicts).into()),
    }
}

fn line(conflict: &Conflict) -> String {
    format!("port {} ({}) is used by {}", conflict.wanted.port, conflict.wanted.service, conflict.owner)
}

fn busy(conflicts: &[Conflict]) -> Failure {
    let lines: Vec<String> = conflicts.iter().map(line).collect();
    let (first, others) =
        lines.split_first().map_or(("a port is used", &[][..]), |(first, rest)| (first, rest));
    let mut failure = Failure::new(ExitCode::Conflict, Code::PortBusy, first);
    failure.causes = others.to_vec();
    let service = conflicts.first().map_or("SERVICE", |conflict| &conflict.wanted.service);
    let details = json!({"ports": conflicts.iter().map(details).collect::<Vec<_>>()});
    failure.hint(format!("stop it, or use another port: --port {service}=N, or --auto-port")).details(details)
}

fn details(conflict: &Conflict) -> Value {
    let holder = match &conflict.owner {
        Owner::Container { name, compose } => {
            let (project, service) = compose.clone().unzip();
            json!({"container": name, "project": project, "service": service})
        }
        Owner::Process(Holder::Process { pid, name, command, folder }) => {
            json!({"pid": pid, "name": name, "command": redact::text(command), "folder": folder})
        }
        Owner::Process(Holder::AnotherUser | Holder::Unknown) => Value::Null,
        Owner::Service(service) => json!({"service": service}),
    };
    json!({"service": conflict.wanted.service, "port": conflict.wanted.port, "bind": conflict.wanted.bind, "holder": holder})
}
