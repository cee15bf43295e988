//! Signs before a line, in Unicode or ASCII, with or without colours (cli.md 2.1, 2.4).

use anstyle::{AnsiColor, Style};

use crate::cli::plain::drives;
use crate::dev::StepEnd;
use crate::redact;

/// How lines are marked.
#[derive(Debug, Clone, Copy)]
pub struct Markers {
    ascii: bool,
    colors: bool,
}

/// Whether the locale of this process is UTF-8.
fn utf8() -> bool {
    if cfg!(windows) {
        return true;
    }
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default();
    let locale = locale.to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

impl Markers {
    /// Markers that are ASCII when asked for, or when the locale cannot show others.
    pub fn new(ascii: bool, colors: bool) -> Self {
        Self { ascii: ascii || !utf8(), colors }
    }

    /// Before a step that begins.
    pub fn start(self) -> String {
        self.paint(if self.ascii { ">" } else { "→" }, AnsiColor::Cyan)
    }

    /// Before a step that still runs.
    pub fn running(self) -> String {
        self.paint(if self.ascii { "." } else { "…" }, AnsiColor::Cyan)
    }

    /// Before a step that ended.
    pub fn end(self, end: StepEnd) -> String {
        let (unicode, ascii, color) = match end {
            StepEnd::Done => ("✓", "+", AnsiColor::Green),
            StepEnd::Kept => ("=", "=", AnsiColor::Green),
            StepEnd::Skipped => ("-", "-", AnsiColor::Yellow),
            StepEnd::Failed => ("✗", "x", AnsiColor::Red),
        };
        self.paint(if self.ascii { ascii } else { unicode }, color)
    }

    /// Before a warning.
    pub fn warning(self) -> String {
        self.paint("warning:", AnsiColor::Yellow)
    }

    /// The frames of a spinner; the last one is for when it stands still.
    pub fn spinner(self) -> &'static [&'static str] {
        if self.ascii {
            &["-", "\\", "|", "/", " "]
        } else {
            &["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏", " "]
        }
    }

    fn paint(self, text: &str, color: AnsiColor) -> String {
        if !self.colors {
            return text.to_owned();
        }
        let style = Style::new().bold().fg_color(Some(color.into()));
        format!("{style}{text}{style:#}")
    }
}

/// Words of somebody else as they may be shown: one line, no control characters, no secrets.
pub fn clean(text: &str) -> String {
    let text = redact::text(text.trim_end());
    text.chars()
        .map(|character| if drives(character) || matches!(character, '\n' | '\t') { ' ' } else { character })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_others_cannot_drive_the_terminal() {
        assert_eq!(clean("a\x1b[2Jb\r\nc\u{202e}d\n"), "a [2Jb  c d");
        assert_eq!(clean("https://bob:hunter2@git.example/x"), "https://***@git.example/x");
    }

    #[test]
    fn ascii_markers_are_ascii() {
        let markers = Markers::new(true, false);
        let all =
            [StepEnd::Done, StepEnd::Kept, StepEnd::Skipped, StepEnd::Failed].map(|end| markers.end(end));
        assert!(all.iter().chain([&markers.start(), &markers.running()]).all(|marker| marker.is_ascii()));
        assert!(markers.spinner().iter().all(|frame| frame.is_ascii()));
    }
}
