//! Whether what is installed is as new as the lock file.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use crate::dev::settings::Service;
use crate::dev::tools::Manager;

/// Whether the dependencies of a checkout are up to date, as far as files tell. Those of Go are in no folder of the
/// checkout.
pub(super) fn date(service: Service, checkout: &Path) -> bool {
    let time = |name: &str| -> Option<SystemTime> {
        fs::metadata(checkout.join(name)).and_then(|found| found.modified()).ok()
    };
    match service {
        Service::Mongodb | Service::Core => false,
        Service::Ui => {
            let manager = Manager::of(checkout);
            let installed = marks(manager).iter().find_map(|mark| time(mark));
            let asked = ["package.json", manager.lock(checkout).unwrap_or("package.json")];
            // A lock file stands for package.json as well: the manager itself keeps both in step.
            let asked = time(asked[1]);
            matches!((installed, asked), (Some(installed), Some(asked)) if installed >= asked)
        }
    }
}

/// What a manager writes when it has finished.
const fn marks(manager: Manager) -> &'static [&'static str] {
    match manager {
        Manager::Npm => &["node_modules/.package-lock.json"],
        Manager::Pnpm => &["node_modules/.modules.yaml"],
        Manager::Yarn => &["node_modules/.yarn-state.yml", "node_modules/.yarn-integrity", ".pnp.cjs"],
        Manager::Bun => &["node_modules"],
    }
}
