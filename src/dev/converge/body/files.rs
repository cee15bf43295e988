//! Configs and secrets that are no files: put into a container between making and starting it (cli.md 8.2).

use secrecy::{ExposeSecret, SecretString};

use super::mounts::place;
use crate::compose::{Grant, Service, Source, Stack};
use crate::dev::converge::error::Error;

/// A file to put into a container.
#[derive(Debug)]
pub struct File {
    path: String,
    content: SecretString,
    owner: u64,
    group: u64,
    mode: u32,
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
        owner: number(grant.uid.as_ref())?,
        group: number(grant.gid.as_ref())?,
        mode: grant.mode.unwrap_or(MODE),
    })
}

impl File {
    /// The files as the archive that the engine unpacks.
    pub fn archive(files: &[Self]) -> std::io::Result<Vec<u8>> {
        let mut archive = tar::Builder::new(Vec::new());
        for file in files {
            let bytes = file.content.expose_secret().as_bytes();
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(file.mode);
            header.set_uid(file.owner);
            header.set_gid(file.group);
            archive.append_data(&mut header, file.path.trim_start_matches('/'), bytes)?;
        }
        archive.into_inner()
    }
}
