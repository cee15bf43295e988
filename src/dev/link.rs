//! Links in a project, which may have come with it: what is written into it must not land elsewhere.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A link where something of the project is to be written.
#[derive(Debug, thiserror::Error)]
#[error("{} is a link: remove it", .0.display())]
pub struct Link(pub(super) PathBuf);

impl Link {
    /// The link that kept a file from being written, if one did.
    pub fn behind(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }
}

impl From<Link> for io::Error {
    fn from(link: Link) -> Self {
        Self::new(io::ErrorKind::AlreadyExists, link)
    }
}

/// Refuses a file that a link on its way from `root`, which is canonical, leads out of there.
pub(super) fn within(root: &Path, file: &Path) -> Result<(), Link> {
    let leads_out = |place: &Path| {
        place.is_symlink() && !fs::canonicalize(place).is_ok_and(|place| place.starts_with(root))
    };
    let mut way = file.ancestors().take_while(|place| *place != root);
    match way.find(|place| leads_out(place)) {
        Some(link) => Err(Link(link.to_owned())),
        None => Ok(()),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_link_may_lead_within_a_project_and_not_out_of_it() {
        let home = tempfile::tempdir().unwrap();
        let home = fs::canonicalize(home.path()).unwrap();
        let root = home.join("shop");
        fs::create_dir_all(root.join("real")).unwrap();
        symlink("real", root.join("inside")).unwrap();
        symlink("..", root.join("outside")).unwrap();
        symlink("gone", root.join("nowhere")).unwrap();
        for name in ["a.yml", "real/a.yml", "inside/a.yml", "none/a.yml"] {
            assert!(within(&root, &root.join(name)).is_ok(), "{name}");
        }
        for name in ["outside", "nowhere"] {
            let link = within(&root, &root.join(name).join("a.yml")).unwrap_err();
            assert_eq!(link.to_string(), format!("{} is a link: remove it", root.join(name).display()));
        }
    }
}
