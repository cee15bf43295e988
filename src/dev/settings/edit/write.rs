//! The change of a text at a place.

use std::fmt::Write as _;
use std::ops::Range;

use serde_json::Value;

use super::spot::{Entry, Form, Spot};
use crate::compose::tree::{self, Data};

/// A text with one change.
pub(super) struct Edit<'t> {
    text: &'t str,
    change: Option<(Range<usize>, String)>,
}

impl<'t> Edit<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { text, change: None }
    }

    /// The text as it is then.
    pub(super) fn done(self) -> String {
        let mut text = self.text.to_owned();
        if let Some((range, new)) = self.change {
            text.replace_range(range, &new);
        }
        text
    }

    /// Another value for an entry.
    pub(super) fn replace(&mut self, entry: &Entry, value: &Value) {
        let written = written(value);
        let after_colon = self.after_colon(entry);
        self.change = Some(match &entry.value.form {
            Form::Nothing => (after_colon..after_colon, format!(" {written}")),
            Form::Scalar | Form::List | Form::Map { .. } => {
                let range = entry.value.range.clone();
                let one_line = !self.text[range.clone()].contains('\n');
                if one_line && !self.text[after_colon..range.start].contains('\n') {
                    (range, written)
                } else {
                    let end = self.end_of_value(range.end);
                    let lines_end = self.line_end(end);
                    (after_colon..lines_end, format!(" {written}"))
                }
            }
        });
    }

    /// A new entry at the end of a map.
    pub(super) fn insert(&mut self, map: &Spot, path: &[String], value: &Value) {
        let Form::Map { flow, entries } = &map.form else { return };
        match (flow, entries.first(), entries.last()) {
            (true, _, last) => {
                let at = last
                    .map_or(map.range.end.saturating_sub(1), |last| last.value.range.end.max(last.key.end));
                let comma = if last.is_some() { ", " } else { "" };
                self.change = Some((at..at, format!("{comma}{}", in_braces(path, value))));
            }
            (false, Some(first), Some(last)) => {
                let indent = self.column(first.key.start);
                let end = self.end_of_value(last.value.range.end.max(last.key.end));
                self.add_lines(end, &lines(indent, path, value));
            }
            (false, _, _) => {}
        }
    }

    /// The first entry of a map that is not written yet: below its key, or at the end of the text.
    pub(super) fn begin(&mut self, above: Option<&Entry>, path: &[String], value: &Value) {
        match above {
            Some(entry) => {
                let indent = self.column(entry.key.start) + 2;
                self.add_lines(entry.key.end, &lines(indent, path, value));
            }
            None => {
                let end = self.text.len();
                let gap = if self.text.is_empty() || self.text.ends_with('\n') { "" } else { "\n" };
                self.change = Some((end..end, format!("{gap}{}", lines(0, path, value))));
            }
        }
    }

    /// An entry of a map goes.
    pub(super) fn remove(&mut self, map: &Spot, index: usize) {
        let Form::Map { flow, entries } = &map.form else { return };
        let Some(entry) = entries.get(index) else { return };
        let end = entry.value.range.end.max(entry.key.end);
        let range =
            match (flow, index.checked_sub(1).and_then(|before| entries.get(before)), entries.get(index + 1))
            {
                (true, _, Some(next)) => entry.key.start..next.key.start,
                (true, Some(before), None) => before.value.range.end.max(before.key.end)..end,
                (true, None, None) => entry.key.start..end,
                (false, _, _) => {
                    let start = self.text[..entry.key.start].rfind('\n').map_or(0, |at| at + 1);
                    let stop = self.line_end(self.end_of_value(end));
                    start..(stop + 1).min(self.text.len())
                }
            };
        self.change = Some((range, String::new()));
    }

    /// New lines after the one that `at` is in.
    fn add_lines(&mut self, at: usize, lines: &str) {
        let end = self.line_end(at);
        let new = if end == self.text.len() { format!("\n{lines}") } else { lines.to_owned() };
        let at = (end + 1).min(self.text.len());
        self.change = Some((at..at, new));
    }

    /// The parser ends a text of several lines where the next thing begins.
    fn end_of_value(&self, end: usize) -> usize {
        self.text[..end].trim_end().len()
    }

    fn line_end(&self, at: usize) -> usize {
        self.text[at..].find('\n').map_or(self.text.len(), |found| at + found)
    }

    fn column(&self, at: usize) -> usize {
        at - self.text[..at].rfind('\n').map_or(0, |newline| newline + 1)
    }

    fn after_colon(&self, entry: &Entry) -> usize {
        self.text[entry.key.end..].find(':').map_or(entry.key.end, |found| entry.key.end + found + 1)
    }
}

/// An entry in lines of its own.
fn lines(indent: usize, path: &[String], value: &Value) -> String {
    let mut text = String::new();
    for (depth, name) in path.iter().enumerate() {
        let blanks = " ".repeat(indent + 2 * depth);
        let end = if depth + 1 == path.len() { format!(" {}", written(value)) } else { String::new() };
        let _ = writeln!(text, "{blanks}{}:{end}", word(name));
    }
    text
}

/// An entry as it stands in braces.
fn in_braces(path: &[String], value: &Value) -> String {
    match path.split_first() {
        Some((name, [])) => format!("{}: {}", word(name), written(value)),
        Some((name, rest)) => format!("{}: {{{}}}", word(name), in_braces(rest, value)),
        None => String::new(),
    }
}

/// A value in one line.
fn written(value: &Value) -> String {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => word(text),
        Value::Array(items) => format!("[{}]", items.iter().map(written).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let entries = map.iter().map(|(name, value)| format!("{}: {}", word(name), written(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

/// A text bare where that is read as the same text, else in quotes.
fn word(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '/' | '-' | '@' | ':' | '+' | '~');
    let bare = text.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '_' | '.'))
        && !text.ends_with(':')
        && text.chars().all(plain)
        && reads_as_itself(text);
    if bare { text.to_owned() } else { Value::from(text).to_string() }
}

fn reads_as_itself(text: &str) -> bool {
    // What other readers of YAML take for a boolean.
    let old = ["yes", "no", "on", "off", "y", "n"].iter().any(|word| text.eq_ignore_ascii_case(word));
    !old && tree::parse(text).is_ok_and(|documents| match &documents[..] {
        [document] => matches!(&document.data, Data::Text(read) if read == text),
        _ => false,
    })
}
