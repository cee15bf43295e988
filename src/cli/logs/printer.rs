//! How lines look (cli.md 3.6).

use std::io::{IsTerminal, stdout};

use anstyle::{Ansi256Color, AnsiColor, Color, Style as Paint};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::event;
use super::harmless::harmless;
use crate::cli::args::Format;
use crate::cli::failure::Ended;
use crate::cli::output::Output;
use crate::dev::logs::{Entry, Level, Origin};
use crate::redact;

/// What is shown of a line.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Whose it is.
    pub prefix: bool,
    /// When it was written.
    pub timestamps: bool,
    /// Its bytes as they are.
    pub raw: bool,
}

/// Twelve colours that can be read on light and on dark. Red means that something is wrong.
const COLORS: [Color; 12] = [
    Color::Ansi(AnsiColor::Cyan),
    Color::Ansi(AnsiColor::Yellow),
    Color::Ansi(AnsiColor::Green),
    Color::Ansi(AnsiColor::Magenta),
    Color::Ansi(AnsiColor::Blue),
    Color::Ansi(AnsiColor::BrightCyan),
    Color::Ansi(AnsiColor::BrightYellow),
    Color::Ansi(AnsiColor::BrightGreen),
    Color::Ansi(AnsiColor::BrightMagenta),
    Color::Ansi(AnsiColor::BrightBlue),
    Color::Ansi256(Ansi256Color(37)),
    Color::Ansi256(Ansi256Color(141)),
];

/// Prints lines of several services beside each other.
#[derive(Debug)]
pub struct Printer {
    style: Style,
    width: usize,
    colors: bool,
    terminal: bool,
}

impl Printer {
    /// Prints to where this output prints.
    pub fn new(style: Style, output: &Output) -> Self {
        Self { style, width: 0, colors: output.colors_data(), terminal: stdout().is_terminal() }
    }

    /// Leaves room for the name of one who will write.
    pub fn expect(&mut self, origin: &Origin) {
        self.width = self.width.max(origin.label().chars().count());
    }

    /// Prints a line.
    pub fn print(&mut self, entry: &Entry, output: &Output) -> Result<(), Ended> {
        self.expect(&entry.origin);
        match output.format() {
            Format::Text => output.data(&self.line(entry)),
            Format::Ndjson | Format::Json | Format::Yaml => event(fields(entry)),
        }
    }

    fn line(&self, entry: &Entry) -> Vec<u8> {
        let mut line = Vec::with_capacity(entry.line.text.len() + 64);
        if self.style.prefix {
            let label = entry.origin.label();
            let text = format!("{label:width$} | ", width = self.width);
            if self.colors {
                let paint = Paint::new().fg_color(Some(color(entry.origin.service())));
                line.extend_from_slice(format!("{paint}{text}{paint:#}").as_bytes());
            } else {
                line.extend_from_slice(text.as_bytes());
            }
        }
        if self.style.timestamps {
            line.extend_from_slice(format!("{:.9} ", entry.line.time).as_bytes());
        }
        if self.style.raw {
            line.extend_from_slice(&entry.line.text);
        } else {
            let text = message(entry);
            let text = if self.terminal { harmless(&text, self.colors) } else { text };
            line.extend_from_slice(text.as_bytes());
        }
        line.push(b'\n');
        line
    }
}

/// A line for programs.
pub fn fields(entry: &Entry) -> Value {
    let message = message(entry);
    let source = match &*entry.origin {
        Origin::Container { .. } => "container",
        Origin::Process { .. } => "process",
    };
    json!({
        "ts": format!("{:.9}", entry.line.time),
        "service": entry.origin.service(),
        "container": entry.origin.container(),
        "source": source,
        "stream": entry.stream().as_str(),
        "level": Level::of(&message).map(Level::as_str),
        "message": message,
    })
}

fn message(entry: &Entry) -> String {
    redact::text(&String::from_utf8_lossy(&entry.line.text))
}

/// The colour of a service: always the same one.
fn color(service: &str) -> Color {
    let first = Sha256::digest(service.as_bytes())[0];
    COLORS[usize::from(first) % COLORS.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_services_of_the_stack_have_colours_of_their_own() {
        let colors = ["mongodb", "core", "ui"].map(color);
        assert!(colors[0] != colors[1] && colors[1] != colors[2] && colors[0] != colors[2], "{colors:?}");
    }
}
