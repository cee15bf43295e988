//! How severe a line is, as far as it says (cli.md 3.6).

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

/// How severe a line is, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Something failed.
    Error,
    /// Something may not be as meant.
    Warn,
    /// Something happened.
    Info,
    /// How it happened.
    Debug,
    /// Every step.
    Trace,
}

/// Where lines of text say it: at their beginning, behind a time, or as `level=`.
static PREFIX: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^(?:[\[(]?[\dT:.,/ Z+-]{8,40}[\])]?\s*)?(?:[\[<(]\s*)?(trace|debug|debu|dbg|info|notice|inf|warning|warn|wrn|error|erro|err|fatal|panic|critical|crit)\b|\blevel=\W?(\w+)",
    )
    .ok()
});

impl Level {
    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }

    /// The level a line names.
    pub fn of(text: &str) -> Option<Self> {
        if text.trim_start().starts_with('{') {
            let fields: Value = serde_json::from_str(text).ok()?;
            let named = ["level", "severity", "lvl", "s"].iter().find_map(|key| fields.get(key));
            return match named? {
                Value::String(word) => Self::named(word),
                Value::Number(number) => number.as_u64().map(Self::numbered),
                Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
            };
        }
        // What a line says of itself it says early.
        let start = text.char_indices().nth(200).map_or(text, |(end, _)| &text[..end]);
        let plain = console::strip_ansi_codes(start);
        let found = PREFIX.as_ref()?.captures(&plain)?;
        Self::named(found.get(1).or_else(|| found.get(2))?.as_str())
    }

    fn named(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "e" | "f" | "err" | "erro" | "error" | "fatal" | "panic" | "crit" | "critical" | "dpanic"
            | "emerg" => Self::Error,
            "w" | "wrn" | "warn" | "warning" => Self::Warn,
            "i" | "inf" | "info" | "notice" => Self::Info,
            "d" | "dbg" | "debu" | "debug" | "d1" | "d2" | "d3" | "d4" | "d5" => Self::Debug,
            "trc" | "trace" => Self::Trace,
            _ => return None,
        })
    }

    /// Levels of Node's loggers: ten a step.
    const fn numbered(number: u64) -> Self {
        match number {
            0..20 => Self::Trace,
            20..30 => Self::Debug,
            30..40 => Self::Info,
            40..50 => Self::Warn,
            50.. => Self::Error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_read_from_json_and_from_common_prefixes() {
        for (line, level) in [
            (r#"{"level":"warn","msg":"x"}"#, Some(Level::Warn)),
            (r#"{"t":{"$date":"2026"},"s":"E","c":"NETWORK"}"#, Some(Level::Error)),
            (r#"{"level":30,"msg":"pino"}"#, Some(Level::Info)),
            (r#"{"msg":"no level"}"#, None),
            ("{not json", None),
            ("ERROR something", Some(Level::Error)),
            ("[WARN] something", Some(Level::Warn)),
            ("2026-11-25T10:00:00.123Z  INFO orchcli: x", Some(Level::Info)),
            ("2026/11/25 10:00:00 [DEBUG] x", Some(Level::Debug)),
            ("time=\"2026\" level=fatal msg=x", Some(Level::Error)),
            ("\u{1b}[31mERRO\u{1b}[0m x", Some(Level::Error)),
            ("information is no level", None),
            ("an error in a sentence", None),
        ] {
            assert_eq!(Level::of(line), level, "{line}");
        }
        assert!(PREFIX.is_some());
    }
}
