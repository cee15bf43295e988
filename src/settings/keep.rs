//! Secrets the server made itself, kept in `<data-dir>/secrets`.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand::TryRng;
use secrecy::{ExposeSecret, SecretString};

use super::load::{Loaded, Secret};
use super::source::Fresh;

/// Whether a kept secret was found or is new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Which one.
    pub secret: Secret,
    /// Its file.
    pub path: PathBuf,
    /// Whether this start made it.
    pub new: bool,
}

/// Why a secret could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The system has no randomness to give.
    #[error("the system's random numbers are not available")]
    Random(#[source] rand::rngs::SysError),
    /// A file or folder cannot be written or read.
    #[error("{} cannot be used for generated secrets", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A kept secret is empty.
    #[error("{} is empty; a secret belongs in it", path.display())]
    Empty {
        /// Which file.
        path: PathBuf,
    },
}

/// Secrets for a first start: 32 random bytes each, as base64.
pub fn fresh() -> Result<Fresh, Error> {
    let random = || {
        let mut bytes = zeroize::Zeroizing::new([0; 32]);
        rand::rngs::SysRng.try_fill_bytes(bytes.as_mut()).map_err(Error::Random)?;
        Ok(SecretString::from(STANDARD.encode(bytes.as_ref())))
    };
    Ok(Fresh { jwt_secret: random()?, encryption_key: random()? })
}

/// Replaces the fresh secrets nobody set by the ones in the data folder, where they are put on the first start.
pub fn secrets(loaded: &mut Loaded) -> Result<Vec<Kept>, Error> {
    let settings = &mut loaded.settings;
    let mut all = Vec::new();
    for which in &loaded.unset {
        let slot = match which {
            Secret::Jwt => &mut settings.jwt_secret,
            Secret::Encryption => &mut settings.encryption_key,
        };
        let (secret, kept) = secret(&settings.data_dir, *which, slot)?;
        *slot = secret;
        all.push(kept);
    }
    Ok(all)
}

/// The kept secret of this name, or `fresh`, which is kept from now on.
///
/// The file appears whole or not at all, readable by its owner only; when two processes start at once, both get
/// the secret of the one that was first.
fn secret(data_dir: &Path, which: Secret, fresh: &SecretString) -> Result<(SecretString, Kept), Error> {
    let folder = data_dir.join("secrets");
    let path = folder.join(which.key().name);
    if let Some(found) = read(&path)? {
        return Ok((found, Kept { secret: which, path, new: false }));
    }
    create_folder(data_dir).and_then(|()| create_folder(&folder)).map_err(at(&folder))?;
    let draft = folder.join(format!(".{}.{}", which.key().name, std::process::id()));
    let written = write(&draft, fresh).and_then(|()| fs::hard_link(&draft, &path));
    // The draft is only a second name by now, or of no use.
    let removed = fs::remove_file(&draft);
    match written {
        Ok(()) => removed.map_err(at(&draft))?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.exists() => {}
        Err(error) => return Err(at(&path)(error)),
    }
    let kept = read(&path)?.ok_or_else(|| at(&path)(io::ErrorKind::NotFound.into()))?;
    let new = kept.expose_secret() == fresh.expose_secret();
    Ok((kept, Kept { secret: which, path, new }))
}

fn read(path: &Path) -> Result<Option<SecretString>, Error> {
    match fs::read_to_string(path) {
        Ok(text) if text.trim().is_empty() => Err(Error::Empty { path: path.to_owned() }),
        Ok(text) => Ok(Some(SecretString::from(text.trim()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(at(path)(error)),
    }
}

fn write(path: &Path, secret: &SecretString) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = match options.open(path) {
        // A process with this id died between making the draft and removing it.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::remove_file(path)?;
            options.open(path)?
        }
        opened => opened?,
    };
    file.write_all(secret.expose_secret().as_bytes())?;
    file.sync_all()
}

fn create_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::File { path, source }
}
