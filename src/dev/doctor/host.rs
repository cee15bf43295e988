//! The machine: system, space, memory, clock, limits, and which `orchcli` is run.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use jiff::Timestamp;

use super::{Finding, Group, Job, Kind, Scene};
use crate::dev::wsl;

/// Memory below which the stack is cramped, in bytes (cli.md 3.9).
const MEMORY: u64 = 4 << 30;
/// How far clocks may be apart, in seconds: tokens are refused beyond.
const SKEW: i64 = 5;
/// Free space below which images do not fit, and below which nothing does, in bytes.
#[cfg(unix)]
const SPACE: (u64, u64) = (5 << 30, 500 << 20);
/// Watched files below which a checkout of the UI is too large.
const WATCHES: u64 = 65_536;
/// Open files below which servers stop answering.
#[cfg(unix)]
const FILES: u64 = 1024;

pub(super) fn jobs(scene: &Scene) -> Vec<Job<'_>> {
    let job = |id, finding: fn(&Scene) -> Finding| {
        Job::new(id, Group::Host, Kind::Prerequisite, async move { finding(scene) })
    };
    vec![
        job("os", |scene| system(&wsl::version(), folder_of(scene))),
        job("disk", disk),
        job("memory", memory),
        job("clock", clock),
        job("limits.inotify", |_| watches()),
        job("limits.nofile", |_| files()),
        job("path", path),
    ]
}

/// Where the project is, or this command.
fn folder_of(scene: &Scene) -> &Path {
    scene.project.as_ref().map_or(&scene.folder, |project| project.root())
}

/// `version` is what the kernel says of itself.
fn system(version: &str, folder: &Path) -> Finding {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let name = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    let name = name.map_or(std::env::consts::OS, |name| name.trim_matches('"'));
    let within = if wsl::is_wsl(version) { ", in WSL" } else { "" };
    let summary = format!("{name}, {}{within}", std::env::consts::ARCH);
    if wsl::is_slow(version, folder) {
        let slow = format!("{summary}; {} is a drive of Windows, slow and seen late", folder.display());
        return Finding::warn(slow).fix(wsl::WAY_OUT);
    }
    Finding::ok(summary)
}

#[cfg(unix)]
fn disk(scene: &Scene) -> Finding {
    let folder = &scene.folder;
    let Ok(space) = rustix::fs::statvfs(folder) else {
        return Finding::skip(format!("the space of {} is not told", folder.display()));
    };
    let free = space.f_bavail.saturating_mul(space.f_frsize);
    let summary = format!("{} free at {}", size(free), folder.display());
    match free {
        free if free < SPACE.1 => {
            Finding::fail(summary).fix("make room: docker system df shows what the engine has")
        }
        free if free < SPACE.0 => {
            Finding::warn(summary).fix("make room: docker system df shows what the engine has")
        }
        _ => Finding::ok(summary),
    }
}

#[cfg(not(unix))]
fn disk(_: &Scene) -> Finding {
    Finding::skip("this system is not asked")
}

fn memory(scene: &Scene) -> Finding {
    let Some(facts) = &scene.facts else { return Finding::skip("no engine tells") };
    let summary = format!("{} for containers", size(facts.memory));
    if facts.memory < MEMORY {
        return Finding::warn(summary).fix("give the engine's machine 4 GiB or more");
    }
    Finding::ok(summary)
}

fn clock(scene: &Scene) -> Finding {
    let Some(time) = scene.facts.as_ref().and_then(|facts| facts.time) else {
        return Finding::skip("no engine tells");
    };
    let apart = Timestamp::now().duration_since(time).as_secs().abs();
    if apart > SKEW {
        let summary = format!("the engine's clock is {apart} s off: signed tokens are refused");
        return Finding::warn(summary).fix("restart the engine's machine, or set its clock");
    }
    Finding::ok("the engine's clock agrees")
}

fn watches() -> Finding {
    let Ok(text) = fs::read_to_string("/proc/sys/fs/inotify/max_user_watches") else {
        return Finding::skip("this system has no such limit");
    };
    match text.trim().parse::<u64>() {
        Ok(most) if most < WATCHES => Finding::warn(format!("only {most} files can be watched"))
            .fix("sudo sysctl fs.inotify.max_user_watches=524288"),
        Ok(most) => Finding::ok(format!("{most} files can be watched")),
        Err(_) => Finding::skip("the limit is not told"),
    }
}

#[cfg(unix)]
fn files() -> Finding {
    match rustix::process::getrlimit(rustix::process::Resource::Nofile).current {
        Some(most) if most < FILES => {
            Finding::warn(format!("only {most} files can be open at once")).fix("ulimit -n 4096")
        }
        Some(most) => Finding::ok(format!("{most} files can be open at once")),
        None => Finding::ok("any number of files can be open at once"),
    }
}

#[cfg(not(unix))]
fn files() -> Finding {
    Finding::skip("this system has no such limit")
}

fn path(_: &Scene) -> Finding {
    let own = std::env::current_exe().ok().and_then(|own| own.canonicalize().ok());
    let found: BTreeSet<_> = which::which_all("orchcli")
        .map(|found| found.filter_map(|path| path.canonicalize().ok()).collect())
        .unwrap_or_default();
    let list = || found.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
    match (found.len(), own) {
        (0, _) => Finding::warn("orchcli is not found by PATH").fix("add its folder to PATH"),
        (1, Some(own)) if !found.contains(&own) => {
            Finding::warn(format!("{} runs, and PATH leads to {}", own.display(), list()))
                .fix("keep one of them")
        }
        (1, _) => Finding::ok(list()),
        (_, _) => Finding::warn(format!("several are found: {}", list())).fix("keep one of them"),
    }
}

/// Bytes in words.
pub(super) fn size(bytes: u64) -> String {
    indicatif::BinaryBytes(bytes).to_string()
}

#[cfg(test)]
mod tests {
    use super::super::Status;
    use super::*;

    #[test]
    fn a_project_on_a_drive_of_windows_is_warned_of() {
        let (wsl, drive) = ("Linux version 5.15.90.1-microsoft-standard-WSL2", Path::new("/mnt/c/shop"));
        let found = system(wsl, drive);
        assert_eq!(found.status, Status::Warn);
        assert!(found.summary.contains(", in WSL; /mnt/c/shop is a drive of Windows"), "{}", found.summary);
        assert_eq!(system(wsl, Path::new("/home/me/shop")).status, Status::Ok);
        assert_eq!(system("Linux version 6.1.0-18-amd64", drive).status, Status::Ok);
    }
}
