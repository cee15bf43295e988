//! Engines that are installed and not up (cli.md 7.3): what starts them, and where to get one. None is installed, and none
//! is made to start by itself.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

use super::Places;

/// The programs that come with engines.
const PROGRAMS: [&str; 6] = ["dockerd", "docker", "podman", "colima", "orbctl", "rdctl"];

/// Where units of systemd are, those of packages and those of administrators.
const UNITS: [&str; 3] = ["/lib/systemd/system", "/usr/lib/systemd/system", "/etc/systemd/system"];

/// Whether an engine is installed, as far as its programs tell.
pub fn is_installed(places: &Places) -> bool {
    PROGRAMS.iter().any(|program| has(places, program)) || desktop().is_some()
}

/// The commands that would start an engine of this machine, the likeliest first.
pub fn starters(places: &Places) -> Vec<Vec<String>> {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let mut found = Vec::new();
    found.extend(desktop().map(words));
    if has(places, "colima") {
        found.push(words(&["colima", "start"]));
    }
    if has(places, "orbctl") {
        found.push(words(&["orbctl", "start"]));
    }
    let unit = |folders: &[&Path], name: &str| folders.iter().any(|folder| folder.join(name).is_file());
    if cfg!(target_os = "linux") && Path::new("/run/systemd/system").is_dir() && has(places, "systemctl") {
        let own = places.home().map(|home| home.join(".config/systemd/user"));
        let own: Vec<&Path> =
            own.as_deref().into_iter().chain([Path::new("/usr/lib/systemd/user")]).collect();
        if unit(&own, "docker.service") {
            found.push(words(&["systemctl", "--user", "start", "docker"]));
        }
        if unit(&UNITS.map(Path::new), "docker.service") {
            let sudo = !super::is_root() && has(places, "sudo");
            found.push(words(if sudo {
                &["sudo", "systemctl", "start", "docker"]
            } else {
                &["systemctl", "start", "docker"]
            }));
        }
    }
    found
}

/// Runs a command that starts an engine. It has the terminal, as it may ask for a password; how it fails is told in words.
pub async fn start(command: &[String], places: &Places) -> Result<(), String> {
    let (program, arguments) = command.split_first().ok_or("nothing to run")?;
    let program = which::which_in(program, Some(places.path()), "/").map_err(|error| error.to_string())?;
    let mut child = Command::new(program);
    child
        .args(arguments)
        .env("PATH", places.path())
        .stdout(Stdio::from(std::io::stderr()))
        .kill_on_drop(true);
    match child.status().await {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{} ended with {status}", command.join(" "))),
        Err(error) => Err(format!("{} cannot be run: {error}", command.join(" "))),
    }
}

/// The page that tells how to install an engine on this machine.
pub fn page() -> String {
    if cfg!(target_os = "macos") {
        return "https://docs.docker.com/desktop/setup/install/mac-install/".to_owned();
    }
    if cfg!(windows) {
        return "https://docs.docker.com/desktop/setup/install/windows-install/".to_owned();
    }
    page_of(&fs::read_to_string("/etc/os-release").unwrap_or_default())
}

/// That of a distribution, by what it says of itself.
fn page_of(release: &str) -> String {
    let value = |key: &str| {
        let line = release.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='))?;
        Some(line.trim().trim_matches('"').to_owned())
    };
    let like = value("ID_LIKE").unwrap_or_default();
    let ids: Vec<String> =
        value("ID").into_iter().chain(like.split_whitespace().map(str::to_owned)).collect();
    for id in &ids {
        match id.as_str() {
            "debian" | "ubuntu" | "raspbian" | "fedora" | "rhel" | "centos" | "sles" => {
                return format!("https://docs.docker.com/engine/install/{id}/");
            }
            "arch" => return "https://wiki.archlinux.org/title/Docker".to_owned(),
            "alpine" => return "https://wiki.alpinelinux.org/wiki/Docker".to_owned(),
            "opensuse" | "suse" => return "https://en.opensuse.org/Docker".to_owned(),
            _ => {}
        }
    }
    "https://docs.docker.com/engine/install/".to_owned()
}

fn has(places: &Places, program: &str) -> bool {
    which::which_in(program, Some(places.path()), "/").is_ok()
}

/// What opens Docker Desktop, where it is.
fn desktop() -> Option<&'static [&'static str]> {
    let there = cfg!(target_os = "macos") && Path::new("/Applications/Docker.app").is_dir();
    there.then_some(&["open", "-a", "Docker"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_distribution_has_its_page() {
        for (release, page) in [
            ("PRETTY_NAME=\"Debian\"\nID=debian\n", "https://docs.docker.com/engine/install/debian/"),
            ("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", "https://docs.docker.com/engine/install/ubuntu/"),
            (
                "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n",
                "https://docs.docker.com/engine/install/rhel/",
            ),
            ("ID=alpine\n", "https://wiki.alpinelinux.org/wiki/Docker"),
            ("ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n", "https://en.opensuse.org/Docker"),
            ("", "https://docs.docker.com/engine/install/"),
        ] {
            assert_eq!(page_of(release), page, "{release}");
        }
    }
}
