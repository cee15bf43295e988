//! One archive: fetched, compared with what its vendor lists, unpacked beside its place, and put there at once.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::unpack::unpack;
use super::{Error, Release};
use crate::dev::lock;
use crate::dev::report::{Event, Unit};
use crate::dev::task::Context;
use crate::dev::tools::Places;
use crate::outbound::Fetcher;

/// The largest archive that is taken, in bytes: those of Node.js and Go have less than a third.
const LARGEST: u64 = 384 * 1024 * 1024;
/// How long another process may take to install the same.
const PATIENCE: Duration = Duration::from_mins(15);
/// What the names of unfinished work begin with.
const DRAFT: &str = ".draft-";

/// Installs a release, unless it is there; gives the folder of its programs.
pub(super) async fn install(
    release: &Release,
    fetcher: &Fetcher,
    places: &Places,
    context: &Context,
) -> Result<PathBuf, Error> {
    let folder = places.toolchains(release.tool).ok_or(Error::Homeless)?;
    fs::create_dir_all(&folder).map_err(Error::io(format!("{} cannot be made", folder.display())))?;
    let reporter = context.reporter.clone();
    let waiting = move |holder: &lock::Holder| reporter.tell(Event::Notice(format!("waits for {holder}")));
    let lock = folder.join(".lock");
    let taken = lock::take_async(&lock, "init", PATIENCE, waiting);
    let _lock = tokio::select! {
        biased;
        () = context.cancel.cancelled() => return Err(Error::Cancelled),
        lock = taken => lock?,
    };
    let place = folder.join(release.version.to_string());
    let bin = place.join("bin");
    if has_program(release, &bin) {
        return Ok(bin);
    }
    sweep(&folder);
    let draft = Draft(folder.join(format!("{DRAFT}{:08x}", rand::random::<u32>())));
    let wrong = || Error::io(format!("{} cannot be written", draft.0.display()));
    fs::create_dir(&draft.0).map_err(wrong())?;
    let archive = draft.0.join("archive");
    let mut file = File::create_new(&archive).map_err(wrong())?;
    let found =
        fetcher.save(&release.url, LARGEST, &mut file, &context.cancel, moved(release, context)).await?;
    drop(file);
    let (found, listed) = (hex::encode(found), release.sha256.clone());
    if found != listed {
        return Err(Error::Checksum { file: release.file.clone(), found, listed });
    }
    let tree = draft.0.join("tree");
    unpacked(release, archive, tree.clone(), context.cancel.clone()).await?;
    if !has_program(release, &tree.join("bin")) {
        let why = format!("it has no bin/{}", release.tool.program());
        return Err(Error::Archive { file: release.file.clone(), why });
    }
    if place.exists() {
        // One without its program is no use to anybody.
        fs::remove_dir_all(&place).map_err(Error::io(format!("{} cannot be removed", place.display())))?;
    }
    fs::rename(&tree, &place).map_err(Error::io(format!("{} cannot be made", place.display())))?;
    Ok(bin)
}

/// What a process that was killed left. Only for who holds the lock.
fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(DRAFT) {
            // What cannot be removed is in nobody's way.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn has_program(release: &Release, bin: &Path) -> bool {
    which::which_in(release.tool.program(), Some(bin), "/").is_ok()
}

fn moved(release: &Release, context: &Context) -> impl FnMut(u64, Option<u64>) + Send + use<> {
    let (step, reporter) = (context.step.clone(), context.reporter.clone());
    let message = Some(format!("fetching {release}"));
    move |current, total| {
        let (step, message) = (step.clone(), message.clone());
        reporter.tell(Event::StepProgress { step, current, total, unit: Unit::Bytes, message });
    }
}

async fn unpacked(
    release: &Release,
    archive: PathBuf,
    into: PathBuf,
    cancel: CancellationToken,
) -> Result<(), Error> {
    let file = release.file.clone();
    let work = tokio::task::spawn_blocking(move || unpack(&archive, &into, &file, &cancel));
    work.await.unwrap_or(Err(Error::Cancelled))
}

/// Unfinished work, which goes when this does.
struct Draft(PathBuf);

impl Drop for Draft {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
