//! Which of the wanted ports somebody else has, and who that is.

use std::fmt;
use std::net::IpAddr;

use super::free::is_free;
use super::process::{self, Holder};
use super::{Protocol, Wanted};
use crate::docker::{Engine, Error, Publisher};

/// A wanted port that somebody has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The port.
    pub wanted: Wanted,
    /// Who has it.
    pub owner: Owner,
}

/// Who has a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// A container.
    Container {
        /// Its name.
        name: String,
        /// Its Compose project and service.
        compose: Option<(String, String)>,
    },
    /// A process, as far as the system tells.
    Process(Holder),
    /// Another service of the same stack.
    Service(String),
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Container { name, compose: Some((project, service)) } => {
                write!(f, "container {name} (service {service} of project {project})")
            }
            Self::Container { name, compose: None } => write!(f, "container {name}"),
            Self::Process(holder) => holder.fmt(f),
            Self::Service(service) => write!(f, "service {service} of the same stack"),
        }
    }
}

/// Finds out which ports are taken. What a running container of the project itself has is no conflict. Without an
/// engine there are processes only.
pub async fn check(
    engine: Option<&Engine>,
    project: &str,
    wanted: &[Wanted],
) -> Result<Vec<Conflict>, Error> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let publishers = match engine {
        Some(engine) => engine.publishers().await?,
        None => Vec::new(),
    };
    // The ports of another machine cannot be tried from here.
    let is_here = engine.and_then(Engine::remote_host).is_none();
    let mut conflicts = Vec::new();
    for (index, port) in wanted.iter().enumerate() {
        let twin = wanted[..index].iter().find(|other| meets(other, port.protocol, port.bind, port.port));
        if let Some(twin) = twin.filter(|twin| twin.service != port.service) {
            let owner = Owner::Service(twin.service.clone());
            conflicts.push(Conflict { wanted: port.clone(), owner });
            continue;
        }
        let published = publishers.iter().filter(|publisher| {
            let protocol = if publisher.udp { Protocol::Udp } else { Protocol::Tcp };
            meets(port, protocol, publisher.bind, publisher.port)
        });
        let (ours, others): (Vec<&Publisher>, Vec<&Publisher>) = published
            .partition(|publisher| publisher.compose.as_ref().is_some_and(|(other, _)| other == project));
        if let Some(other) = others.first() {
            let owner = Owner::Container { name: other.container.clone(), compose: other.compose.clone() };
            conflicts.push(Conflict { wanted: port.clone(), owner });
        } else if ours.is_empty() && is_here && !is_free(port) {
            let owner = Owner::Process(process::of(port.port, port.protocol));
            conflicts.push(Conflict { wanted: port.clone(), owner });
        }
    }
    Ok(conflicts)
}

/// Whether both cannot have their port.
fn meets(wanted: &Wanted, protocol: Protocol, bind: Option<IpAddr>, port: u16) -> bool {
    let all = |bind: Option<IpAddr>| bind.is_none_or(|bind| bind.is_unspecified());
    wanted.protocol == protocol
        && wanted.port == port
        && (all(wanted.bind) || all(bind) || wanted.bind == bind)
}
