//! SSH as the user has set it up: `~/.ssh/config` and the known hosts (cli.md 6.5).

mod config;
mod known_hosts;

pub use config::Settings;
pub use known_hosts::check;

use std::path::PathBuf;

/// `~/.ssh`.
pub fn folder() -> Option<PathBuf> {
    std::env::home_dir().map(|home| home.join(".ssh"))
}
