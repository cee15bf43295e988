//! Typed reading of free-form `data`, by the coercion rules of engine.md 0.2. Every problem becomes a finding; a value
//! that cannot be read counts as unset, so that reading goes on and all problems of a node are found at once.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::quantity::Quantity;
use super::report::{Report, quoted};
use super::{Code, syntax};

/// The ports there are.
pub(crate) const PORTS: RangeInclusive<i64> = 1..=65535;
/// Counts that may be zero.
pub(crate) const COUNT: RangeInclusive<i64> = 0..=i32::MAX as i64;
/// Counts of at least one.
pub(crate) const POSITIVE: RangeInclusive<i64> = 1..=i32::MAX as i64;

/// Fields whose text counts without the blanks around it; all others are kept byte for byte.
const TRIMMED: [&str; 9] = [
    "name",
    "namespace",
    "image",
    "serviceName",
    "host",
    "ingressClassName",
    "storageClassName",
    "schedule",
    "storage",
];

/// One object of a node's `data`, and its path there.
#[derive(Clone)]
pub(crate) struct Fields<'a> {
    map: &'a Map<String, Value>,
    path: String,
    report: &'a Report,
}

/// A number or a name, as ports may be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Port {
    Number(i32),
    Name(String),
}

/// A closed set of texts.
pub(crate) trait Choice: Copy + 'static {
    const ALL: &'static [Self];
    fn name(self) -> &'static str;
}

/// An enum whose variants are the texts the API knows.
macro_rules! choices {
    ($($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        // The API's own words.
        #[allow(clippy::enum_variant_names)]
        pub(crate) enum $name { $($variant),+ }

        impl crate::graph::fields::Choice for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
    )+};
}
pub(crate) use choices;

impl<'a> Fields<'a> {
    pub(crate) fn new(map: &'a Map<String, Value>, report: &'a Report) -> Self {
        Self { map, path: String::new(), report }
    }

