//! Services that no container provides and that do not run (cli.md 3.7).

use crate::cli::project::Loaded;
use crate::dev::ServiceStatus;
use crate::dev::record::Record;
use crate::dev::settings::{Provider, Service};

/// Those of a project that run from their checkouts or within this program, and do not run now. The page of a UI within
/// this program is there when core or its gateway is.
pub fn missing(loaded: &Loaded, records: &[Record]) -> Vec<ServiceStatus> {
    let runs = |name: &str| records.iter().any(|record| record.service == name && record.is_alive());
    let is_page = |(service, provider): &(Service, Provider)| {
        *service == Service::Ui && *provider == Provider::Embedded
    };
    let beside = loaded.beside().into_iter().filter(|one| !is_page(one) && !runs(one.0.as_str()));
    let missing = beside.map(|(service, provider)| ServiceStatus {
        provider: provider.as_str(),
        ..ServiceStatus::missing(service.as_str())
    });
    missing.collect()
}

/// What brings such a service up.
pub fn hint(service: &ServiceStatus) -> Option<&'static str> {
    match Provider::of(service.provider)? {
        Provider::Source if service.state == "missing" => Some("runs from its checkout: orchcli dev"),
        Provider::Embedded if service.state == "missing" => Some("does not run: orchcli start -d"),
        Provider::Source | Provider::Embedded | Provider::Image | Provider::None => None,
    }
}
