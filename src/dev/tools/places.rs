//! Where programs are looked for: `PATH`, what was installed by `init`, and where installers put them without saying so
//! on `PATH` (cli.md 7.2).

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::Tool;
use crate::docker::discover::Environment;

/// The places of a user.
#[derive(Debug, Clone)]
pub struct Places {
    path: OsString,
    home: Option<PathBuf>,
    data: Option<PathBuf>,
    local: Option<PathBuf>,
}

impl Places {
    /// Those that the environment tells.
    pub fn of(environment: &Environment) -> Self {
        let folder =
            |name| environment.get(name).map(PathBuf::from).filter(|path: &PathBuf| path.is_absolute());
        let home = environment.home().filter(|home| home.is_absolute());
        let local = folder("LOCALAPPDATA");
        let data = if cfg!(windows) {
            local.clone()
        } else if cfg!(target_os = "macos") {
            home.as_ref().map(|home| home.join("Library/Application Support"))
        } else {
            folder("XDG_DATA_HOME").or_else(|| home.as_ref().map(|home| home.join(".local/share")))
        };
        Self { path: environment.get("PATH").unwrap_or_default().into(), home, data, local }
    }

    /// `PATH` as it is.
    pub fn path(&self) -> &OsString {
        &self.path
    }

    /// The user's folder.
    pub fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }

    /// Where `init` installs versions of a tool.
    pub fn toolchains(&self, tool: Tool) -> Option<PathBuf> {
        Some(self.data.as_ref()?.join("orchcli/toolchains").join(tool.program()))
    }

    /// Every folder beside those of `PATH` that may have the tool, the better ones first.
    pub(super) fn folders(&self, tool: Tool) -> Vec<PathBuf> {
        let mut folders = Vec::new();
        let owner = match tool {
            Tool::Node | Tool::Npm => Tool::Node,
            Tool::Pnpm | Tool::Yarn | Tool::Bun | Tool::Go | Tool::Air => tool,
        };
        folders.extend(self.toolchains(owner).into_iter().flat_map(|folder| versions(&folder, "bin")));
        let home = |below: &str| self.home.as_ref().map(|home| home.join(below));
        let data = |below: &str| self.data.as_ref().map(|data| data.join(below));
        let own = match tool {
            Tool::Node | Tool::Npm | Tool::Pnpm | Tool::Yarn => {
                let nvm = home(".nvm/versions/node");
                folders.extend(nvm.into_iter().flat_map(|folder| versions(&folder, "bin")));
                let fnm = [data("fnm/node-versions"), home(".fnm/node-versions")];
                let of_fnm = |folder: PathBuf| versions(&folder, "installation/bin");
                folders.extend(fnm.into_iter().flatten().flat_map(of_fnm));
                vec![
                    home(".volta/bin"),
                    home(".local/share/pnpm"),
                    self.local.as_ref().map(|l| l.join("Volta/bin")),
                ]
            }
            Tool::Bun => vec![home(".bun/bin")],
            Tool::Go => {
                folders.extend(home("sdk").into_iter().flat_map(|folder| versions(&folder, "bin")));
                vec![Some("/usr/local/go/bin".into()), home("go/bin"), Some("/usr/lib/go/bin".into())]
            }
            Tool::Air => vec![home("go/bin"), home(".local/bin"), home(".air/bin")],
        };
        let shims = [home(".asdf/shims"), data("mise/shims"), home(".local/share/mise/shims")];
        folders.extend(own.into_iter().chain(shims).flatten());
        folders.extend(homebrew(tool));
        if cfg!(windows) {
            folders.extend(["C:/Program Files/nodejs", "C:/Program Files/Go/bin"].map(PathBuf::from));
        }
        folders
    }
}

/// The folders `below` each version in a folder, the newest version first.
fn versions(folder: &Path, below: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<_> = entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let version = super::tool::read(name.strip_prefix("go").unwrap_or(&name))?;
            Some((version, entry.path().join(below)))
        })
        .collect();
    found.sort_by(|one, other| other.0.cmp(&one.0));
    found.into_iter().map(|(_, path)| path).collect()
}

/// Where Homebrew puts programs, those of a single version included.
fn homebrew(tool: Tool) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for prefix in ["/opt/homebrew", "/usr/local", "/home/linuxbrew/.linuxbrew"].map(Path::new) {
        folders.push(prefix.join("bin"));
        let formula = match tool {
            Tool::Node | Tool::Npm => "node@",
            Tool::Go => "go@",
            Tool::Pnpm | Tool::Yarn | Tool::Bun | Tool::Air => continue,
        };
        let entries = fs::read_dir(prefix.join("opt")).into_iter().flatten().flatten();
        let kept = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(formula));
        folders.extend(kept.map(|entry| entry.path().join("bin")));
    }
    folders
}
