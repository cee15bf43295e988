//! `.env` files, and the files of `env_file` (cli.md 8.2, `.env` grammar).

use indexmap::IndexMap;

use super::read::MAX_BYTES;
use super::template::{self, Lookup};

/// What is wrong with a file, and where.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub line: u32,
    pub column: u32,
    pub why: String,
}

/// What a file says, by key; a key may have no value.
pub(super) type Found = IndexMap<String, Option<String>>;

/// Reads a file. When its values are filled in, `outer` goes before what the file says itself, and that before what the
/// files before it said. A key that has no value has that of `outer`.
pub(super) fn parse(text: &str, outer: &dyn Lookup, earlier: &Found) -> Result<Found, Wrong> {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let mut reader = Reader { text: &text, at: 0, outer, earlier, found: Found::new(), written: 0 };
    while reader.entry()? {}
    Ok(reader.found)
}

/// The same for `format: raw`: what follows the first `=` is the value, whatever it looks like.
pub(super) fn parse_raw(text: &str, outer: &dyn Lookup, _: &Found) -> Result<Found, Wrong> {
    let mut found = Found::new();
    for (line, text) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        let text = text.trim_start();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (text.trim_end(), outer.value(text.trim_end()).map(str::to_owned)),
        };
        if name.is_empty() || name.contains(char::is_whitespace) {
            return Err(Wrong { line, column: 1, why: "a key must be one word before the =".to_owned() });
        }
        found.insert(name.to_owned(), value);
    }
    Ok(found)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    outer: &'a dyn Lookup,
    earlier: &'a Found,
    found: Found,
    written: usize,
}

impl<'a> Reader<'a> {
    /// Reads the next entry, unless the file ends before.
    fn entry(&mut self) -> Result<bool, Wrong> {
        loop {
            self.skip(char::is_whitespace);
            if !self.rest().starts_with('#') {
                break;
            }
            self.skip(|c| c != '\n');
        }
        if self.rest().is_empty() {
            return Ok(false);
        }
        if let Some(after) = self.rest().strip_prefix("export").filter(|after| after.starts_with([' ', '\t']))
        {
            self.at += "export".len() + (after.len() - after.trim_start_matches([' ', '\t']).len());
        }
        let line = self.rest().split('\n').next().unwrap_or_default();
        let end = line.find(['=', ':']);
        let key = line[..end.unwrap_or(line.find('#').unwrap_or(line.len()))].trim();
        if key.is_empty() {
            return Err(self.wrong("a key is missing before the ="));
        }
        if key.contains(char::is_whitespace) {
            return Err(self.wrong("a key must be one word"));
        }
        let key = key.to_owned();
        let Some(end) = end else {
            self.at += line.len();
            let value = self.outer.value(&key).map(str::to_owned);
            self.found.insert(key, value);
            return Ok(true);
        };
        self.at += end + 1;
        self.skip(|c| c == ' ' || c == '\t');
        let value = self.value()?;
        self.written += value.len();
        if self.written > MAX_BYTES {
            return Err(self.wrong("the values are larger than the file may be"));
        }
        self.found.insert(key, Some(value));
        Ok(true)
    }

    fn value(&mut self) -> Result<String, Wrong> {
        match self.rest().chars().next() {
            Some('\'') => Ok(unescape_single(&self.quoted('\'')?)),
            Some('"') => {
                let text = self.quoted('"')?;
                self.fill(&unescape(&text))
            }
            Some(_) | None => {
                let line = self.rest().split('\n').next().unwrap_or_default();
                let value = line.split_once(" #").map_or(line, |(value, _)| value);
                let filled = self.fill(value.trim_end())?;
                self.at += line.len();
                Ok(filled)
            }
        }
    }

    /// What stands between quotes; nothing but a comment may follow on the line.
    fn quoted(&mut self, quote: char) -> Result<String, Wrong> {
        let inner = &self.rest()[1..];
        let mut escaped = false;
        let end = inner.char_indices().find_map(|(at, c)| {
            let ends = c == quote && !escaped;
            escaped = c == '\\' && !escaped;
            ends.then_some(at)
        });
        let Some(end) = end else { return Err(self.wrong("the quote is never closed")) };
        let text = inner[..end].to_owned();
        self.at += end + 2;
        let after = self.rest().split('\n').next().unwrap_or_default();
        if !after.trim().is_empty() && !after.trim_start().starts_with('#') {
            return Err(self.wrong("there is text after the closing quote"));
        }
        self.at += after.len();
        Ok(text)
    }

