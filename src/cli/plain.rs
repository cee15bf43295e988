//! Words of others, which shall not drive the terminal they are shown on.

use std::borrow::Cow;

/// The text with what would move the cursor, change colours or turn the direction of reading written as an escape; lines
/// and tabs stay.
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(drives) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if drives(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// The same on one line.
pub fn one_line(text: &str) -> String {
    plain(text).replace('\n', "\\n").replace('\t', "\\t")
}

/// Whether it is for the terminal, and not for who reads; lines and tabs are not.
pub fn drives(c: char) -> bool {
    let control = c.is_control() && !matches!(c, '\n' | '\t');
    control || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_drives_a_terminal_is_written_out() {
        assert_eq!(plain("a\x1b[2J\u{7}\u{202e}\r\n\tb"), "a\\u{1b}[2J\\u{7}\\u{202e}\\u{d}\n\tb");
        assert_eq!(one_line("a\n\tb"), "a\\n\\tb");
        assert!(matches!(plain("grüße, 世界\n"), Cow::Borrowed(_)));
    }
}