    pub(crate) fn report(&self) -> &'a Report {
        self.report
    }

    /// The path of a member, as findings name it.
    pub(crate) fn path(&self, key: &str) -> String {
        match (self.path.is_empty(), key.is_empty()) {
            (true, _) => key.to_owned(),
            (false, true) => self.path.clone(),
            (false, false) => format!("{}.{key}", self.path),
        }
    }

    /// A member that is not unset: absent, `null` and `""` are, and blanks where they are trimmed.
    pub(crate) fn set(&self, key: &str) -> Option<&'a Value> {
        let is_blank = |value: &Value| value.as_str().is_some_and(|text| trimmed(key, text).is_empty());
        self.map.get(key).filter(|value| !is_unset(value) && !is_blank(value))
    }

    pub(crate) fn required(&self, key: &str, hint: &str) {
        let path = self.path(key);
        self.report.error(Code::FieldRequired, &path, &format!("{path} is required{hint}"));
    }

    /// `words` follow the member's path.
    pub(crate) fn invalid(&self, key: &str, words: &str) {
        let path = self.path(key);
        self.report.error(Code::FieldInvalid, &path, &format!("{path} {words}"));
    }

    /// Two entries of a list claim the same thing.
    pub(crate) fn duplicate(&self, key: &str, what: &str) {
        let path = self.path(key);
        self.report.error(
            Code::Duplicate,
            &path,
            &format!("{path} {} is a duplicate; choose another", quoted(what)),
        );
    }

    /// Text, trimmed where that is the rule.
    pub(crate) fn text(&self, key: &str) -> Option<&'a str> {
        match self.set(key)? {
            Value::String(text) => Some(trimmed(key, text)),
            _ => {
                self.invalid(key, "must be text");
                None
            }
        }
    }

    /// Text that must pass a check; `rule` says which.
    pub(crate) fn checked(&self, key: &str, legal: fn(&str) -> bool, rule: &str) -> Option<&'a str> {
        let text = self.text(key)?;
        if legal(text) {
            return Some(text);
        }
        self.invalid(key, &format!("{} {rule}", quoted(text)));
        None
    }

    /// A name of another object.
    pub(crate) fn reference(&self, key: &str) -> Option<&'a str> {
        self.checked(key, syntax::is_dns_subdomain, "must be a lower-case DNS name of at most 253 characters")
    }

    /// An absolute path in a container.
    pub(crate) fn mount_path(&self, key: &str) -> Option<&'a str> {
        let path = self.text(key)?;
        if syntax::is_mount_path(path) {
            return Some(path);
        }
        self.invalid(key, syntax::MOUNT_PATH_RULE);
        None
    }

    /// An integer, an integral float, or a decimal string.
    pub(crate) fn integer(&self, key: &str, range: RangeInclusive<i64>) -> Option<i64> {
        match as_integer(self.set(key)?) {
            Some(number) if range.contains(&number) => Some(number),
            Some(_) => {
                let words = match (*range.start(), *range.end()) {
                    (low, i64::MAX) => format!("must be at least {low}"),
                    (low, high) if high == i64::from(i32::MAX) => {
                        format!("must be at least {low} and below 2147483648")
                    }
                    (low, high) => format!("must be between {low} and {high}"),
                };
                self.invalid(key, &words);
                None
            }
            None => {
                self.invalid(key, "must be a whole number");
                None
            }
        }
    }

    /// An integer of the API's 32-bit fields.
    pub(crate) fn int32(&self, key: &str, range: RangeInclusive<i64>) -> Option<i32> {
        self.integer(key, range).and_then(|number| i32::try_from(number).ok())
    }

    pub(crate) fn boolean(&self, key: &str) -> Option<bool> {
        match self.set(key)? {
            Value::Bool(value) => Some(*value),
            _ => {
                self.invalid(key, "must be true or false");
                None
            }
        }
    }

    pub(crate) fn choice<T: Choice>(&self, key: &str) -> Option<T> {
        let text = self.text(key)?;
        let found = find_choice(text);
        if found.is_none() {
            self.invalid(key, &format!("{} is unknown; use {}", quoted(text), names::<T>()));
        }
        found
    }

    pub(crate) fn choices<T: Choice>(&self, key: &str) -> Vec<T> {
        let mut found = Vec::new();
        for text in self.texts(key).into_iter().filter(|text| !text.is_empty()) {
            match find_choice(text) {
                Some(choice) => found.push(choice),
                None => self.invalid(key, &format!("has unknown {}; use {}", quoted(text), names::<T>())),
            }
        }
        found
    }

    /// A port number or a port name.
    pub(crate) fn port(&self, key: &str) -> Option<Port> {
        let value = self.set(key)?;
        if let Value::String(name) = value
            && as_integer(value).is_none()
        {
            if syntax::is_port_name(name) {
                return Some(Port::Name(name.clone()));
            }
            self.invalid(key, "must be a port number or a port name of at most 15 characters");
            return None;
        }
        self.int32(key, PORTS).map(Port::Number)
    }

    /// A quantity as it was written; a number is one too.
    pub(crate) fn quantity(&self, key: &str) -> Option<(String, Quantity)> {
        let text = match self.set(key)? {
            Value::String(text) => trimmed(key, text).to_owned(),
            Value::Number(number) => plain_number(number),
            _ => {
                self.invalid(key, "must be a quantity such as 500m or 1Gi");
                return None;
            }
        };
        let amount = Quantity::parse(&text);
        if amount.is_none() {
            self.invalid(key, &format!("{} is not a quantity such as 500m or 1Gi", quoted(&text)));
        }
        amount.map(|amount| (text, amount))
    }

    /// A list of texts; empty ones are kept, anything else is a finding.
    pub(crate) fn texts(&self, key: &str) -> Vec<&'a str> {
        let mut texts = Vec::new();
        for (at, item) in self.list(key).iter().enumerate() {
            match item {
                Value::String(text) => texts.push(text.as_str()),
                _ => self.invalid(&format!("{key}[{at}]"), "must be text"),
            }
        }
        texts
    }

    /// A map of texts: numbers and booleans become text, `null` drops the entry.
    pub(crate) fn text_map(&self, key: &str) -> BTreeMap<String, String> {
        let mut map = BTreeMap::new();
        for (name, value) in self.entries(key) {
            match scalar_text(value) {
                Some(text) => {
                    map.insert(name.clone(), text);
                }
                None if value.is_null() => {}
                None => self.not_scalar(key, name),
            }
        }
        map
    }

    /// Reports a map entry that is a list or an object.
    pub(crate) fn not_scalar(&self, key: &str, name: &str) {
        self.invalid(&format!("{key}.{name}"), "must be text, a number or a boolean");
    }

    /// A label selector: legal labels, blank keys dropped.
    pub(crate) fn selector(&self, key: &str) -> BTreeMap<String, String> {
        let mut labels = self.text_map(key);
        labels.retain(|name, _| !name.trim().is_empty());
        for (name, value) in &labels {
            self.label(key, name, value);
        }
        labels
    }

    /// Reports what is illegal about a label of a map.
    pub(crate) fn label(&self, key: &str, name: &str, value: &str) {
        let path = format!("{key}.{name}");
        if !syntax::is_label_key(name) {
            self.invalid(
                &path,
                "is no label key; use [prefix/]name of letters, digits, '-', '_' and '.', at most 63",
            );
        } else if !syntax::is_label_value(value) {
            self.invalid(&path, "has no legal label value; use at most 63 letters, digits, '-', '_' and '.'");
        }
    }

    /// Annotations: legal keys, values of any text.
    pub(crate) fn annotations(&self, key: &str) -> BTreeMap<String, String> {
        let annotations = self.text_map(key);
        for name in annotations.keys().filter(|name| !syntax::is_label_key(&name.to_ascii_lowercase())) {
            self.invalid(&format!("{key}.{name}"), "is no annotation key; use [prefix/]name");
        }
        annotations
    }

    /// The entries of a map as they are.
    pub(crate) fn entries(&self, key: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
        let map = match self.set(key) {
            Some(Value::Object(map)) => Some(map),
            Some(_) => {
                self.invalid(key, "must be a map");
                None
            }
            None => None,
        };
        map.into_iter().flatten()
    }

    /// A nested object.
    pub(crate) fn object(&self, key: &str) -> Option<Fields<'a>> {
        match self.set(key)? {
            Value::Object(map) => Some(Fields { map, path: self.path(key), report: self.report }),
            _ => {
                self.invalid(key, "must be an object");
                None
            }
        }
    }

    /// A list of objects.
    pub(crate) fn objects(&self, key: &str) -> Vec<Fields<'a>> {
        let mut objects = Vec::new();
        for (at, item) in self.list(key).iter().enumerate() {
            let place = format!("{key}[{at}]");
            match item {
                Value::Object(map) => {
                    objects.push(Fields { map, path: self.path(&place), report: self.report });
                }
                _ => self.invalid(&place, "must be an object"),
            }
        }
        objects
    }

    fn list(&self, key: &str) -> &'a [Value] {
        match self.set(key) {
            Some(Value::Array(items)) => items,
            Some(_) => {
                self.invalid(key, "must be a list");
                &[]
            }
            None => &[],
        }
    }
}

