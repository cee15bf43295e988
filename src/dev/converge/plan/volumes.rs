//! The volumes of a stack: made when they are not there, and never made anew, as that would lose what is in them.

use super::{Action, Plan, Work};
use crate::compose::Volume;
use crate::dev::converge::desired::Desired;
use crate::dev::converge::error::Error;
use crate::dev::converge::observed::Observed;
use crate::docker::{label, models};

pub(super) fn plan(desired: &Desired, observed: &Observed, plan: &mut Plan) -> Result<(), Error> {
    for (key, volume) in &desired.stack.volumes {
        let found = observed.volumes.iter().find(|found| found.name == volume.name);
        let (id, target) = (format!("volume.{key}"), format!("volume {}", volume.name));
        match found {
            None if volume.external => {
                return Err(Error::NotMade { kind: "volume", name: volume.name.clone() });
            }
            None => {
                plan.push(id, Action::Create, target, Work::CreateVolume(key.clone()));
            }
            Some(found) => {
                plan.push(id, Action::Keep, target, Work::Keep(None));
                if !volume.external {
                    plan.warnings
                        .extend(warning(desired, volume, found).map(|text| ("VOLUME_DIFFERS", text)));
                }
            }
        }
    }
    Ok(())
}

fn warning(desired: &Desired, volume: &Volume, found: &models::Volume) -> Option<String> {
    let name = &volume.name;
    let owner = found.labels.get(label::PROJECT);
    if owner != Some(&desired.stack.name) {
        let whose = owner.map_or("no project".to_owned(), |owner| format!("the project {owner}"));
        return Some(format!(
            "the volume {name} is used as it is, though it belongs to {whose}: say external: true"
        ));
    }
    let driver = volume.driver.as_deref().unwrap_or("local");
    let options = volume.driver_opts.iter().any(|(key, value)| found.options.get(key) != Some(value))
        || found.options.keys().any(|key| !volume.driver_opts.contains_key(key));
    let what = if found.driver != driver {
        "driver"
    } else if options {
        "driver_opts"
    } else {
        return None;
    };
    Some(format!(
        "the volume {name} has another {what} than the files say, and is used as it is: to move, copy what is in it, \
         run orchcli stop -v, start, and copy it back"
    ))
}
