//! Linux within Windows, and the drives of Windows that it sees (cli.md 7.3).

use std::fs;
use std::path::{Component, Path};

/// What is to be done about a project on a drive of Windows.
pub const WAY_OUT: &str = "move the project to the Linux side, such as below ~";

/// Whether a kernel is that of WSL, by its `/proc/version`.
pub fn is_wsl(version: &str) -> bool {
    version.to_ascii_lowercase().contains("microsoft")
}

/// Whether a folder lies on a drive of Windows, where changes are seen late and files are slow.
pub fn is_slow(version: &str, folder: &Path) -> bool {
    let mut parts = folder.components().skip(1);
    let drive = (parts.next(), parts.next());
    let is_letter = |name: &std::ffi::OsStr| {
        name.to_str().is_some_and(|name| matches!(name.as_bytes(), [letter] if letter.is_ascii_alphabetic()))
    };
    let is_drive = matches!(
        drive,
        (Some(Component::Normal(mounts)), Some(Component::Normal(name))) if mounts == "mnt" && is_letter(name)
    );
    is_wsl(version) && is_drive
}

/// What this kernel says of itself; empty where it says nothing.
pub fn version() -> String {
    fs::read_to_string("/proc/version").unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WSL: &str = "Linux version 5.15.153.1-microsoft-standard-WSL2 (root@builder) (gcc 11.2.0) #1 SMP";
    const LINUX: &str = "Linux version 6.1.0-18-amd64 (debian-kernel@lists.debian.org) (gcc-12) #1 SMP";

    #[test]
    fn a_drive_of_windows_is_slow_and_nothing_else_is() {
        assert!(is_wsl(WSL) && is_wsl("Linux version 4.4.0-19041-Microsoft") && !is_wsl(LINUX));
        for (folder, slow) in [
            ("/mnt/c", true),
            ("/mnt/c/Users/me/shop", true),
            ("/mnt/D/shop", true),
            ("/mnt/wsl/shop", false),
            ("/mnt", false),
            ("/home/me/mnt/c", false),
            ("/home/me/shop", false),
        ] {
            assert_eq!(is_slow(WSL, Path::new(folder)), slow, "{folder}");
            assert!(!is_slow(LINUX, Path::new(folder)), "{folder}: a disk of this machine");
        }
    }
}
