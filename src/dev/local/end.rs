//! Ends what runs on this machine for a project, from another terminal (cli.md 3.4).

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::Places;
use super::process::{Ask, signal, terminate};
use super::server::stop;
use super::tend::leave;
use crate::dev::record::{Record, Supervisor};

/// How long `dev` may take to end its processes.
const GRACE: Duration = Duration::from_secs(20);
/// How often they are looked at.
const PACE: Duration = Duration::from_millis(50);

/// Those that run now, by service.
pub fn running(places: &Places) -> Vec<Record> {
    Record::all(&places.run).into_iter().filter(Record::is_alive).collect()
}

/// Ends at once what this process looks after and has not ended.
pub fn reap(places: &Places) {
    let ours = |record: &Record| record.supervisor == Some(Supervisor::here());
    for record in running(places).into_iter().filter(ours) {
        if record.stays {
            // A record that cannot be written tells of a `dev` that is gone, which is as good.
            let _ = leave(record, places);
        } else {
            signal(record.pid, Ask::Kill);
            Record::remove(&places.run, &record.service);
        }
    }
}

/// Ends processes, and with one that `dev` looks after all that this `dev` runs; hands out those that are gone, and
/// those that do not end.
pub async fn end(records: Vec<Record>, places: &Places) -> (Vec<Record>, Vec<Record>) {
    let looked_after = |record: &Record| record.supervisor.filter(|supervisor| supervisor.is_alive());
    let supervisors: BTreeMap<u32, Supervisor> =
        records.iter().filter_map(looked_after).map(|supervisor| (supervisor.pid, supervisor)).collect();
    for record in records.iter().filter(|record| looked_after(record).is_none()) {
        stop(record, places).await;
    }
    // Once each: told twice, it would leave at once.
    for supervisor in supervisors.keys() {
        terminate(*supervisor);
    }
    let until = Instant::now() + GRACE;
    let ends = |record: &&Record| !record.stays;
    while Instant::now() < until
        && (supervisors.values().any(|supervisor| supervisor.is_alive())
            || records.iter().filter(ends).any(Record::is_alive))
    {
        sleep(PACE).await;
    }
    // What goes on without its `dev` does not go on without the stack.
    for record in records.iter().filter(|record| record.stays && record.is_alive()) {
        stop(record, places).await;
    }
    records.into_iter().partition(|record| !record.is_alive())
}
