//! Configs and secrets that are no files: put into a container between making and starting it (cli.md 8.2).

use secrecy::{ExposeSecret, SecretString};

use super::mounts::place;
use crate::archive::{self, Access};
use crate::compose::{Grant, Service, Source, Stack};
use crate::dev::converge::error::Error;

/// A file to put into a container.
#[derive(Debug)]
pub struct File {
    path: String,
    content: SecretString,
    access: Access,
}

/// Everybody may read it, unless the service says otherwise.
const MODE: u32 = 0o444;

pub(super) fn of(service: &Service, name: &str, stack: &Stack) -> Result<Vec<File>, Error> {
    let mut files = Vec::new();
    for (kind, grants, sources, folder) in [
        ("config", &service.configs, &stack.configs, "/"),
        ("secret", &service.secrets, &stack.secrets, "/run/secrets/"),
    ] {
        for grant in grants {
            if let Some(source) = sources.get(&grant.source).filter(|source| source.file.is_none()) {
                files.push(file(grant, source, folder).map_err(|why| Error::Source {
                    what: format!("the {kind} {} of the service {name}", grant.source),
                    why,
                })?);
            }
        }
    }
    Ok(files)
}

fn file(grant: &Grant, source: &Source, folder: &str) -> Result<File, String> {
    let Some(content) = &source.content else {
        let variable = source.environment.as_deref().unwrap_or_default();
        return Err(format!("the variable {variable} is not set"));
    };
    let number = |id: Option<&String>| match id {
        None => Ok(0),
        Some(id) => id.parse().map_err(|_| format!("{id} is no number of a user or a group")),
    };
    Ok(File {
        path: place(grant, folder),
        content: content.0.clone(),
        access: Access {
            mode: grant.mode.unwrap_or(MODE),
            owner: number(grant.uid.as_ref())?,
            group: number(grant.gid.as_ref())?,
        },
    })
}

impl File {
    /// The files as the archive that the engine unpacks.
    pub fn archive(files: &[Self]) -> std::io::Result<Vec<u8>> {
        let mut tar = tar::Builder::new(Vec::new());
        for file in files {
            let bytes = file.content.expose_secret().as_bytes();
            archive::put(&mut tar, file.path.trim_start_matches('/'), bytes, file.access)?;
        }
        tar.into_inner()
    }
}
