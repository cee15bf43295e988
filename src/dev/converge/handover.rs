//! Volumes that are handed over to the user of a container: an engine makes them for root, and whoever builds in them is
//! another (cli.md 3.2).

use std::io;

use super::desired::Desired;
use crate::compose::MountKind;

/// The named volumes of a service as folders of its user, as an archive that the engine unpacks over them; nothing when
/// they are not to be handed over, or the user is root.
pub(super) fn archive(desired: &Desired, service: &str) -> io::Result<Option<Vec<u8>>> {
    let Some(found) = desired.stack.services.get(service) else { return Ok(None) };
    let owner = found.user.as_deref().and_then(numbers).filter(|(user, _)| *user != 0);
    let Some((user, group)) = owner.filter(|_| desired.hand_over.as_deref() == Some(service)) else {
        return Ok(None);
    };
    let mut archive = tar::Builder::new(Vec::new());
    let volumes =
        found.volumes.iter().filter(|mount| mount.kind == MountKind::Volume && mount.source.is_some());
    for mount in volumes {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Directory);
        header.set_size(0);
        header.set_mode(0o755);
        header.set_uid(user);
        header.set_gid(group);
        archive.append_data(&mut header, mount.target.trim_start_matches('/'), io::empty())?;
    }
    archive.into_inner().map(Some)
}

/// `1000:1000`. A name means something in the image alone.
fn numbers(user: &str) -> Option<(u64, u64)> {
    let (user, group) = user.split_once(':')?;
    Some((user.parse().ok()?, group.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_alone_are_an_owner() {
        assert_eq!(numbers("1000:100"), Some((1000, 100)));
        assert!(numbers("app:app").is_none() && numbers("1000").is_none());
    }
}