    fn fill(&self, text: &str) -> Result<String, Wrong> {
        template::fill(text, &Inner(self)).map_err(|error| self.wrong(&error.to_string()))
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip(&mut self, unwanted: impl Fn(char) -> bool) {
        self.at += self.rest().len() - self.rest().trim_start_matches(unwanted).len();
    }

    fn wrong(&self, why: &str) -> Wrong {
        let before = &self.text[..self.at];
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Wrong { line: number(before.matches('\n').count() + 1), column: number(column), why: why.to_owned() }
    }
}

/// Outer variables, then the keys above, then those of earlier files.
struct Inner<'a, 'b>(&'b Reader<'a>);

impl Lookup for Inner<'_, '_> {
    fn value(&self, name: &str) -> Option<&str> {
        let said = |found: &'_ Found| found.get(name).is_some_and(Option::is_some);
        let Reader { outer, earlier, found, .. } = self.0;
        let files = if said(found) { found } else { earlier };
        outer.value(name).or_else(|| files.get(name)?.as_deref())
    }

    fn missing(&self, name: &str) {
        self.0.outer.missing(name);
    }
}

/// Between single quotes a backslash only keeps a quote from ending the text.
fn unescape_single(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, chars.clone().next()) {
            ('\\', Some('\'')) => {}
            ('\\', Some(next)) => {
                chars.next();
                out.extend([c, next]);
            }
            (c, _) => out.push(c),
        }
    }
    out
}

/// `\n` and the like; `\$` stays a dollar sign through the filling-in.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('a') => out.push('\u{7}'),
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('v') => out.push('\u{b}'),
            Some('$') => out.push_str("$$"),
            Some(other @ ('"' | '\\')) => out.push(other),
            Some(other) => out.extend(['\\', other]),
            None => out.push('\\'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Outer;

    impl Lookup for Outer {
        fn value(&self, name: &str) -> Option<&str> {
            (name == "OUTER").then_some("out")
        }

        fn missing(&self, _: &str) {}
    }

    fn read(text: &str) -> Vec<(String, String)> {
        let found = parse(text, &Outer, &Found::new()).unwrap();
        found.into_iter().map(|(name, value)| (name, value.unwrap_or("<unset>".into()))).collect()
    }

    #[test]
    fn the_grammar_is_that_of_compose() {
        for (text, value) in [
            ("K=v", "v"),
            ("export K=v", "v"),
            ("K: v", "v"),
            ("  K = v  # words", "v"),
            ("K=a#b", "a#b"),
            ("K=#b", "#b"),
            ("K= # words", "# words"),
            ("K=v\t#b", "v\t#b"),
            ("K='it\\'s \\n \\\\'", "it's \\n \\\\"),
            ("K=\"\\a\\x\"", "\u{7}\\x"),
            ("K=", ""),
            ("K='a $OUTER \\n' # words", "a $OUTER \\n"),
            ("K=\"a $OUTER \\n\\\"\\$OUTER\"", "a out \n\"$OUTER"),
            ("K=\"two\nlines\"", "two\nlines"),
            ("K=${OUTER}-${NONE:-d}", "out-d"),
            ("\u{feff}# words\r\n\r\nK=v\r\n", "v"),
            ("K=1\nK=2", "2"),
        ] {
            assert_eq!(read(text), [("K".to_owned(), value.to_owned())], "{text:?}");
        }
        assert_eq!(read("A=1\nB=$A$OUTER"), [("A".into(), "1".into()), ("B".into(), "1out".into())]);
        assert_eq!(read("OUTER\nNONE"), [("OUTER".into(), "out".into()), ("NONE".into(), "<unset>".into())]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (text, line, column, why) in [
            ("A=1\nB='open\n", 2, 3, "the quote is never closed"),
            ("A B=1", 1, 1, "a key must be one word"),
            ("A='x' y", 1, 6, "there is text after the closing quote"),
            ("=1", 1, 1, "a key is missing before the ="),
            ("A=${", 1, 3, "the ${ is never closed: write ${NAME}, or $$ for a dollar sign"),
        ] {
            assert_eq!(
                parse(text, &Outer, &Found::new()),
                Err(Wrong { line, column, why: why.to_owned() }),
                "{text}"
            );
        }
    }

    #[test]
    fn raw_files_are_taken_as_they_are() {
        let found = parse_raw("# words\nA='$X' # y\nOUTER\n", &Outer, &Found::new()).unwrap();
        assert_eq!(found["A"].as_deref(), Some("'$X' # y"));
        assert_eq!(found["OUTER"].as_deref(), Some("out"));
        assert_eq!(parse_raw("A B=1", &Outer, &Found::new()).unwrap_err().line, 1);
    }
}
