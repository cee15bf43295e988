//! Ports that somebody has, as a failure.

use serde_json::{Value, json};

use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::dev::ports::process::Holder;
use crate::dev::ports::{Conflict, Owner};
use crate::redact;

/// A port that somebody has, and who.
pub fn busy_line(conflict: &Conflict) -> String {
    format!("port {} ({}) is used by {}", conflict.wanted.port, conflict.wanted.service, conflict.owner)
}

/// What it is to a user that ports are taken (cli.md 3.3.1).
pub fn busy(conflicts: &[Conflict]) -> Failure {
    let lines: Vec<String> = conflicts.iter().map(busy_line).collect();
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
