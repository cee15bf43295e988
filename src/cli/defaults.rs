//! The user's defaults, where neither a flag nor a variable says anything (cli.md 4.2).

use clap::parser::ValueSource;
use clap::{ArgMatches, ValueEnum};

use super::args::{Color, Format, Global};
use super::registry;

/// Puts them in. A file that cannot be used has no defaults; who needs it tells so.
pub fn apply(global: &mut Global, matches: &ArgMatches) {
    let Some(defaults) = registry::open(&global.compose)
        .and_then(|registry| registry.read())
        .ok()
        .map(|read| read.contents.defaults)
    else {
        return;
    };
    let is_open =
        |id: &str| matches.value_source(id).is_none_or(|source| source == ValueSource::DefaultValue);
    if let Some(format) = defaults.output.filter(|_| is_open("output")) {
        global.output = Format::from_str(&format, false).unwrap_or(global.output);
    }
    if let Some(color) = defaults.color.filter(|_| is_open("color")) {
        global.color = Color::from_str(&color, false).unwrap_or(global.color);
    }
    let parallel = defaults.parallel.filter(|parallel| (1..=64).contains(parallel));
    global.work.parallel = global.work.parallel.or(parallel);
}