/// The text of a field as it counts.
pub(crate) fn trimmed<'t>(key: &str, text: &'t str) -> &'t str {
    if TRIMMED.contains(&key) { text.trim() } else { text }
}

/// Absent is unset too, but has no value to ask about.
pub(crate) fn is_unset(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(str::is_empty)
}

/// An integer, an integral float, or a decimal string.
pub(crate) fn as_integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| integral(number.as_f64()?)),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn integral(number: f64) -> Option<i64> {
    // Above 2^53 a float no longer names one integer.
    let exact = number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0;
    #[allow(clippy::cast_possible_truncation)]
    exact.then_some(number as i64)
}

/// Text of a text, number or boolean.
pub(crate) fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(plain_number(number)),
        Value::Bool(value) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The shortest decimal, never with an exponent.
fn plain_number(number: &serde_json::Number) -> String {
    match (number.as_i64(), number.as_u64(), number.as_f64()) {
        (Some(number), _, _) => number.to_string(),
        (_, Some(number), _) => number.to_string(),
        // Zero has no sign in any other spelling.
        (_, _, Some(number)) => (number + 0.0).to_string(),
        (None, None, None) => number.to_string(),
    }
}

fn find_choice<T: Choice>(text: &str) -> Option<T> {
    T::ALL.iter().copied().find(|choice| choice.name() == text)
}

fn names<T: Choice>() -> String {
    T::ALL.iter().map(|choice| choice.name()).collect::<Vec<_>>().join(", ")
}
