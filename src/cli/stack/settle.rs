//! The ports of a stack: which ones, and what is done when somebody has them (cli.md 3.3.1).

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::cli::engine;
use crate::cli::failure::{Ended, Failure};
use crate::cli::progress::clean;
use crate::cli::project::unwritable;
use crate::cli::prompt::Prompter;
use crate::cli::stack::{busy, busy_line as line};
use crate::dev::converge::Desired;
use crate::dev::ports::process::Holder;
use crate::dev::ports::{Conflict, Further, Moved, Owner, Wanted, add_further, check, first_free, wanted};
use crate::dev::project::Project;
use crate::dev::settings::{Service, Settings};
use crate::dev::state::State;
use crate::docker::Engine;
use crate::redact;

/// Keeps the ports that were chosen, to choose them again.
pub fn keep(project: &Project, moved: &Moved) -> Result<(), Failure> {
    let first = moved.first.iter().map(|(service, port)| (service.clone(), *port));
    change_state(project, |state| {
        state.ports.extend(first);
        add_further(&mut state.further_ports, &moved.further);
    })
}

fn change_state(project: &Project, change: impl FnOnce(&mut State)) -> Result<(), Failure> {
    let folder = project.folder();
    let mut state = State::read(&folder);
    change(&mut state);
    state.write(&folder).map_err(|error| unwritable(&folder.state(), &error))
}

/// Looks for who has these ports, of containers and of local processes. Returned are the ports to use instead; `before`
/// says where further ones were put before. Without an engine no container has one.
pub async fn settle(
    auto_port: bool,
    engine: Option<&Engine>,
    project: &str,
    (all, before): (&[Wanted], &Further),
    prompter: &Prompter,
) -> Result<Moved, Ended> {
    let conflicts = check(engine, project, all).await.map_err(|error| engine::failure(&error))?;
    if conflicts.is_empty() {
        return Ok(Moved::default());
    }
    if !auto_port {
        if !prompter.may_ask() {
            return Err(busy(&conflicts).into());
        }
        ask(&conflicts, prompter).await?;
    }
    Moved::choose(&conflicts, all, before).ok_or_else(|| busy(&conflicts).into())
}

/// The ports of the containers that somebody may have to decide about: not `aside`, where the UI's container makes room
/// for the gateway.
pub fn own_ports(desired: &Desired, aside: u16) -> impl Iterator<Item = Wanted> {
    wanted(&desired.stack).into_iter().filter(move |port| !is_aside(port, aside))
}

/// Sees to it that the UI's container finds a port while the gateway has the UI's: which one it is does not matter to
/// anybody. Says whether it is another one from now on.
pub async fn make_room(
    engine: Option<&Engine>,
    project: &Project,
    settings: &Settings,
    desired: &Desired,
    dry_run: bool,
) -> Result<bool, Failure> {
    let aside = project.ui_container_port(settings);
    let (ours, others): (Vec<Wanted>, Vec<Wanted>) =
        wanted(&desired.stack).into_iter().partition(|port| is_aside(port, aside));
    let Some(wanted) = ours.first().filter(|_| !dry_run) else { return Ok(false) };
    // The gateway, and what may run beside the containers, have theirs.
    let known = Service::ALL.map(|service| settings.service(service).port);
    let taken: BTreeSet<u16> = others.iter().map(|port| port.port).chain(known).collect();
    let conflicts =
        check(engine, &desired.stack.name, &ours).await.map_err(|error| engine::failure(&error))?;
    if conflicts.is_empty() && !taken.contains(&aside) {
        return Ok(false);
    }
    let free = first_free(wanted, &taken).ok_or_else(|| busy(&conflicts))?;
    change_state(project, |state| state.ui_container_port = Some(free))?;
    Ok(true)
}

fn is_aside(port: &Wanted, aside: u16) -> bool {
    port.service == Service::Ui.as_str() && port.port == aside
}

/// Asks what to do, until it is another port or the end.
async fn ask(conflicts: &[Conflict], prompter: &Prompter) -> Result<(), Ended> {
    let question = conflicts.iter().map(line).collect::<Vec<_>>().join("; ");
    loop {
        let ways = ["use the next free port", "show who has it", "stop here"].map(str::to_owned).to_vec();
        match prompter.select(&question, ways, 2, "--auto-port").await? {
            0 => return Ok(()),
            1 => conflicts.iter().for_each(|conflict| prompter.show(&described(conflict))),
            _ => return Err(busy(conflicts).into()),
        }
    }
}

/// Everything that is known of who has a port.
fn described(conflict: &Conflict) -> String {
    let mut text = format!("{}\n", line(conflict));
    match &conflict.owner {
        Owner::Process(Holder::Process { pid, command, folder, .. }) => {
            let _ = writeln!(text, "  pid      {pid}");
            let _ = writeln!(text, "  command  {}", clean(&redact::text(command)));
            if let Some(folder) = folder {
                let _ = writeln!(text, "  folder   {}", folder.display());
            }
        }
        Owner::Container { name, compose } => {
            let _ = writeln!(text, "  container  {name}");
            if let Some((project, service)) = compose {
                let _ = writeln!(text, "  project    {project}, service {service}");
            }
        }
        Owner::Process(Holder::AnotherUser | Holder::Unknown) | Owner::Service(_) => {}
    }
    text
}
