//! The files `init` writes into a project and its checkouts (cli.md 3.1, step 6).

use std::fs;
use std::path::Path;

use rand::RngExt as _;

use super::Error;
use crate::dev::files::{Audience, replace};
use crate::dev::project::text_of;
use crate::dev::settings::{Service, Settings};

/// What a project keeps out of Git.
const IGNORED: [&str; 4] = [".orchcli/", "ui/", "core/", ".env"];

/// What Core's `config.yaml` must have to start.
const NEEDED: [&str; 3] = ["MONGO_URI", "JWT_SECRET", "ENCRYPTION_KEY"];

/// Adds what is missing in `.gitignore`; whether something was.
pub fn ignore(root: &Path) -> Result<bool, Error> {
    let path = root.join(".gitignore");
    // Git reads none through a link, and where it leads is not ours to change.
    if path.is_symlink() {
        return Ok(false);
    }
    let wrong = || Error::io(format!("{} cannot be changed", path.display()));
    let before = text_of(&path).map_err(wrong())?.unwrap_or_default();
    let has = |line: &str| {
        let bare = |text: &str| text.trim().trim_matches('/').to_owned();
        before.lines().any(|known| bare(known) == bare(line))
    };
    let missing: Vec<&str> = IGNORED.into_iter().filter(|line| !has(line)).collect();
    if missing.is_empty() {
        return Ok(false);
    }
    let gap = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
    let text = format!("{before}{gap}{}\n", missing.join("\n"));
    replace(&path, text.as_bytes(), Audience::All).map_err(wrong())?;
    Ok(true)
}

/// Writes what a checkout needs to run, unless it is there; tells what is missing in what is there.
pub fn of_checkout(
    service: Service,
    checkout: &Path,
    settings: &Settings,
) -> Result<(bool, Vec<String>), Error> {
    let port = |service| settings.service(service).port;
    let (core, ui) = (port(Service::Core), port(Service::Ui));
    match service {
        Service::Mongodb => Ok((false, Vec::new())),
        Service::Ui => {
            let text = format!("NEXT_PUBLIC_API_URL=http://localhost:{core}/v1/api\n");
            let keys = ["NEXT_PUBLIC_API_URL"];
            write(&checkout.join(".env.local"), || text, Audience::All, &keys, '=')
        }
        Service::Core => {
            let (mongodb, database) = (port(Service::Mongodb), &settings.database);
            let text = || {
                let mut random = rand::rng();
                let mut key = || hex::encode(random.random::<[u8; 32]>());
                format!(
                    "PORT: {core}\nGIN_MODE: debug\nMONGO_URI: mongodb://localhost:{mongodb}/{database}\n\
                     JWT_SECRET: {}\nENCRYPTION_KEY: {}\nBASE_URL: http://localhost:{core}\n\
                     FRONTEND_URL: http://localhost:{ui}\nCORS_ALLOWED_ORIGINS: http://localhost:{ui}\n\
                     TOKEN_REFRESH_MAX_AGE_DAYS: 7\nCLUSTER_LOG_TTL_HOURS: 24\n\
                     REGENERATE_INVITE_AFTER_SIGNUP: true\n",
                    key(),
                    key()
                )
            };
            write(&checkout.join("config.yaml"), text, Audience::Owner, &NEEDED, ':')
        }
    }
}

fn write(
    path: &Path,
    text: impl FnOnce() -> String,
    audience: Audience,
    keys: &[&str],
    separator: char,
) -> Result<(bool, Vec<String>), Error> {
    let wrong = || Error::io(format!("{} cannot be written", path.display()));
    let Some(found) = text_of(path).map_err(wrong())? else {
        replace(path, text().as_bytes(), audience).map_err(wrong())?;
        return Ok((true, Vec::new()));
    };
    let has = |key: &str| {
        let names = found.lines().filter_map(|line| line.split_once(separator)).map(|(name, _)| name.trim());
        names.into_iter().any(|name| name == key)
    };
    let missing = keys.iter().filter(|key| !has(key));
    let notes = missing.map(|key| format!("{} stays as it is, and has no {key}", path.display())).collect();
    Ok((false, notes))
}

/// Takes away what a killed run left.
pub fn sweep(temporary: &Path) {
    for entry in fs::read_dir(temporary).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with("clone-") {
            // What cannot be removed is in nobody's way.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ignored_is_added_once() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".gitignore"), "node_modules\n/ui").unwrap();
        assert!(ignore(folder.path()).unwrap());
        let text = fs::read_to_string(folder.path().join(".gitignore")).unwrap();
        assert_eq!(text, "node_modules\n/ui\n.orchcli/\ncore/\n.env\n");
        assert!(!ignore(folder.path()).unwrap());
    }

    #[cfg(unix)]
    #[test]
    fn what_a_link_leads_to_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let elsewhere = folder.path().join("elsewhere");
        fs::write(&elsewhere, "mine\n").unwrap();
        std::os::unix::fs::symlink(&elsewhere, folder.path().join(".gitignore")).unwrap();
        assert!(!ignore(folder.path()).unwrap());
        assert_eq!(fs::read_to_string(elsewhere).unwrap(), "mine\n");
    }
}
