//! Lines for a terminal: nothing in them moves its cursor, names its window, or answers its questions.

use std::fmt::Write as _;
use std::iter::Peekable;
use std::str::Chars;

/// The escape character.
const ESCAPE: char = '\u{1b}';
/// Longest colour that is let through, in characters.
const LONGEST: usize = 32;

/// A line whose control characters are shown instead of obeyed. Colours are kept, when they are wanted, and end with it.
pub fn harmless(text: &str, colors: bool) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    let mut colored = false;
    while let Some(character) = characters.next() {
        match character {
            ESCAPE => match color(&mut characters) {
                Some(color) if colors => {
                    colored = true;
                    shown.push_str(&color);
                }
                Some(_) => {}
                None => shown.push_str("^["),
            },
            '\t' => shown.push('\t'),
            '\u{0}'..'\u{20}' => {
                shown.push('^');
                shown.push(char::from(character as u8 ^ 0x40));
            }
            '\u{7f}' => shown.push_str("^?"),
            // The second set of control characters, and what turns the direction of writing.
            '\u{80}'..'\u{a0}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(character));
            }
            other => shown.push(other),
        }
    }
    if colored {
        shown.push_str("\u{1b}[0m");
    }
    shown
}

/// The colour behind an escape character: `[`, numbers, `m`. Anything else stays where it is.
fn color(characters: &mut Peekable<Chars<'_>>) -> Option<String> {
    let mut ahead = characters.clone();
    if ahead.next() != Some('[') {
        return None;
    }
    let mut color = "\u{1b}[".to_owned();
    for character in ahead.by_ref().take(LONGEST) {
        color.push(character);
        match character {
            '0'..='9' | ';' | ':' => {}
            'm' => {
                *characters = ahead;
                return Some(color);
            }
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_stay_and_nothing_else_is_obeyed() {
        for (text, shown) in [
            ("plain \u{e9}\tß", "plain \u{e9}\tß"),
            ("\u{1b}[31mred\u{1b}[0m", "\u{1b}[31mred\u{1b}[0m\u{1b}[0m"),
            ("\u{1b}[2J\u{1b}]0;title\u{7}", "^[[2J^[]0;title^G"),
            ("a\rb\u{8}\u{7f}", "a^Mb^H^?"),
            ("\u{9b}2J\u{202e}", "\\u{9b}2J\\u{202e}"),
            ("\u{1b}", "^["),
        ] {
            assert_eq!(harmless(text, true), shown, "{text:?}");
        }
        assert_eq!(harmless("\u{1b}[31mred\u{1b}[0m", false), "red");
    }
}
