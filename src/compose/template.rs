//! `$V`, `${V}`, `${V:-default}` and their kin in one text (cli.md 8.2, Interpolation).

use thiserror::Error;

use super::place::shown;

/// Deepest nesting of defaults.
const DEPTH: usize = 100;
/// Longest text that may come out.
const LONGEST: usize = 8 * 1024 * 1024;

/// Why a text cannot be filled in.
#[derive(Debug, Error, PartialEq, Eq)]
pub(super) enum Error {
    #[error("{} is no variable: write ${{NAME}}, or $$ for a dollar sign", shown(.0))]
    Unreadable(String),
    #[error("the ${{ is never closed: write ${{NAME}}, or $$ for a dollar sign")]
    Open,
    #[error("the variable {name} is required{}", if .words.is_empty() { String::new() } else { format!(": {}", shown(.words)) })]
    Required { name: String, words: String },
    #[error("defaults are nested more than {DEPTH} deep, or the text grows beyond {LONGEST} bytes")]
    TooMuch,
}

/// What a text is filled in from.
pub(super) trait Lookup {
    /// The value of a variable.
    fn value(&self, name: &str) -> Option<&str>;
    /// Hears of a variable that is not set and has no default.
    fn missing(&self, name: &str);
}

/// Fills a text in.
pub(super) fn fill(text: &str, from: &dyn Lookup) -> Result<String, Error> {
    let mut out = String::with_capacity(text.len());
    fill_into(&mut out, text, from, 0)?;
    Ok(out)
}

fn fill_into(out: &mut String, text: &str, from: &dyn Lookup, depth: usize) -> Result<(), Error> {
    let mut rest = text;
    while let Some(dollar) = rest.find('$') {
        out.push_str(&rest[..dollar]);
        let after = &rest[dollar + 1..];
        if out.len() > LONGEST || depth > DEPTH {
            return Err(Error::TooMuch);
        }
        rest = match after.bytes().next() {
            Some(b'$') => {
                out.push('$');
                &after[1..]
            }
            Some(b'{') => {
                let end = closing(after).ok_or(Error::Open)?;
                braced(out, &after[1..end], from, depth)?;
                &after[end + 1..]
            }
            Some(first) if starts_name(first) => {
                let end = name_end(after);
                put(out, &after[..end], from);
                &after[end..]
            }
            Some(_) | None => {
                out.push('$');
                after
            }
        };
    }
    out.push_str(rest);
    Ok(())
}

/// What stands between the braces.
fn braced(out: &mut String, inner: &str, from: &dyn Lookup, depth: usize) -> Result<(), Error> {
    let unreadable = || Error::Unreadable(format!("${{{inner}}}"));
    let end = name_end(inner);
    let (name, rest) = inner.split_at(end);
    if !name.bytes().next().is_some_and(starts_name) {
        return Err(unreadable());
    }
    if rest.is_empty() {
        put(out, name, from);
        return Ok(());
    }
    // With the colon an empty value counts as none.
    let (colon, operator) = match rest.strip_prefix(':') {
        Some(operator) => (true, operator),
        None => (false, rest),
    };
    let value = from.value(name).filter(|value| !(colon && value.is_empty()));
    let words = operator.get(1..).unwrap_or_default();
    match (operator.bytes().next(), value) {
        (Some(b'-' | b'?'), Some(value)) => out.push_str(value),
        (Some(b'-'), None) | (Some(b'+'), Some(_)) => fill_into(out, words, from, depth + 1)?,
        (Some(b'+'), None) => {}
        (Some(b'?'), None) => {
            let mut filled = String::new();
            fill_into(&mut filled, words, from, depth + 1)?;
            return Err(Error::Required { name: name.to_owned(), words: filled });
        }
        (Some(_) | None, _) => return Err(unreadable()),
    }
    Ok(())
}

fn put(out: &mut String, name: &str, from: &dyn Lookup) {
    match from.value(name) {
        Some(value) => out.push_str(value),
        None => from.missing(name),
    }
}

/// Where the brace that opens the text is closed.
fn closing(text: &str) -> Option<usize> {
    let mut open = 0;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => open += 1,
            b'}' => {
                open -= 1;
                if open == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

fn starts_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

fn name_end(text: &str) -> usize {
    text.bytes().position(|byte| !(starts_name(byte) || byte.is_ascii_digit())).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    struct Variables(RefCell<Vec<String>>);

    impl Lookup for Variables {
        fn value(&self, name: &str) -> Option<&str> {
            match name {
                "SET" => Some("value"),
                "EMPTY" => Some(""),
                _ => None,
            }
        }

        fn missing(&self, name: &str) {
            self.0.borrow_mut().push(name.to_owned());
        }
    }

    fn filled(text: &str) -> Result<String, Error> {
        fill(text, &Variables(RefCell::default()))
    }

    #[test]
    fn every_form_is_filled_in() {
        for (text, expected) in [
            ("$SET-x", "value-x"),
            ("${SET}", "value"),
            ("a${UNSET}b", "ab"),
            ("${EMPTY:-d}|${EMPTY-d}", "d|"),
            ("${UNSET:-d}|${UNSET-d}", "d|d"),
            ("${SET:+r}|${EMPTY:+r}|${EMPTY+r}|${UNSET+r}", "r||r|"),
            ("${SET:?e}|${EMPTY?e}", "value|"),
            ("${UNSET:-${EMPTY:-${SET}}}", "value"),
            ("${UNSET:-{\"a\": 1}}", "{\"a\": 1}"),
            ("$$SET $${SET} 5$ $1 $.", "$SET ${SET} 5$ $1 $."),
            ("${UNSET:-a$$b}", "a$b"),
        ] {
            assert_eq!(filled(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_variable_is_told() {
        for (text, words) in [
            ("${}", "${} is no variable: write ${NAME}, or $$ for a dollar sign"),
            ("${1A}", "${1A} is no variable: write ${NAME}, or $$ for a dollar sign"),
            ("${A!b}", "${A!b} is no variable: write ${NAME}, or $$ for a dollar sign"),
            ("${SET", "the ${ is never closed: write ${NAME}, or $$ for a dollar sign"),
            ("${UNSET:?say $SET}", "the variable UNSET is required: say value"),
            ("${UNSET?}", "the variable UNSET is required"),
        ] {
            assert_eq!(filled(text).unwrap_err().to_string(), words);
        }
        let deep = format!("{}x{}", "${A:-".repeat(200), "}".repeat(200));
        assert_eq!(filled(&deep), Err(Error::TooMuch));
    }

    #[test]
    fn only_names_without_value_and_default_are_missing() {
        let variables = Variables(RefCell::default());
        fill("$A ${B} ${C:-c} ${D:+d} $SET", &variables).unwrap();
        assert_eq!(variables.0.into_inner(), ["A", "B"]);
    }
}
