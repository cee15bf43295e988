//! Reads one setting after the other, remembers where each came from, and gathers what is wrong.

use super::key::Key;
use super::problem::{Origin, Problem};
use super::source::{Raw, Sources};
use super::value::Wrong;
use crate::redact;

/// A setting as `--print-config` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Which setting.
    pub key: Key,
    /// Its value, `***` for a secret; `None` when it is not set.
    pub value: Option<String>,
    /// Where the value came from.
    pub origin: Origin,
}

/// The reading of one configuration. Every method returns `None` only after it has noted a problem.
pub(super) struct Reader<'a> {
    sources: &'a Sources,
    pub shown: Vec<Shown>,
    pub problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    pub fn new(sources: &'a Sources) -> Self {
        Self { sources, shown: Vec::new(), problems: Vec::new() }
    }

    /// A value that always has one: what was set, else the default.
    pub fn value<T>(&mut self, key: Key, parse: fn(&str) -> Result<T, Wrong>) -> Option<T> {
        let default = key.default.unwrap_or_default().to_owned();
        self.value_or(key, parse, &default)
    }

    /// A value whose default depends on the machine.
    pub fn value_or<T>(&mut self, key: Key, parse: fn(&str) -> Result<T, Wrong>, default: &str) -> Option<T> {
        let (text, origin) = self.text(key)?.unwrap_or_else(|| (default.to_owned(), Origin::Default));
        self.show(key, Some(&text), origin.clone());
        self.parsed(key, &text, &origin, parse)
    }

    /// A value that may be missing.
    #[expect(clippy::option_option, reason = "outside: a problem was noted; inside: the setting is not set")]
    pub fn optional<T>(&mut self, key: Key, parse: fn(&str) -> Result<T, Wrong>) -> Option<Option<T>> {
        let Some((text, origin)) = self.text(key)? else {
            self.show(key, None, Origin::Default);
            return Some(None);
        };
        self.show(key, Some(&text), origin.clone());
        self.parsed(key, &text, &origin, parse).map(Some)
    }

    /// Several values: a list of the file, or texts separated by commas.
    pub fn list<T>(&mut self, key: Key, parse: fn(&str) -> Result<T, Wrong>) -> Option<Vec<T>> {
        let default = || (Raw::Text(key.default.unwrap_or_default().to_owned()), Origin::Default);
        let (raw, origin) = self.sources.find(&key).unwrap_or_else(default);
        let items: Vec<String> = match raw {
            Raw::Text(text) => text.split(',').map(str::to_owned).collect(),
            Raw::List(items) => items,
            Raw::Other => return self.shapeless(key, origin, "use one text, or a list of texts"),
        };
        let items: Vec<&str> = items.iter().map(|item| item.trim()).filter(|item| !item.is_empty()).collect();
        self.show(key, Some(&items.join(",")), origin.clone());
        let parsed: Vec<Option<T>> =
            items.iter().map(|item| self.parsed(key, item, &origin, parse)).collect();
        parsed.into_iter().collect()
    }

    /// Notes a problem that only several settings together make.
    pub fn refuse(&mut self, key: Key, why: impl Into<String>, hint: impl Into<String>) {
        let origin = self.origin(key);
        self.problems.push(Problem { key: key.name.to_owned(), origin, why: why.into(), hint: hint.into() });
    }

    /// Where the setting, read before, came from.
    pub fn origin(&self, key: Key) -> Origin {
        self.shown.iter().find(|shown| shown.key == key).map_or(Origin::Default, |shown| shown.origin.clone())
    }

    /// The setting, read before, as it is shown.
    pub fn shown(&self, key: Key) -> Option<String> {
        self.shown.iter().find(|shown| shown.key == key)?.value.clone()
    }

    /// Shows what a setting without a value comes to.
    pub fn settle(&mut self, key: Key, text: &str) {
        if let Some(shown) = self.shown.iter_mut().find(|shown| shown.key == key && shown.value.is_none()) {
            shown.value = Some(text.to_owned());
        }
    }

    /// Shows a secret that is about to be generated.
    pub fn show_generated(&mut self, key: Key) {
        self.shown.retain(|shown| shown.key != key);
        self.show(key, Some(""), Origin::Generated);
    }

    #[expect(clippy::option_option, reason = "outside: a problem was noted; inside: the setting is not set")]
    fn text(&mut self, key: Key) -> Option<Option<(String, Origin)>> {
        match self.sources.find(&key) {
            None => Some(None),
            Some((Raw::Text(text), origin)) if key.secret => Some(Some((text, origin))),
            Some((Raw::Text(text), origin)) => Some(Some((text.trim().to_owned(), origin))),
            Some((Raw::List(_) | Raw::Other, origin)) => self.shapeless(key, origin, "use one text"),
        }
    }

    fn parsed<T>(
        &mut self,
        key: Key,
        text: &str,
        origin: &Origin,
        parse: fn(&str) -> Result<T, Wrong>,
    ) -> Option<T> {
        match parse(text) {
            Ok(value) => Some(value),
            Err(Wrong { why, hint }) => {
                let why = format!("\"{}\" {why}", masked(key, text));
                self.problems.push(Problem {
                    key: key.name.to_owned(),
                    origin: origin.clone(),
                    why,
                    hint: hint.to_owned(),
                });
                None
            }
        }
    }

    fn shapeless<T>(&mut self, key: Key, origin: Origin, hint: &str) -> Option<T> {
        let why = "is not a text".to_owned();
        self.problems.push(Problem { key: key.name.to_owned(), origin, why, hint: hint.to_owned() });
        None
    }

    fn show(&mut self, key: Key, text: Option<&str>, origin: Origin) {
        self.shown.push(Shown { key, value: text.map(|text| masked(key, text)), origin });
    }
}

/// The text as it may be seen: secrets not at all, addresses without the password in them.
fn masked(key: Key, text: &str) -> String {
    if key.secret {
        "***".to_owned()
    } else if text.contains('@') {
        redact::text(text)
    } else {
        text.to_owned()
    }
}
