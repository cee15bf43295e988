//! The services as a table (cli.md 3.7).

use crate::cli;
use crate::dev::ServiceStatus;
use crate::dev::repos::Repo;

const COLUMNS: usize = 9;
const HEAD: [&str; COLUMNS] =
    ["SERVICE", "PROVIDER", "STATE", "HEALTH", "UPTIME", "RESTARTS", "IMAGE/COMMIT", "PORTS", "URL"];

/// One line a container or process.
pub fn table(services: &[ServiceStatus], repos: &[Repo]) -> String {
    let commit = |service: &ServiceStatus| {
        let repo = repos.iter().find(|repo| service.provider == "source" && repo.service == service.name);
        repo.map(Repo::commit)
    };
    cli::table::table(HEAD, services.iter().map(|service| row(service, commit(service))))
}

fn row(service: &ServiceStatus, commit: Option<String>) -> [String; COLUMNS] {
    let state = match service.exit_code {
        Some(code) if service.oom_killed => format!("{} ({code}, out of memory)", service.state),
        Some(code) => format!("{} ({code})", service.state),
        None => service.state.to_owned(),
    };
    let ports = service.ports.iter().map(|port| {
        let protocol = if port.protocol == "tcp" { String::new() } else { format!("/{}", port.protocol) };
        format!("{}:{}->{}{protocol}", port.bind, port.host, port.container)
    });
    [
        service.name.clone(),
        service.provider.to_owned(),
        state,
        service.health.to_owned(),
        service.uptime_seconds.map_or_else(String::new, uptime),
        service.restart_count.to_string(),
        commit.or_else(|| service.image.clone()).unwrap_or_default(),
        ports.collect::<Vec<_>>().join(", "),
        service.url.clone().unwrap_or_default(),
    ]
}

/// The two largest units.
fn uptime(seconds: i64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86400);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds}s"),
        (0, 0, _) => format!("{minutes}m{}s", seconds % 60),
        (0, ..) => format!("{hours}h{}m", minutes % 60),
        _ => format!("{days}d{}h", hours % 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_in_its_two_largest_units() {
        assert_eq!([7, 61, 3_700, 90_000].map(uptime), ["7s", "1m1s", "1h1m", "1d1h"]);
    }
}
