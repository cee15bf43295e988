//! The package manager of a checkout (cli.md 7.4): what `packageManager` of `package.json` names, else by the lock file.

use std::path::Path;

use serde_json::Value;

use super::Tool;

/// The files that tell which one, and those of each.
const LOCKS: [(&str, Manager); 6] = [
    ("package-lock.json", Manager::Npm),
    ("npm-shrinkwrap.json", Manager::Npm),
    ("pnpm-lock.yaml", Manager::Pnpm),
    ("yarn.lock", Manager::Yarn),
    ("bun.lock", Manager::Bun),
    ("bun.lockb", Manager::Bun),
];

/// A package manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manager {
    /// npm, also where nothing tells which.
    Npm,
    /// pnpm.
    Pnpm,
    /// Yarn.
    Yarn,
    /// Bun.
    Bun,
}

impl Manager {
    /// That of a checkout.
    pub fn of(checkout: &Path) -> Self {
        if let Some((manager, _)) = Self::pinned(checkout) {
            return manager;
        }
        let found = LOCKS.into_iter().find(|(lock, _)| checkout.join(lock).is_file());
        found.map_or(Self::Npm, |(_, manager)| manager)
    }

    /// What `packageManager` names, and the version: `pnpm@9.1.0+sha512.…` is pnpm, 9.1.0.
    pub fn pinned(checkout: &Path) -> Option<(Self, String)> {
        let package = super::need::package(checkout)?;
        let (name, version) = package.get("packageManager").and_then(Value::as_str)?.split_once('@')?;
        let manager = match name {
            "npm" => Self::Npm,
            "pnpm" => Self::Pnpm,
            "yarn" => Self::Yarn,
            "bun" => Self::Bun,
            _ => return None,
        };
        let version = version.split('+').next().unwrap_or(version);
        Some((manager, version.to_owned()))
    }

    /// The lock file it keeps here, if there is one.
    pub fn lock(self, checkout: &Path) -> Option<&'static str> {
        let mut own = LOCKS.into_iter().filter(|(_, manager)| *manager == self);
        own.find(|(lock, _)| checkout.join(lock).is_file()).map(|(lock, _)| lock)
    }

    /// The tool it is.
    pub const fn tool(self) -> Tool {
        match self {
            Self::Npm => Tool::Npm,
            Self::Pnpm => Tool::Pnpm,
            Self::Yarn => Tool::Yarn,
            Self::Bun => Tool::Bun,
        }
    }

    /// Its program.
    pub const fn program(self) -> &'static str {
        self.tool().program()
    }

    /// Whether Corepack, which comes with Node.js, can fetch and run it.
    pub const fn is_of_corepack(self) -> bool {
        match self {
            Self::Pnpm | Self::Yarn => true,
            Self::Npm | Self::Bun => false,
        }
    }

    /// What stands before the arguments of a script.
    pub const fn separator(self) -> &'static [&'static str] {
        match self {
            Self::Npm => &["--"],
            // These would hand the dashes on.
            Self::Pnpm | Self::Yarn | Self::Bun => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_lock_file_says_which_and_package_json_has_the_last_word() {
        for (files, expected, lock) in [
            (&[][..], Manager::Npm, None),
            (&["package-lock.json"], Manager::Npm, Some("package-lock.json")),
            (&["pnpm-lock.yaml"], Manager::Pnpm, Some("pnpm-lock.yaml")),
            (&["yarn.lock"], Manager::Yarn, Some("yarn.lock")),
            (&["bun.lock"], Manager::Bun, Some("bun.lock")),
            (&["bun.lockb"], Manager::Bun, Some("bun.lockb")),
        ] {
            let folder = tempfile::tempdir().unwrap();
            for file in files {
                fs::write(folder.path().join(file), "").unwrap();
            }
            let found = Manager::of(folder.path());
            assert_eq!((found, found.lock(folder.path())), (expected, lock));
            let package = r#"{"packageManager": "pnpm@9.1.0+sha512.abc"}"#;
            fs::write(folder.path().join("package.json"), package).unwrap();
            assert_eq!(Manager::of(folder.path()), Manager::Pnpm);
            assert_eq!(Manager::pinned(folder.path()), Some((Manager::Pnpm, "9.1.0".to_owned())));
        }
    }
}
