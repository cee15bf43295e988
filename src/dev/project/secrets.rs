//! `.orchcli/secrets.env`: the keys of the project's containers, made once and never shown (cli.md 4.5).

use std::fmt::Write as _;
use std::fs;
use std::io::{self, ErrorKind};

use rand::RngExt as _;

use crate::dev::files::{self, Audience};
use crate::dev::folder::Folder;

/// The variables, and which of the two keys each is.
const VARIABLES: [(&str, usize); 3] =
    [("KUBEORCH_JWT_SECRET", 0), ("KUBEORCH_ENCRYPTION_KEY", 1), ("ENCRYPTION_KEY", 1)];

/// The keys of a project that has none yet, as its file: two of 32 random bytes.
pub(super) fn text() -> String {
    let mut random = rand::rng();
    let keys: [String; 2] = std::array::from_fn(|_| hex::encode(random.random::<[u8; 32]>()));
    let mut text =
        "# Keys of this project's containers. Whoever has them can sign in and read what is sealed.\n"
            .to_owned();
    for (name, key) in VARIABLES {
        let _ = writeln!(text, "{name}={}", keys[key]);
    }
    text
}

/// Makes the file when it is not there.
pub(super) fn ensure(folder: &Folder) -> io::Result<()> {
    match fs::metadata(folder.secrets()) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            folder.prepare()?;
            files::replace(&folder.secrets(), text().as_bytes(), Audience::Owner)
        }
        Err(error) => Err(error),
    }
}

/// The values in it, to be masked wherever they would be shown.
pub(super) fn values(folder: &Folder) -> Vec<String> {
    let text = fs::read_to_string(folder.secrets()).unwrap_or_default();
    let pairs = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('='));
    pairs.map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_made_once_and_only_their_user_reads_them() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::of(root.path());
        ensure(&folder).unwrap();
        let first = values(&folder);
        assert!(first.iter().all(|value| value.len() == 64) && first.len() == 3, "{first:?}");
        assert!(first[0] != first[1] && first[1] == first[2]);
        ensure(&folder).unwrap();
        assert_eq!(values(&folder), first);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(folder.secrets()).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
