//! The processes of `dev`, and what runs in the background (cli.md 3.4).

use super::Arguments;
use crate::cli::exit::ExitCode;
use crate::cli::failure::{Code, Failure};
use crate::cli::output::Output;
use crate::dev::converge::{Action, Step};
use crate::dev::folder::Folder;
use crate::dev::local::{self, Places};
use crate::dev::record::Record;

/// What is ended on this machine.
pub struct Local {
    places: Places,
    records: Vec<Record>,
}

impl Local {
    /// What runs, as far as it is wanted. One of several services that a `dev` runs cannot be ended from here.
    pub fn of(folder: &Folder, arguments: &Arguments) -> Result<Self, Failure> {
        let places = Places::of(folder);
        let mut records = local::running(&places);
        if !arguments.services.is_empty() {
            records.retain(|record| arguments.services.contains(&record.service));
            for record in &records {
                if let Some(supervisor) = record.supervisor.filter(|supervisor| supervisor.is_alive()) {
                    let message = format!("orchcli dev (pid {}) runs {}", supervisor.pid, record.service);
                    let refused = Failure::new(ExitCode::Conflict, Code::LockHeld, message);
                    return Err(refused.hint("end that, or all: orchcli stop"));
                }
            }
        }
        Ok(Self { places, records })
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The services.
    pub fn services(&self) -> impl Iterator<Item = &str> {
        self.records.iter().map(|record| record.service.as_str())
    }

    /// What would be done.
    pub fn plan(&self) -> impl Iterator<Item = Step> {
        self.records.iter().map(|record| {
            let reason = format!("{}, {}", record.service, record.provider);
            let (id, target) = (format!("process.{}", record.service), format!("process {}", record.pid));
            Step::local(id, Action::Remove, target, Some(reason))
        })
    }

    /// Ends them; hands out the services that are gone. Another command may have started them anew while this one waited
    /// for the lock.
    pub async fn end(self, output: &mut Output) -> Vec<String> {
        let meant = |record: &Record| self.records.iter().any(|known| known.service == record.service);
        let records = local::running(&self.places).into_iter().filter(meant).collect();
        let (gone, left) = local::end(records, &self.places).await;
        for record in left {
            output.warn("DEV_RUNS", &format!("{} (pid {}) does not end", record.service, record.pid));
        }
        gone.into_iter().map(|record| record.service).collect()
    }
}
